"""Mail is for the program that was there: another in its pane gets none until it is said to be the same."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from cafleet_core.broker.directory import agents, placements, sessions
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import pane_states
from cafleet_core.errors import Refused
from cafleet_core.panes.reading import program
from cafleet_core.panes.reading.program import Sameness
from cafleet_core.panes.tmux import snapshot
from cafleet_core.records import Agent, Placement
from cafleet_core.states import EventKind
from cafleet_core.storage import events, lookup
from cafleet_core.views import EventFilter
from tests.terminal import Terminal, command_line, eventually, turns

HELD = ("held", "another_agent")


class Desk:
    """A session whose Director was started by a human, in a shell."""

    def __init__(self, registry: Registry, terminal: Terminal, log: Path) -> None:
        self.registry, self.terminal, self.log = registry, terminal, log
        self.pane = terminal.shell()
        self.starts()
        made = sessions.create(registry, terminal.here(self.pane), None, "standin")
        self.session, self._director_id = made.session, made.director.agent_id
        self.alice = agents.register(registry, self.session, "alice", "")

    @property
    def director(self) -> Agent:
        return lookup.agents(self.registry, None, self._director_id)[0]

    @property
    def placement(self) -> Placement:
        placement = self.director.placement
        assert placement is not None
        return placement

    def starts(self) -> None:
        """Start an agent in the pane's shell, as a human does."""
        standin = [sys.executable, "-m", "cafleet_core.demo.standin", "--name", "agent"]
        # one that works after a turn is at rest for a moment between two steps of it
        quiet = ["--behaviour", "quiet", "--log", str(self.log)]
        words = shlex.join([*standin, *quiet])
        self.terminal.keys(self.pane, words, "Enter")
        eventually(lambda: "❯" in self.terminal.screen(self.pane))

    def leaves(self) -> None:
        """Leave the agent, so that the shell is in front again."""
        self.terminal.keys(self.pane, "/exit", "Enter")
        eventually(lambda: self.terminal.here(self.pane).pane.command == "bash")
        self.terminal.keys(self.pane, "clear", "Enter")
        eventually(lambda: "❯" not in self.terminal.screen(self.pane))

    def sends(self, words: str) -> tuple[str, str | None]:
        """Have alice write to the Director; what became of the push."""
        sent = send.send(self.registry, self.alice, [self.director], words)
        ((_, push),) = sent.deliveries
        if push.outcome == "delivered":
            eventually(lambda: self.got(words) and self.at_rest())
        return push.outcome, push.reason

    def at_rest(self) -> bool:
        return pane_states.seen([self.director])[self._director_id].state == "idle"

    def restarts(self) -> list[str | None]:
        """What was started anew, as the events tell."""
        happened = events.after(
            *(self.registry, 0, EventFilter(kinds=(EventKind.RESTARTED,)), 10)
        )
        return [event.new for event in happened if event.agent_id == self._director_id]

    def got(self, words: str) -> bool:
        return any(words in turn for turn in turns(self.log))


@pytest.fixture
def desk(registry: Registry, terminal: Terminal, tmp_path: Path) -> Desk:
    return Desk(registry, terminal, tmp_path / "turns.jsonl")


def test_the_one_that_got_the_first_turn_is_the_agent(desk: Desk) -> None:
    assert desk.placement.program_pid == 0
    assert desk.sends("welcome") == ("delivered", None)
    assert desk.placement.program_pid not in (0, desk.placement.pane_pid)
    assert desk.sends("more") == ("delivered", None)


def test_another_in_its_pane_gets_no_mail_and_shows_no_screen(desk: Desk) -> None:
    desk.sends("welcome")
    desk.leaves()
    desk.starts()
    assert desk.sends("the secret plan") == HELD
    reading = pane_states.seen([desk.director])[desk.director.agent_id]
    assert (reading.state, reading.screen) == ("unknown", None)
    assert reading.evidence == program.ANOTHER
    assert not desk.got("secret plan")


def test_it_gets_all_of_it_once_it_is_said_to_be_the_same(desk: Desk) -> None:
    desk.sends("welcome")
    desk.leaves()
    desk.starts()
    assert desk.sends("the secret plan") == HELD
    placements.adopt(desk.registry, desk.director)
    assert desk.restarts() == ["standin"]
    assert desk.sends("and its date") == ("delivered", None)
    eventually(lambda: desk.got("secret plan") and desk.got("its date"))
    placements.adopt(desk.registry, desk.director)
    assert desk.restarts() == ["standin"]


def test_said_in_the_shell_it_is_whoever_is_started_next(desk: Desk) -> None:
    desk.sends("welcome")
    desk.leaves()
    placements.adopt(desk.registry, desk.director)
    assert desk.placement.program_pid == 0
    desk.starts()
    assert desk.sends("hello again") == ("delivered", None)


def test_the_same_process_is_the_agent_whatever_its_name(desk: Desk) -> None:
    desk.sends("welcome")
    with desk.registry.write():
        desk.registry.execute("UPDATE agent_placements SET process_names = '2.1.332'")
    assert desk.sends("by its process") == ("delivered", None)
    with desk.registry.write():
        desk.registry.execute("UPDATE agent_placements SET program_pid = 1")
    assert desk.sends("by its name") == ("none", "not_the_agent")


def test_it_is_told_so_when_it_calls(desk: Desk, tmp_path: Path) -> None:
    desk.sends("welcome")
    desk.leaves()
    said, program = tmp_path / "said", tmp_path / "program.py"
    poll = f"{shlex.join(command_line('message', 'poll'))} 2>{said}"
    program.write_text(f"import os; os.system({poll!r}); input()")
    desk.terminal.keys(desk.pane, f"{sys.executable} {program}", "Enter")
    eventually(lambda: said.exists() and "agent adopt" in said.read_text())


def test_a_pane_that_was_started_anew_is_another_s(desk: Desk) -> None:
    desk.sends("welcome")
    desk.terminal.tmux("respawn-pane", "-k", "-t", desk.pane, "sleep", "60")
    assert desk.sends("the secret plan") == HELD
    placements.adopt(desk.registry, desk.director)
    assert desk.placement.pane_pid == desk.terminal.here(desk.pane).pane.pid
    assert desk.restarts() == ["standin"]


def test_nobody_is_said_to_be_in_a_pane_that_is_gone(desk: Desk) -> None:
    desk.terminal.tmux("kill-pane", "-t", desk.pane)
    with pytest.raises(Refused, match="is gone"):
        placements.adopt(desk.registry, desk.director)


def test_what_the_agent_has_started_in_front_is_no_other_agent(desk: Desk) -> None:
    desk.sends("welcome")
    seen = snapshot.take(desk.terminal.socket, [desk.pane])[desk.pane]
    by_the_shell = desk.placement._replace(
        program_pid=desk.placement.pane_pid, program_started=desk.placement.pane_started
    )
    assert program.seen(by_the_shell, seen).sameness == Sameness.UNKNOWN
    by_nobody = by_the_shell._replace(program_started="1")
    assert program.seen(by_nobody, seen).sameness == Sameness.ANOTHER


def test_a_process_that_cannot_be_asked_for_is_not_judged(desk: Desk) -> None:
    desk.sends("welcome")
    seen = snapshot.take(desk.terminal.socket, [desk.pane])[desk.pane]
    elsewhere = desk.placement._replace(pane_started="1", program_pid=1)
    assert program.seen(elsewhere, seen).sameness == Sameness.UNKNOWN
