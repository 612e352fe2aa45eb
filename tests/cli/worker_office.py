"""A Director's desk, and a member that can be crashed and started again."""

from __future__ import annotations

import os
import signal

from cafleet_core.broker.team import roster
from cafleet_core.storage import starts
from tests.cli.desk import Desk
from tests.cli.pretender import PROMPTED, Pretender, creating
from tests.terminal import Ran, eventually

BEGINS = 'conversation_argv = ["--conversation", "{conversation}"]'
RESUMES = 'resume_argv = ["resume", "{conversation}"]'


class Office:
    """A Director's desk, and a member that the pretender plays."""

    def __init__(self, desk: Desk, pretender: Pretender, *table: str) -> None:
        self.desk, self.pretender = desk, pretender
        self.known = pretender.configured(PROMPTED, *table)

    def hire(self, *more: str, **extra: str) -> str:
        """The member `worker`; its pane."""
        arguments = creating("worker", self.pretender.name, "--json", *more)
        made = self.desk(*arguments, **self.known, **extra)
        assert made.code == 0, made.err
        return str(made.document["placement"]["tmux_pane_id"])

    def restart(self, *more: str, **extra: str) -> Ran:
        return self.desk(
            "member", "restart", "worker", "--json", *more, **self.known, **extra
        )

    def conversation(self) -> str:
        """The one that the registry knows."""
        worker = roster.find(self.desk.registry, self.desk.team.caller(), "worker")
        start = starts.of_agent(self.desk.registry, worker.agent_id)
        assert start is not None
        return start.conversation

    def crash(self, pane: str) -> None:
        where = ("display-message", "-p", "-t", pane)
        os.kill(int(self.desk.terminal.tmux(*where, "#{pane_pid}")), signal.SIGKILL)
        eventually(lambda: self.desk.terminal.tmux(*where, "#{pane_dead}") == "1")

    def living(self) -> list[str]:
        """The panes in which the pretender lives now."""
        listed = self.desk.terminal.tmux(
            "list-panes", "-a", "-F", "#{pane_id} #{pane_dead} #{@cafleet_agent_id}"
        )
        rows = [line.split(" ") for line in listed.splitlines()]
        worker = roster.find(self.desk.registry, self.desk.team.caller(), "worker")
        return [
            pane for pane, dead, mark in rows if mark == worker.agent_id and dead == "0"
        ]
