"""A Director at work: `cafleet` called from inside its pane."""

from __future__ import annotations

from typing import Any, NamedTuple

from cafleet_core.broker.registry.open import Registry
from tests.team import Team
from tests.terminal import Ran, Terminal, cafleet, eventually


class Desk(NamedTuple):
    """A Director's pane, and calling `cafleet` from inside it."""

    terminal: Terminal
    registry: Registry
    team: Team
    pane: str

    def __call__(self, *arguments: str, **extra: str) -> Ran:
        inside = self.terminal.inside(self.pane)
        return cafleet(self.terminal.registry, *arguments, **inside, **extra)

    def hire(self, name: str, *more: str) -> Ran:
        return self(
            *("member", "create", "--name", name, "--description", f"The {name}"),
            *("--coding-agent", "standin", "--json", *more),
        )

    def a_worker_at_rest(self) -> Any:
        """The member `worker`, seen at rest; what `create` told of it."""
        made = self.hire("worker", "--env", "CAFLEET_STANDIN_BEHAVIOUR=quiet").document
        explain = ("member", "explain", "--member-id", "worker", "--json")
        eventually(lambda: self(*explain).document["state"] == "idle")
        return made

    def panes(self) -> list[str]:
        return self.terminal.tmux(
            "list-panes", "-t", self.pane, "-F", "#{pane_id}"
        ).split()

    def lingering(self) -> list[tuple[Any, ...]]:
        """Who has joined by the record of events, is not there, and has not left."""
        return self.registry.rows(
            "SELECT agent_id FROM events WHERE kind = 'joined'"
            " AND agent_id NOT IN (SELECT agent_id FROM agents)"
            " AND agent_id NOT IN (SELECT agent_id FROM events WHERE kind = 'left')"
        )
