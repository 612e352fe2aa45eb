"""Run the skill `cafleet`: a Director and a member use its command lines."""

from __future__ import annotations

from typing import NamedTuple

from cafleet_core import assets
from cafleet_core.broker.directory import sessions
from cafleet_core.broker.messages import pages
from cafleet_core.broker.registry.open import Registry
from tests.assets import actor
from tests.assets.play import Play
from tests.terminal import eventually

SKILL = str(assets.skills()["cafleet"])


STORY = [
    ("Director", "Write the notes."),
    ("writer", "Done: Write the notes."),
    ("Director", "WONDER first."),
    ("writer", "May the notes name customers?"),
    ("Director", "The user says no."),
    ("writer", "Done: The user says no."),
    ("Director", "ASK for a title."),
    ("Director", "Answered 2 Playful"),
    ("writer", "The answer was 2"),
    ("Director", "SHELL needed."),
    ("writer", f"Please run: {actor.COMMAND}"),
    ("Director", "It has run. Look at its output and go on."),
    ("writer", f"Done: It has run. Look at its output and go on. $ {actor.COMMAND}"),
]
"""The messages in order, as (sender, first line), with the answer typed on the screen."""


class Director(NamedTuple):
    """A Director that leads the writer with the skill's commands."""

    play: Play

    def section(self, heading: str) -> list[str]:
        """The commands below a heading of the role."""
        return self.play.section("cafleet", heading)

    def run(self, command: str, **words: str) -> str:
        """Run a command about the writer."""
        return self.play.run(command, NAME="writer", **words)

    def spawn(self) -> None:
        [create] = [command for command in self.section("Spawn") if "create" in command]
        assert self.run(create, TEXT="Writes", SKILL=SKILL).endswith("ready\n")

    def give(self, text: str) -> None:
        send, _ = self.section("Give work")
        self.run(send, TEXT=text)

    def take(self, report: str) -> None:
        """Wait for a report that contains these words, and ack it."""
        poll, ack = self.section("Take a report")
        self.run(ack, TASK=self.play.inbox(poll, report))

    def answer(self, question: str, text: str) -> None:
        """Answer a question in a message, and ack it."""
        poll, _ = self.section("Take a report")
        reply, ack = self.section("Answer a question in a message")
        task_id = self.play.inbox(poll, question)
        self.run(reply, TASK=task_id, TEXT=text)
        self.run(ack, TASK=task_id)

    def answer_on_screen(self, question: str, wanted: str) -> None:
        """Choose the wanted option on the member's screen; a second answer is refused."""
        capture, choose, _ = self.section("Answer a question on a member's screen")
        asked = eventually(
            lambda: out if question in (out := self.run(capture)) else ""
        )
        line = next(row for row in asked.splitlines() if wanted in row)
        number = line.strip(" ❯").partition(".")[0]
        self.run(choose, NUMBER=number)
        self.take(f"The answer was {number}")
        assert self.play.try_out(choose, NAME="writer", NUMBER=number).code == 1

    def run_for_writer(self, request: str, command: str) -> None:
        """Run the command that the writer asked for, in its pane."""
        poll, _ = self.section("Take a report")
        execute, tell, ack = self.section("Run a command for a member")
        task_id = self.play.inbox(poll, request)
        self.run(execute, COMMAND=command)
        self.run(tell, TASK=task_id)
        self.run(ack, TASK=task_id)

    def go_home(self, session: str) -> None:
        """Run the section's commands in order."""
        for command in self.section("Go home, in this order"):
            self.run(command, SESSION=session)


def test_a_team_is_led_from_its_first_member_to_its_last(
    play: Play, registry: Registry
) -> None:
    director = Director(play)
    knows, *_ = director.section("Begin")
    assert play.try_out(knows).code == 1
    session = play.begun()
    assert play.run(knows) == "0 members.\n"
    director.spawn()

    director.give("Write the notes.")
    director.take("Done: Write the notes.")
    director.give(f"{actor.WONDER} first.")
    director.answer("May the notes name customers?", "The user says no.")
    director.take("Done: The user says no.")
    director.give(f"{actor.ASK} for a title.")
    director.answer_on_screen("Which title?", "Playful")
    director.give(f"{actor.SHELL} needed.")
    director.run_for_writer("Please run:", actor.COMMAND)
    director.take("the-answer-is-42")
    director.go_home(session)

    panes = play.terminal.tmux("list-panes", "-a", "-F", "#{pane_id}").split()
    assert panes == [play.terminal.first, play.pane]
    assert sessions.find(registry, session).deleted_at is not None
    said = pages.newest(registry, session)
    assert {delivery.state for entry in said for delivery in entry.deliveries} == {
        "completed"
    }
    assert "the-answer-is-42" in said[-1].text
    story = [(entry.sender_name, entry.text.splitlines()[0]) for entry in said]
    [ended] = [line for line in story if line not in STORY]
    assert ended[1].startswith("The command ended with exit code 0 after ")
    assert [line for line in story if line != ended] == STORY


def test_nobody_is_dismissed_while_a_loop_still_looks_after_them() -> None:
    role = (assets.skills()["cafleet"] / "roles" / "director.md").read_text("utf-8")
    leaving = role[role.index("## Go home") :]
    order = ["Stop the loop", "member delete", "member list", "session delete"]
    places = [leaving.index(step) for step in order]
    assert places == sorted(places)
