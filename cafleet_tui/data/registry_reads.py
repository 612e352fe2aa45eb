"""What the control room reads of the registry, from one thread at a time; nothing is changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cafleet_core.broker.delivery import deliverer, pending
from cafleet_core.broker.directory import sessions
from cafleet_core.broker.events import history as events
from cafleet_core.broker.files import users
from cafleet_core.broker.messages import history, pages
from cafleet_core.broker.messages.pages import Reader
from cafleet_core.broker.registry.commits import Bell, Commits
from cafleet_core.broker.registry.open import open_registry
from cafleet_core.broker.team import (
    all_sessions,
    member_facts,
    pane_states,
    roster,
    trees,
)
from cafleet_core.broker.team.live_screen import LiveScreens
from cafleet_core.config.settings import Settings
from cafleet_core.errors import RegistryError
from cafleet_core.file_use import SharedFile
from cafleet_core.readings import PaneReading
from cafleet_core.records import Agent, Event, Session
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
from cafleet_tui.model import absence
from cafleet_tui.model.inbox import Inbox
from cafleet_tui.operations import (
    adopt_member,
    mail,
    reviews,
)
from cafleet_tui.operations.adopt_member import Stray
from cafleet_tui.operations.reviews import Reading


class RegistryReads:
    """The reads of a `Source`, over the registry that the settings name.

    The file must exist: a lost registry is not replaced by an empty one.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._limits = settings.thresholds
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

    def tree_owners(self, session_id: str) -> Sequence[str]:
        """See `Source`."""
        return trees.owners(self._registry, session_id)

    def shared_files(self, session_id: str) -> dict[str, tuple[SharedFile, ...]]:
        """See `Source`."""
        return users.shared(self._registry, session_id)

    def worktree(self, agent_id: str) -> TreeView | None:
        """See `Source`."""
        return trees.of_agent(self._registry, agent_id)

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

    def sent_ids(self, session: Session, task_ids: Collection[str]) -> Collection[str]:
        """See `Source`."""
        return mail.sent_ids(self._registry, session.session_id, task_ids)

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

    def changes(self, session: Session, agent: Agent) -> Reading:
        """See `Source`."""
        return reviews.read(self._registry, session, agent)

    def strays(self, session: Session) -> Sequence[Stray]:
        """See `Source`."""
        return adopt_member.strays(self._registry, session)
