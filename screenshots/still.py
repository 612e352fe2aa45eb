"""A source with constant data, so that a picture is equal in every run."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from cafleet_core.broker.messages import filtering
from cafleet_core.broker.registry.commits import Bell, Commits
from cafleet_core.comments import Comment
from cafleet_core.errors import NotFound, Refused
from cafleet_core.file_use import SharedFile
from cafleet_core.readings import PaneReading
from cafleet_core.records import Agent, Event, Sent, Session
from cafleet_core.requests import MemberRequest, StartResult, UpRequest, UpResult
from cafleet_core.states import PushOutcome
from cafleet_core.views import (
    Asking,
    Change,
    Entry,
    Filter,
    Held,
    Member,
    MemberFacts,
    Page,
    Pulse,
    Reach,
    SessionSummary,
)
from cafleet_tui.model.inbox import Inbox, inbox_of
from cafleet_tui.operations.adopt_member import Stray
from cafleet_tui.operations.mail import OutgoingMessage
from cafleet_tui.operations.member_operations import Operation, OperationResult
from cafleet_tui.operations.reviews import Reading
from screenshots import reviewed
from screenshots.still_time import StillCommits, StillPast


class StillSource(NamedTuple):
    """Constant answers in place of a registry; safe in any thread."""

    summaries: tuple[SessionSummary, ...] = ()
    entries: tuple[Entry, ...] = ()
    members: tuple[Member, ...] = ()
    views: Mapping[str, PaneReading] = {}
    beats: Mapping[str, Pulse] = {}
    places: Mapping[str, str] = {}
    asked: Mapping[str, PaneReading] = {}
    events: tuple[Event, ...] = ()
    known: Mapping[str, MemberFacts] = {}

    @property
    def past(self) -> StillPast:
        """What a replay asks beside: nothing happens."""
        return StillPast()

    def opened(self) -> StillSource:
        """The source for the calling thread."""
        return self

    def watch(self, bell: Bell) -> Commits:
        """Waits for the bell alone."""
        return StillCommits(bell)

    def act_on_events(self) -> str:
        """See `Source`: there are no rules."""
        return ""

    def data_version(self) -> int:
        """A constant: nothing is ever committed."""
        return 1

    def capture_again(self, _operation: Operation) -> str:
        """Refuse: there is no pane."""
        raise Refused("a picture has no panes.")

    def note(self, _agent: Agent, _words: str) -> None:
        """Refuse: a picture notes nothing."""
        raise Refused("a picture keeps nothing.")

    def tree_owners(self, _session_id: str) -> Sequence[str]:
        """No agent has a worktree."""
        return ()

    def worktree(self, _agent_id: str) -> None:
        """No agent has one."""

    def sessions(self, include_deleted: bool) -> Sequence[SessionSummary]:
        """The sessions, deleted ones on demand."""
        return [
            summary
            for summary in self.summaries
            if include_deleted or summary.session.deleted_at is None
        ]

    def folders(self) -> Mapping[str, str]:
        """The folders of the sessions."""
        return self.places

    def waiting_elsewhere(self, session_id: str) -> Sequence[Asking]:
        """Who waits in the other sessions."""
        return [
            asking
            for summary in self.summaries
            for asking in summary.waiting
            if summary.session.session_id != session_id
        ]

    def asked_elsewhere(self, session_id: str) -> Sequence[tuple[Asking, PaneReading]]:
        """Who waits there, with the screen of the team's member of that name."""
        return [
            (asking, self.asked[asking.agent.name])
            for asking in self.waiting_elsewhere(session_id)
            if asking.agent.name in self.asked
        ]

    def session(self, session_id: str) -> Session:
        """The session with this id."""
        for summary in self.summaries:
            if summary.session.session_id == session_id:
                return summary.session
        raise NotFound(f"session '{session_id}' not found.")

    def newest(self, _session_id: str, wanted: Filter, limit: int) -> Sequence[Entry]:
        """The newest entries that fit the filter."""
        return [entry for entry in self.entries if filtering.fits(entry, wanted)][
            -limit:
        ]

    def page(self, _session_id: str, wanted: Filter, _reach: Reach) -> Page:
        """All entries that fit the filter, for any reach."""
        fitting = tuple(e for e in self.entries if filtering.fits(e, wanted))
        return Page(fitting, begins=True, ends=True)

    def place(self, _session_id: str, reference: str) -> int | None:
        """The message whose id begins so."""
        places = [e.seq for e in self.entries if e.task_id.startswith(reference)]
        return places[0] if len(places) == 1 else None

    def thread(self, _session_id: str, head: str) -> tuple[str, ...]:
        """No message is answered twice here: itself."""
        return (head,)

    def changed(self, _session_id: str, _since_version: int) -> Sequence[Entry]:
        """No entries: nothing ever changes."""
        return ()

    def last_change(self, _session_id: str) -> Change:
        """The newest entry's."""
        return Change(max((entry.version for entry in self.entries), default=0))

    def holds(self, _change: Change) -> bool:
        """Whatever was read stays."""
        return True

    def roster(self, _session_id: str) -> Sequence[Member]:
        """Every agent with its activity."""
        return self.members

    def pulses(self, _session_id: str) -> dict[str, Pulse]:
        """The acts of each agent a minute."""
        return dict(self.beats)

    def shared_files(self, _session_id: str) -> dict[str, tuple[SharedFile, ...]]:
        """The files that several use: those that are known of each agent."""
        return {}

    def facts(self, _session_id: str, *, priced: bool) -> dict[str, MemberFacts]:
        """What is known of each agent."""
        del priced
        return dict(self.known)

    def panes(self, _session_id: str) -> dict[str, PaneReading]:
        """The readings of the panes."""
        return dict(self.views)

    def pane(self, _agent: Agent) -> dict[str, PaneReading]:
        """No further reading of a single pane."""
        return {}

    def held(self, _session_id: str) -> Held:
        """The held messages."""
        waiting = sorted(
            (delivery.created_at, delivery.recipient_name)
            for entry in self.entries
            for delivery in entry.deliveries
            if delivery.push_outcome == PushOutcome.HELD and not delivery.notified_at
        )
        names = tuple(dict.fromkeys(name for _, name in waiting))
        return Held(len(waiting), waiting[0][0] if waiting else None, to=names)

    def send(self, _outgoing: OutgoingMessage) -> Sent:
        """Nothing can be sent from a picture."""
        raise Refused("this is a picture.")

    def cancel(self, _session: Session, _task_id: str) -> None:
        """Nothing can be taken back in a picture."""
        raise Refused("this is a picture.")

    def ack(self, _session: Session, _entry: Entry) -> None:
        """Nothing is dealt with in a picture."""

    def ack_those(self, _session: Session, _entries: Sequence[Entry]) -> None:
        """Nothing is dealt with in a picture."""

    def inbox(self, session: Session) -> Inbox:
        """The human's messages among the entries."""
        return inbox_of(self.entries, session.administrator_agent_id)

    def sent_ids(
        self, _session: Session, _task_ids: Collection[str]
    ) -> Collection[str]:
        """None: no draft is looked up."""
        return ()

    def happened(self, _session_id: str, _since: str, _limit: int) -> Sequence[Event]:
        """What happened while nobody looked."""
        return self.events

    def written(self, _session: Session) -> Sequence[str]:
        """Nothing was ever sent."""
        return ()

    def carry_out(self, _operation: Operation) -> OperationResult:
        """Nothing can be done in a picture."""
        raise Refused("this is a picture.")

    def changes(self, _session: Session, _agent: Agent) -> Reading:
        """What one of them has changed."""
        return reviewed.READING

    def send_review(
        self, _session: Session, _agent: Agent, _words: str, _said: Sequence[Comment]
    ) -> Sent:
        """Nothing can be sent from a picture."""
        raise Refused("this is a picture.")

    def create_member(self, _session: Session, _request: MemberRequest) -> StartResult:
        """Nobody can be started in a picture."""
        raise Refused("this is a picture.")

    def strays(self, _session: Session) -> Sequence[Stray]:
        """Two agents of nobody's, one of which may be of two kinds."""
        return reviewed.STRAYS

    def adopt(self, _session: Session, _stray: Stray, _name: str) -> Agent:
        """Nobody is adopted in a picture."""
        raise Refused("this is a picture.")

    def create_session(self, _request: UpRequest) -> UpResult:
        """No session can be started from a picture."""
        raise Refused("this is a picture.")

    def close(self) -> None:
        """Do nothing: nothing is open."""
