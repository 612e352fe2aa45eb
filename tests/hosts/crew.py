"""A Director on one machine, and an agent of its session on another."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import psycopg

from tests.machines import Machine
from tests.terminal import Ran, turns


class Crew(NamedTuple):
    """The Director lives in `office`, bob in `lab`; each is a stand-in that logs its turns."""

    office: Machine
    lab: Machine
    session_id: str
    director_pane: str
    bob_pane: str
    bob_id: str

    def as_director(self, *arguments: str, **environ: str) -> Ran:
        who = ("--session-id", self.session_id, "--agent-id", "Director")
        return self.office.run(*who, *arguments, **environ)

    def as_bob(self, *arguments: str) -> Ran:
        who = ("--session-id", self.session_id, "--agent-id", self.bob_id)
        return self.lab.run(*who, *arguments)

    def send(self, words: str, *more: str, **environ: str) -> str:
        """Send to bob from the office; what is printed of the push."""
        sent = self.as_director(
            *("message", "send", "--to", "bob", "--text", words, *more), **environ
        )
        assert sent.code == 0, sent
        return sent.out.splitlines()[-1].strip()

    @property
    def bob(self) -> tuple[str, str]:
        """Bob as the member of a command."""
        return ("--member-id", self.bob_id)

    def ask(self, verb: str, *words: str) -> str:
        """What a command of the Director's about bob prints."""
        asked = self.as_director("member", verb, *self.bob, *words)
        assert asked.code == 0, asked
        return asked.out

    def hire_bob(self) -> None:
        """Make bob a member of the Director's."""
        with psycopg.connect(self.office.url, autocommit=True) as database:
            database.execute(
                "UPDATE agents SET kind = 'member' WHERE agent_id = %s", (self.bob_id,)
            )
            database.execute(
                "UPDATE agent_placements SET director_agent_id ="
                " (SELECT director_agent_id FROM sessions WHERE session_id = %s)"
                " WHERE agent_id = %s",
                (self.session_id, self.bob_id),
            )

    @property
    def bob_log(self) -> Path:
        return log_of(self.lab)

    def bob_was_told(self) -> list[str]:
        """The turns that were typed to bob and submitted."""
        return turns(self.bob_log)

    def director_was_told(self) -> list[str]:
        return turns(log_of(self.office))


def log_of(machine: Machine) -> Path:
    return machine.folder / "turns.jsonl"


def crew_on(office: Machine, lab: Machine) -> Crew:
    there = office.terminal.standin(log_of(office), name="Director")
    director = ("session", "create", "--coding-agent", "standin", "--label", "crew")
    session_id = office.says(*director, pane=there).splitlines()[0]
    here = lab.terminal.standin(log_of(lab), name="bob")
    named = ("--name", "bob", "--description", "x", "--here")
    bob = ("agent", "register", *named, "--coding-agent", "standin")
    bob_id = lab.says("--session-id", session_id, *bob, pane=here).strip()
    return Crew(office, lab, session_id, there, here, bob_id)
