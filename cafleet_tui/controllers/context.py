"""The context of every controller: the room's state, and what the room does for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from cafleet_core.readings import PaneReading
from cafleet_core.records import Agent, Session
from cafleet_core.views import Asking, Held, Member, MemberFacts, Pulse
from cafleet_tui.data.jobs import Jobs
from cafleet_tui.model.standing import Ranks, Standing

Result = TypeVar("Result")


@dataclass
class RoomState:
    """The room's knowledge of its session; only the session controller assigns to it.

    `readings`, `pulses`, `facts` and `changes` are by agent id, `troubles` by the name of the reader thread.
    `elsewhere` are those who wait in other sessions, as it was last stored.
    """

    session: Session
    members: tuple[Member, ...] = ()
    readings: Mapping[str, PaneReading] = field(default_factory=dict)
    pulses: Mapping[str, Pulse] = field(default_factory=dict)
    standings: Ranks = field(default_factory=lambda: Ranks((), (), ()))
    needing: tuple[Standing, ...] = ()
    elsewhere: tuple[Asking, ...] = ()
    facts: Mapping[str, MemberFacts] = field(default_factory=dict)
    changes: Mapping[str, str] = field(default_factory=dict)
    held: Held = field(default_factory=Held)
    troubles: dict[str, str] = field(default_factory=dict)
    last_error: str = ""

    def name_of(self, agent_id: str) -> str | None:
        """The name of an agent of the session."""
        names = {m.agent.agent_id: m.agent.name for m in self.members}
        return names.get(agent_id)


def without_activity(agent: Agent) -> Agent:
    """The agent without its time of last activity, to compare the rest."""
    return agent._replace(last_active_at=None)


class RoomContext(Protocol):
    """The room as its controllers see it; tests use a fake."""

    @property
    def state(self) -> RoomState:
        """The state of the session."""

    @property
    def jobs(self) -> Jobs:
        """Runs jobs that read or change the registry."""

    @property
    def read_only(self) -> bool:
        """Whether nothing may be stored or typed."""

    @property
    def past(self) -> bool:
        """Whether a past is replayed: then nothing may be asked of the panes either."""

    @property
    def top(self) -> Screen[Any]:
        """The top screen: the room, or what is open over it."""

    def say(self, outcome: Content) -> None:
        """Show an operation's outcome below the composer."""

    def open(
        self,
        dialog: Screen[Result],
        then: Callable[[Result | None], None] | None = None,
    ) -> None:
        """Open a dialog over the room; `then` gets its result."""

    def focus(self, widget: Widget) -> None:
        """Focus a widget before the next key; a hidden one when it appears."""


class ScreenContext:
    """The context that a screen gives its controllers; `say` is the screen's."""

    def __init__(
        self,
        screen: Screen[Any],
        state: RoomState,
        jobs: Jobs,
        say: Callable[[Content], None],
        *,
        read_only: bool,
        past: bool = False,
    ) -> None:
        self._screen = screen
        self._say = say
        self.state = state
        self.jobs = jobs
        self.read_only = read_only
        self.past = past

    @property
    def top(self) -> Screen[Any]:
        """See `RoomContext`."""
        return self._screen.app.screen

    def say(self, outcome: Content) -> None:
        """See `RoomContext`."""
        self._say(outcome)

    def open(
        self,
        dialog: Screen[Result],
        then: Callable[[Result | None], None] | None = None,
    ) -> None:
        """See `RoomContext`."""
        self._screen.app.push_screen(dialog, then)

    def focus(self, widget: Widget) -> None:
        """See `RoomContext`."""
        if widget.focusable:
            self._screen.set_focus(widget)
        else:
            widget.focus()
