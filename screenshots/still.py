"""A source that never changes, so that a picture is the same in every run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NamedTuple
from unittest.mock import patch

from cafleet_core import clock
from cafleet_core.broker.delivery.pending import Held
from cafleet_core.broker.messages import history
from cafleet_core.broker.messages.history import Filter
from cafleet_core.broker.messages.pages import Page, Reach
from cafleet_core.broker.team.create_member import Wish
from cafleet_core.broker.team.start_agent import Started
from cafleet_core.broker.team.up import Raised, Team
from cafleet_core.errors import NotFound, Refused
from cafleet_core.records import Agent, Sent, Session
from cafleet_core.states import PushOutcome
from cafleet_core.views import Entry, Member, PaneReading, Pulse, SessionSummary
from cafleet_tui.operations.mail import Letter
from cafleet_tui.operations.member_operations import Done, Order

NOW = datetime(2026, 11, 20, 12, 41, 7, tzinfo=UTC)
"""The moment at which every scene plays."""


class StillSource(NamedTuple):
    """A registry's answers, written down; any thread may use them."""

    summaries: tuple[SessionSummary, ...] = ()
    entries: tuple[Entry, ...] = ()
    members: tuple[Member, ...] = ()
    views: Mapping[str, PaneReading] = {}
    beats: Mapping[str, Pulse] = {}

    def opened(self) -> StillSource:
        """The source for the calling thread."""
        return self

    def data_version(self) -> int:
        """Nobody ever commits."""
        return 1

    def sessions(self, include_deleted: bool) -> Sequence[SessionSummary]:
        """The sessions, deleted ones on demand."""
        return [
            summary
            for summary in self.summaries
            if include_deleted or summary.session.deleted_at is None
        ]

    def session(self, session_id: str) -> Session:
        """The session with this id."""
        for summary in self.summaries:
            if summary.session.session_id == session_id:
                return summary.session
        raise NotFound(f"session '{session_id}' not found.")

    def newest(self, _session_id: str, wanted: Filter, limit: int) -> Sequence[Entry]:
        """The newest entries that are wanted."""
        return [entry for entry in self.entries if history.fits(entry, wanted)][-limit:]

    def page(self, _session_id: str, wanted: Filter, _reach: Reach) -> Page:
        """All that is wanted, wherever one looks."""
        fitting = tuple(e for e in self.entries if history.fits(e, wanted))
        return Page(fitting, begins=True, ends=True)

    def changed(self, _session_id: str, _since_version: int) -> Sequence[Entry]:
        """Nothing ever changes."""
        return ()

    def version(self, _session_id: str) -> int:
        """The newest version."""
        return max((entry.version for entry in self.entries), default=0)

    def roster(self, _session_id: str) -> Sequence[Member]:
        """Every agent."""
        return self.members

    def pulses(self, _session_id: str) -> dict[str, Pulse]:
        """How often each agent acted."""
        return dict(self.beats)

    def panes(self, _session_id: str) -> dict[str, PaneReading]:
        """The verdicts on the panes."""
        return dict(self.views)

    def pane(self, _agent: Agent) -> dict[str, PaneReading]:
        """Nothing that was not seen with the others."""
        return {}

    def held(self, _session_id: str) -> Held:
        """The messages that wait for their pane."""
        waiting = [
            one.created_at
            for entry in self.entries
            for one in entry.deliveries
            if one.push_outcome == PushOutcome.HELD and not one.notified_at
        ]
        return Held(len(waiting), min(waiting, default=None))

    def send(self, _letter: Letter) -> Sent:
        """Nothing can be sent from a picture."""
        raise Refused("this is a picture.")

    def cancel(self, _session: Session, _entry: Entry) -> None:
        """Nothing can be taken back in a picture."""
        raise Refused("this is a picture.")

    def ack(self, _session: Session, _entry: Entry) -> None:
        """Nothing is dealt with in a picture."""

    def written(self, _session: Session) -> Sequence[str]:
        """Nothing was ever sent."""
        return ()

    def carry_out(self, _order: Order) -> Done:
        """Nothing can be done in a picture."""
        raise Refused("this is a picture.")

    def hire(self, _session: Session, _wish: Wish) -> Started:
        """Nobody can be started in a picture."""
        raise Refused("this is a picture.")

    def found(self, _team: Team) -> Raised:
        """No session can be started from a picture."""
        raise Refused("this is a picture.")

    def close(self) -> None:
        """There is nothing to let go of."""


@contextmanager
def stopped_clock() -> Iterator[None]:
    """Hold the time at `NOW`, in a pane of tmux."""
    pane = patch.dict(os.environ, {"TMUX": "/tmp/tmux-1000/default,100,0"})  # noqa: S108
    with patch.object(clock, "now", lambda: NOW), pane:
        yield
