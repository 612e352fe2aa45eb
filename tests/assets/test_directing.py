"""The skill `cafleet`, played: a Director and a member do what it says, with the lines it has."""

from __future__ import annotations

from cafleet_core import assets
from cafleet_core.broker import sessions, timeline
from cafleet_core.broker.registry import Registry
from tests.assets import actor
from tests.assets.play import Play
from tests.terminal import eventually

SKILL = str(assets.skills()["cafleet"])


def test_a_team_is_led_from_its_first_member_to_its_last(
    play: Play, registry: Registry
) -> None:
    def director(heading: str) -> list[str]:
        return play.section("cafleet", heading)

    knows, *_ = director("Begin")
    assert play.try_out(knows).code == 1
    session = play.begun()
    assert play.run(knows) == "0 members.\n"
    [spawn] = [one for one in director("Spawn") if "create" in one]
    spawned = play.run(spawn, NAME="writer", TEXT="Writes", SKILL=SKILL)
    assert spawned.endswith("ready\n")

    send, _ = director("Give work")
    poll, ack = director("Take a report")
    play.run(send, NAME="writer", TEXT="Write the notes.")
    play.run(ack, TASK=play.inbox(poll, "Done: Write the notes."))

    play.run(send, NAME="writer", TEXT=f"{actor.WONDER} first.")
    answer, ack_question = director("Answer a question in a message")
    question = play.inbox(poll, "May the notes name customers?")
    play.run(answer, NAME="writer", TASK=question, TEXT="The user says no.")
    play.run(ack_question, TASK=question)
    play.run(ack, TASK=play.inbox(poll, "Done: The user says no."))

    play.run(send, NAME="writer", TEXT=f"{actor.ASK} for a title.")
    capture, choose, _ = director("Answer a question on a member's screen")
    asked = eventually(
        lambda: (
            out if "Which title?" in (out := play.run(capture, NAME="writer")) else ""
        )
    )
    the_user_says = next(line for line in asked.splitlines() if "Playful" in line)
    number = the_user_says.strip(" ❯").partition(".")[0]
    play.run(choose, NAME="writer", NUMBER=number)
    play.run(ack, TASK=play.inbox(poll, "The answer was 2"))
    assert play.try_out(choose, NAME="writer", NUMBER=number).code == 1

    play.run(send, NAME="writer", TEXT=f"{actor.SHELL} needed.")
    execute, tell, ack_request = director("Run a command for a member")
    request = play.inbox(poll, "Please run:")
    play.run(execute, NAME="writer", COMMAND=actor.COMMAND)
    play.run(tell, NAME="writer", TASK=request)
    play.run(ack_request, TASK=request)
    play.run(ack, TASK=play.inbox(poll, "the-answer-is-42"))

    *going_home, end = director("Go home, in this order")
    for command in going_home:
        play.run(command, NAME="writer")
    play.run(end, SESSION=session)

    panes = play.terminal.tmux("list-panes", "-a", "-F", "#{pane_id}").split()
    assert panes == [play.terminal.first, play.pane]
    assert sessions.find(registry, session).deleted_at is not None
    said = timeline.newest(registry, session)
    assert {one.state for entry in said for one in entry.deliveries} == {"completed"}
    assert [(one.sender_name, one.text.splitlines()[0]) for one in said] == [
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
        ("writer", "Done: It has run. Look at its output and go on. the-answer-is-42"),
    ]
