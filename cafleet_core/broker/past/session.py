"""One session as it was at any time: everything that the control room shows of it."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.broker.directory import sessions
from cafleet_core.broker.messages import filtering
from cafleet_core.broker.messages.pages import PAGE, Reader
from cafleet_core.broker.past import messages, team
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import EventKind
from cafleet_core.storage import past, past_changes, timeline
from cafleet_core.views import PULSE_MINUTES, Unacked

if TYPE_CHECKING:
    from cafleet_core.readings import PaneReading
    from cafleet_core.records import Session
    from cafleet_core.storage.registry import Registry
    from cafleet_core.views import Entry, Filter, Held, Member, Page, Pulse, Reach

MOST_CHANGES = 500
"""Events between two times of which the messages are read one by one; of more, all anew."""

_EPOCH = "1970-01-01T00:00:00.000000+00:00"
_A_SECOND = 1_000_000


class PastSession:
    """Reads a session as of the stamp `at`, from the registry as it is now.

    What stamps say counts, not the order of commits: an event whose clock was wrong is shown
    at the time that it names.
    """

    def __init__(self, registry: Registry, session_id: str, at: str) -> None:
        self._registry = registry
        self._session_id = session_id
        self.at = at
        self._roster: tuple[list[Member], Held] | None = None
        self._end = self._first_after(at)

    @property
    def version(self) -> int:
        """A number that is greater for a later time: its microseconds since 1970."""
        return version_of(self.at)

    def session(self) -> Session:
        """The session; not deleted yet if that came later."""
        session = sessions.find(self._registry, self._session_id)
        deleted = session.deleted_at
        return (
            session
            if deleted and deleted <= self.at
            else session._replace(deleted_at=None)
        )

    def page(self, wanted: Filter, reach: Reach, limit: int = PAGE) -> Page | None:
        """The page at `reach` of the messages sent by then, as they stood then."""
        reader = Reader(self._registry, self._session_id, wanted, limit, self._end)
        if isinstance(reach, Unacked):
            page = self._around_unacked(reader, reach)
        else:
            page = reader.page(reach)
        return page and page._replace(entries=tuple(self._as_of(page.entries)))

    def _around_unacked(self, reader: Reader, reach: Unacked) -> Page | None:
        seq: int | None = reach.beyond
        while seq is not None:
            seq = past.next_open(
                self._registry, self._session_id, self.at, seq, reach.newer
            )
            page = None if seq is None else reader.around(seq)
            if page and any(entry.seq == seq for entry in page.entries):
                return page
        return None

    def _as_of(self, entries: tuple[Entry, ...] | list[Entry]) -> list[Entry]:
        sent = [entry for entry in entries if entry.created_at <= self.at]
        return messages.as_of(
            self._registry, self._session_id, sent, self.at, self.version
        )

    def changed(self, since: str, wanted: Filter) -> list[Entry]:
        """The messages that fit, and were sent or changed after a stamp."""
        heads = past_changes.touched(
            self._registry, self._session_id, since, self.at, MOST_CHANGES
        )
        entries = {
            *timeline.by_heads(self._registry, heads),
            *timeline.by_seqs(self._registry, self._sent_after(since)),
        }
        changed = self._as_of(sorted(entries))
        return [entry for entry in changed if filtering.fits(entry, wanted)]

    def _sent_after(self, since: str) -> list[int]:
        first = self._first_after(since)
        return past_changes.messages_between(
            self._registry, self._session_id, first, self._end, MOST_CHANGES
        )

    def _first_after(self, stamp: str) -> int:
        """The `seq` of the first message after a stamp."""
        after = stamp + "!"  # sorts between this stamp and the next
        return timeline.first_since(self._registry, self._session_id, after)

    def is_near(self, since: str) -> bool:
        """Whether so little has happened since an earlier stamp that `changed` tells all of it."""
        if since > self.at:
            return False
        count = past_changes.events_between(
            self._registry, self._session_id, since, self.at, MOST_CHANGES
        )
        return max(count, len(self._sent_after(since))) < MOST_CHANGES

    def roster(self) -> tuple[list[Member], Held]:
        """Every agent of that time with its activity, and the messages held for their panes."""
        if self._roster is None:
            self._roster = team.roster(
                self._registry, self._session_id, self.at, self._end
            )
        return self._roster

    def readings(self) -> dict[str, PaneReading]:
        """The reading of each pane as of then, by agent id."""
        return team.readings(self._registry, self._session_id, self.at)

    def pulses(self) -> dict[str, Pulse]:
        """How often each agent acted in each of the minutes before, by agent id."""
        began = clock.plus(clock.parse(self.at), -60 * PULSE_MINUTES)
        rows = past_changes.acts(
            self._registry, self._session_id, clock.stamp(began), self.at
        )
        beats: dict[str, Pulse] = {}
        for agent_id, minute, count in rows:
            moment = clock.parse(f"{minute}:00+00:00")
            beats.setdefault(agent_id, {})[int(moment.timestamp()) // 60] = count
        return beats

    def last_change(self) -> str:
        """The stamp of the last event or message by then; empty before the first."""
        event = past_changes.event_at(
            self._registry, self._session_id, self.at, later=False
        )
        sent = past_changes.message_at(
            self._registry, self._session_id, self._end, later=False
        )
        return max(filter(None, (event, sent)), default="")

    def next_change(self) -> str | None:
        """The stamp of the first event or message after it; None after the last."""
        event = past_changes.event_at(
            self._registry, self._session_id, self.at, later=True
        )
        sent = past_changes.message_at(
            self._registry, self._session_id, self._end, later=True
        )
        return min(filter(None, (event, sent)), default=None)

    def previous_change(self) -> str | None:
        """The stamp of what happened before the last thing by then; None before the first."""
        last = self.last_change()
        if not last:
            return None
        before = stamp_of(version_of(last) - 1)
        earlier = PastSession(self._registry, self._session_id, before)
        return earlier.last_change() or None

    def next_question(self) -> str | None:
        """The stamp of the first question after it; None after the last."""
        return past_changes.event_at(
            *(self._registry, self._session_id, self.at, EventKind.ASKED), later=True
        )

    def has_events(self) -> bool:
        """Whether any event by then is kept: without one the states of panes are not known."""
        event = past_changes.event_at(
            self._registry, self._session_id, self.at, later=False
        )
        return event is not None


def version_of(at: str) -> int:
    """The microseconds since 1970 of a stamp; 0 for an empty one."""
    if not at:
        return 0
    return round(clock.parse(at).timestamp() * _A_SECOND)


def stamp_of(version: int) -> str:
    """The stamp of which `version_of` gave this version."""
    return clock.stamp_after(clock.parse(_EPOCH), version / _A_SECOND)
