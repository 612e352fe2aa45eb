"""The registry as the control room reads and changes it, from one thread at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cafleet_core.broker.delivery import deliverer, pending
from cafleet_core.broker.directory import sessions
from cafleet_core.broker.events import history as events
from cafleet_core.broker.messages import history, pages
from cafleet_core.broker.messages.pages import Reader
from cafleet_core.broker.registry.commits import Bell, Commits
from cafleet_core.broker.registry.open import open_registry
from cafleet_core.broker.supervision import background, monitor
from cafleet_core.broker.team import (
    all_sessions,
    member_facts,
    pane_states,
    roster,
    trees,
)
from cafleet_core.broker.team.live_screen import LiveScreens
from cafleet_core.config.settings import Settings
from cafleet_core.errors import Refused, RegistryError
from cafleet_core.readings import PaneReading
from cafleet_core.records import Agent, Event, Sent, Session
from cafleet_core.requests import MemberRequest, StartResult, UpRequest, UpResult
from cafleet_core.states import Watcher
from cafleet_core.views import (
    Asking,
    Change,
    Entry,
    EventFilter,
    Filter,
    Held,
    Member,
    MemberFacts,
    Page,
    Pulse,
    Reach,
    SessionSummary,
)
from cafleet_core.worktrees.view import TreeView
from cafleet_tui.data.event_rules import RoomRules
from cafleet_tui.model import absence
from cafleet_tui.model.inbox import Inbox
from cafleet_tui.operations import (
    create_member,
    create_session,
    mail,
    member_operations,
)
from cafleet_tui.operations.mail import OutgoingMessage
from cafleet_tui.operations.member_operations import Operation, OperationResult


class RegistrySource:
    """A `Source` over the registry that the settings name, for the thread that made it.

    The file must exist: a lost registry is not replaced by an empty one. With `read_only`
    settings it stores and types nothing, and raises Refused instead.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._rules = settings.push_rules
        self._limits = settings.thresholds
        self._monitor: monitor.Monitor | None = None
        self._event_rules: RoomRules | None = None
        self._past = pane_states.past_readings()
        self._registry = open_registry(settings.registry, make=False)
        self._read_only = settings.read_only
        if self._read_only:
            self._registry.refuse_writes()
        self._live_screens = LiveScreens(self._registry, asks=not self._read_only)

    def watch(self, bell: Bell) -> Commits:
        """See `Source`."""
        return self._registry.watch(bell, self.data_version)

    def data_version(self) -> int:
        """See `Source`."""
        version = self._registry.data_version()
        self._expect_revision()
        return version

    def _expect_in_place(self) -> None:
        """Raise RegistryGone if the file is not the one that was opened."""
        self._registry.check_in_place()
        self._expect_revision()

    def _expect_revision(self) -> None:
        if self._registry.revision() != self._registry.opened_at:
            raise RegistryError("The registry was migrated by another cafleet.")

    def sessions(self, include_deleted: bool) -> Sequence[SessionSummary]:
        """See `Source`."""
        return all_sessions.summaries(self._registry, include_deleted)

    def folders(self) -> dict[str, str]:
        """See `Source`."""
        return all_sessions.folders(self._registry)

    def waiting_elsewhere(self, session_id: str) -> Sequence[Asking]:
        """See `Source`."""
        return all_sessions.waiting_elsewhere(self._registry, session_id)

    def asked_elsewhere(self, session_id: str) -> Sequence[tuple[Asking, PaneReading]]:
        """See `Source`."""
        return all_sessions.asked_elsewhere(self._registry, session_id)

    def session(self, session_id: str) -> Session:
        """See `Source`."""
        return sessions.find(self._registry, session_id)

    def newest(self, session_id: str, wanted: Filter, limit: int) -> Sequence[Entry]:
        """See `Source`."""
        return history.page(self._registry, session_id, wanted, limit)

    def page(self, session_id: str, wanted: Filter, reach: Reach) -> Page | None:
        """See `Source`."""
        return Reader(self._registry, session_id, wanted).page(reach)

    def place(self, session_id: str, reference: str) -> int | None:
        """See `Source`."""
        return pages.place(self._registry, session_id, reference)

    def thread(self, session_id: str, head: str) -> tuple[str, ...]:
        """See `Source`."""
        return pages.thread(self._registry, session_id, head)

    def changed(self, session_id: str, since_version: int) -> Sequence[Entry]:
        """See `Source`."""
        return pages.changed(self._registry, session_id, since_version)

    def last_change(self, session_id: str) -> Change:
        """See `Source`."""
        return pages.last_change(self._registry, session_id)

    def holds(self, change: Change) -> bool:
        """See `Source`."""
        return pages.holds(self._registry, change)

    def roster(self, session_id: str) -> Sequence[Member]:
        """See `Source`."""
        return roster.roster(self._registry, session_id)

    def pulses(self, session_id: str) -> dict[str, Pulse]:
        """See `Source`."""
        return roster.pulses(self._registry, session_id)

    def facts(self, session_id: str, *, priced: bool) -> dict[str, MemberFacts]:
        """See `Source`."""
        return member_facts.of_session(self._registry, session_id, priced=priced)

    def worktree(self, agent_id: str) -> TreeView | None:
        """See `Source`."""
        return trees.of_agent(self._registry, agent_id)

    def panes(self, session_id: str) -> dict[str, PaneReading]:
        """See `Source`."""
        self._expect_in_place()
        sessions.find(self._registry, session_id)
        if self._read_only:
            return pane_states.observe(self._registry, session_id, self._past)
        if self._monitor is None:
            self._monitor = monitor.Monitor(
                self._registry,
                session_id,
                self._rules,
                self._limits,
                Watcher.ROOM,
                screens=self._settings.screens,
            )
            background.start_host(self._registry, self._settings)
        return self._monitor.tick().readings

    def act_on_events(self) -> str:
        """See `Source`."""
        if self._read_only:
            return ""
        if self._event_rules is None:
            self._event_rules = RoomRules(self._registry, self._settings.rules_file)
        return self._event_rules.act()

    def pane(self, agent: Agent) -> dict[str, PaneReading]:
        """See `Source`."""
        return pane_states.seen([agent]) or self._live_screens.reading(agent)

    def held(self, session_id: str) -> Held:
        """See `Source`."""
        held = pending.held(self._registry, session_id)
        if not held.messages:
            return held
        return held._replace(
            by=deliverer.find(self._registry, session_id).words,
            to=pending.recipients(self._registry, session_id),
        )

    def send(self, outgoing: OutgoingMessage) -> Sent:
        """See `Source`."""
        self._refuse_if_read_only()
        return mail.send_message(self._registry, outgoing, self._rules)

    def sent_ids(self, session: Session, task_ids: Collection[str]) -> Collection[str]:
        """See `Source`."""
        return mail.sent_ids(self._registry, session.session_id, task_ids)

    def cancel(self, session: Session, task_id: str) -> None:
        """See `Source`."""
        self._refuse_if_read_only()
        mail.cancel(self._registry, session, task_id)

    def ack(self, session: Session, entry: Entry) -> None:
        """See `Source`."""
        self._refuse_if_read_only()
        mail.ack(self._registry, session, entry)

    def ack_those(self, session: Session, entries: Sequence[Entry]) -> None:
        """See `Source`."""
        self._refuse_if_read_only()
        mail.ack_those(self._registry, session, entries)

    def inbox(self, session: Session) -> Inbox:
        """See `Source`."""
        return mail.inbox_of_human(self._registry, session)

    def happened(self, session_id: str, since: str, limit: int) -> Sequence[Event]:
        """See `Source`."""
        wanted = EventFilter(session_id, kinds=absence.KINDS, since=since)
        return events.newest(self._registry, wanted, limit)

    def written(self, session: Session) -> Sequence[str]:
        """See `Source`."""
        return mail.written(self._registry, session)

    def carry_out(self, operation: Operation) -> OperationResult:
        """See `Source`."""
        if not member_operations.only_looks(operation.verb):
            self._refuse_if_read_only()
        return member_operations.carry_out(self._registry, operation)

    def create_member(self, session: Session, request: MemberRequest) -> StartResult:
        """See `Source`."""
        self._refuse_if_read_only()
        return create_member.create(self._registry, session, request)

    def create_session(self, request: UpRequest) -> UpResult:
        """See `Source`."""
        self._refuse_if_read_only()
        return create_session.create(self._registry, request)

    def _refuse_if_read_only(self) -> None:
        if self._read_only:
            raise Refused(f"{member_operations.READ_ONLY}.")

    def close(self) -> None:
        """See `Source`; also releases the session's claim, and starts a loop for pushes owed."""
        try:
            if self._event_rules:
                self._event_rules.close()
            if self._monitor:
                self._monitor.release()
                background.start_where_owed(self._registry, self._settings)
        finally:
            self._registry.close()
