"""The registry as it was at the moment of a playback: it is only read, and no pane is asked."""

from __future__ import annotations

import select
from collections.abc import Sequence
from math import inf
from typing import Protocol, runtime_checkable

from cafleet_core import clock
from cafleet_core.broker.past.session import PastSession, stamp_of, version_of
from cafleet_core.broker.registry.commits import Bell, Commits
from cafleet_core.config.settings import Settings
from cafleet_core.errors import Refused
from cafleet_core.file_use import SharedFile
from cafleet_core.readings import PaneReading
from cafleet_core.records import Agent, Session
from cafleet_core.views import (
    EVERYTHING,
    Asking,
    Change,
    Entry,
    Filter,
    Held,
    Member,
    MemberFacts,
    Newest,
    Page,
    Pulse,
    Reach,
)
from cafleet_core.worktrees.view import TreeView
from cafleet_tui.data.registry_source import RegistrySource
from cafleet_tui.data.source import Source
from cafleet_tui.model.playback import Playback
from cafleet_tui.operations.member_operations import PAST, Operation, OperationResult

_LOOK_SECONDS = 1.0
"""Between two looks whether the registry is still in its place."""


class PastSource(RegistrySource):
    """A `Source` of one session at one moment: that of the last look, else of the opening.

    Its panes alone are those of the moment at which they are asked for.
    """

    def __init__(self, settings: Settings, session_id: str, playback: Playback) -> None:
        super().__init__(settings.replace(read_only=True))
        self._session_id = session_id
        self._playback = playback
        self._panes: tuple[str, dict[str, PaneReading]] | None = None
        self.past = self._present()

    def _present(self) -> PastSession:
        at = clock.stamp(self._playback.now())
        return PastSession(self._registry, self._session_id, at)

    def look(self) -> PastSession:
        """Show the moment that the playback is at, until the next look."""
        self.past = self._present()
        return self.past

    def watch(self, bell: Bell) -> Commits:
        """See `Source`: what moves is the moment."""
        return _PastCommits(self, self._playback, bell)

    def waiting_elsewhere(self, session_id: str) -> Sequence[Asking]:
        """See `Source`: a replay is of one session."""
        del session_id
        return ()

    def session(self, session_id: str) -> Session:
        """See `Source`."""
        del session_id  # it has one
        return self.past.session()

    def newest(self, session_id: str, wanted: Filter, limit: int) -> Sequence[Entry]:
        """See `Source`."""
        del session_id
        page = self.past.page(wanted, Newest(), limit)
        return page.entries if page else ()

    def page(self, session_id: str, wanted: Filter, reach: Reach) -> Page | None:
        """See `Source`."""
        del session_id
        return self.past.page(wanted, reach)

    def changed(self, session_id: str, since_version: int) -> Sequence[Entry]:
        """See `Source`."""
        del session_id
        return self.past.changed(stamp_of(since_version), EVERYTHING)

    def last_change(self, session_id: str) -> Change:
        """See `Source`."""
        return Change(self.past.version, session_id)

    def holds(self, change: Change) -> bool:
        """See `Source`; false after a jump, and once so much has changed that all is read anew."""
        return self.past.is_near(stamp_of(change.version))

    def roster(self, session_id: str) -> Sequence[Member]:
        """See `Source`."""
        del session_id
        return self.past.roster()[0]

    def held(self, session_id: str) -> Held:
        """See `Source`; who delivered them is not known."""
        del session_id
        return self.past.roster()[1]

    def facts(self, session_id: str, *, priced: bool) -> dict[str, MemberFacts]:
        """See `Source`: what was stored of them then is not kept."""
        del session_id, priced
        return {}

    def tree_owners(self, session_id: str) -> Sequence[str]:
        """See `Source`: see `worktree`."""
        del session_id
        return ()

    def shared_files(self, session_id: str) -> dict[str, tuple[SharedFile, ...]]:
        """See `Source`: who edited what then is not kept."""
        del session_id
        return {}

    def worktree(self, agent_id: str) -> TreeView | None:
        """See `Source`: what git said then is not recorded."""
        del agent_id
        return None

    def pulses(self, session_id: str) -> dict[str, Pulse]:
        """See `Source`."""
        del session_id
        return self.past.pulses()

    def panes(self, session_id: str) -> dict[str, PaneReading]:
        """See `Source`: as the events and the kept screens tell."""
        del session_id
        self.data_version()
        past = self._present()
        changed = past.last_change()
        if self._panes is None or self._panes[0] != changed:
            self._panes = changed, past.readings()
        return self._panes[1]

    def pane(self, agent: Agent) -> dict[str, PaneReading]:
        """See `Source`: nothing is asked of tmux."""
        del agent
        return {}

    def carry_out(self, operation: Operation) -> OperationResult:
        """See `Source`: whatever it is, it would be of the present."""
        raise Refused(f"{operation.verb}: {PAST}.")


class Timetable(Protocol):
    """Tells when something happened, seen from one moment; stamps, None for never."""

    def next_change(self) -> str | None:
        """The first thing that happened after the moment."""

    def previous_change(self) -> str | None:
        """The change before the last one by the moment."""

    def next_question(self) -> str | None:
        """The first question after the moment."""

    def has_events(self) -> bool:
        """Whether any event by the moment is kept."""


@runtime_checkable
class OfAPast(Protocol):
    """A source that shows a moment of the past."""

    @property
    def past(self) -> Timetable:
        """The changes around that moment."""


def past_of(source: Source) -> Timetable:
    """The changes around the moment of a replay's source; TypeError for another source."""
    if not isinstance(source, OfAPast):
        raise TypeError("not the source of a replay")
    return source.past


class _PastCommits(Commits):
    """Tells when the moment of a playback comes to the next change, or goes elsewhere."""

    def __init__(self, source: PastSource, playback: Playback, bell: Bell) -> None:
        self._source = source
        self._playback = playback
        self._bell = bell
        self.seen = self.look()

    def look(self) -> int:
        """See `Commits`."""
        self._source.data_version()  # raises if the registry is gone
        self.seen = version_of(self._source.look().last_change())
        return self.seen

    def wait(self, seconds: float) -> int:
        """See `Commits`."""
        following = self._source.past.next_change()
        left = seconds
        while left > 0:
            due = self._due(following)
            step = min(left, due, _LOOK_SECONDS)
            if select.select([self._bell.fd], [], [], step)[0]:
                self._bell.hush()
                break
            if due <= step:
                break
            left -= step
            self._source.data_version()
            following = following or self._source.past.next_change()
        return self.look()

    def _due(self, following: str | None) -> float:
        """Seconds until the moment of the next change, without end while none comes."""
        if following is None:
            return inf
        due = self._playback.seconds_until(clock.parse(following))
        return inf if due is None else due

    def close(self) -> None:
        """Nothing is open."""
