"""The registry as the control room reads and changes it, from one thread at a time."""

from __future__ import annotations

from collections.abc import Sequence

from cafleet_core.broker.directory import sessions
from cafleet_core.broker.supervision import background, monitor
from cafleet_core.broker.team import (
    notes,
    pane_states,
)
from cafleet_core.comments import Comment
from cafleet_core.config.settings import Settings
from cafleet_core.errors import Refused
from cafleet_core.readings import PaneReading
from cafleet_core.records import Agent, Sent, Session
from cafleet_core.requests import MemberRequest, StartResult, UpRequest, UpResult
from cafleet_core.states import Watcher
from cafleet_core.views import (
    Entry,
)
from cafleet_tui.data.event_rules import RoomRules
from cafleet_tui.data.registry_reads import RegistryReads
from cafleet_tui.operations import (
    adopt_member,
    create_member,
    create_session,
    mail,
    member_operations,
    reviews,
)
from cafleet_tui.operations.adopt_member import Stray
from cafleet_tui.operations.mail import OutgoingMessage
from cafleet_tui.operations.member_operations import Operation, OperationResult


class RegistrySource(RegistryReads):
    """A `Source` over the registry that the settings name, for the thread that made it.

    With `read_only` settings it stores and types nothing, and raises Refused instead.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._rules = settings.push_rules
        self._monitor: monitor.Monitor | None = None
        self._event_rules: RoomRules | None = None

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

    def note(self, agent: Agent, words: str) -> str | None:
        """See `Source`."""
        self._refuse_if_read_only()
        return notes.write(self._registry, agent, words)

    def act_on_events(self) -> str:
        """See `Source`."""
        if self._read_only:
            return ""
        if self._event_rules is None:
            self._event_rules = RoomRules(self._registry, self._settings.rules_file)
        return self._event_rules.act()

    def send(self, outgoing: OutgoingMessage) -> Sent:
        """See `Source`."""
        self._refuse_if_read_only()
        return mail.send_message(self._registry, outgoing, self._rules)

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

    def carry_out(self, operation: Operation) -> OperationResult:
        """See `Source`."""
        if not member_operations.only_looks(operation.verb):
            self._refuse_if_read_only()
        return member_operations.carry_out(self._registry, operation)

    def capture_again(self, operation: Operation) -> str:
        """See `Source`."""
        return member_operations.captured(self._registry, operation)

    def send_review(
        self, session: Session, agent: Agent, words: str, said: Sequence[Comment]
    ) -> Sent:
        """See `Source`."""
        self._refuse_if_read_only()
        return reviews.send(self._registry, session, agent, words, said, self._rules)

    def create_member(self, session: Session, request: MemberRequest) -> StartResult:
        """See `Source`."""
        self._refuse_if_read_only()
        return create_member.create(self._registry, session, request)

    def adopt(self, session: Session, stray: Stray, name: str) -> Agent:
        """See `Source`."""
        self._refuse_if_read_only()
        return adopt_member.take(self._registry, session, stray, name)

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
