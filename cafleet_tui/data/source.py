"""What threads and jobs of the control room read and change: the interface of the registry."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from cafleet_core.broker.registry.commits import Bell, Commits
    from cafleet_core.comments import Comment
    from cafleet_core.file_use import SharedFile
    from cafleet_core.readings import PaneReading
    from cafleet_core.records import Agent, Event, Sent, Session
    from cafleet_core.requests import MemberRequest, StartResult, UpRequest, UpResult
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
    from cafleet_core.worktrees.view import TreeView
    from cafleet_tui.model.inbox import Inbox
    from cafleet_tui.operations.adopt_member import Stray
    from cafleet_tui.operations.mail import OutgoingMessage
    from cafleet_tui.operations.member_operations import Operation, OperationResult
    from cafleet_tui.operations.reviews import Reading


class Source(Protocol):
    """What threads and jobs call; every method may block.

    Raises CafleetError where the registry cannot answer.
    """

    def watch(self, bell: Bell, /) -> Commits:
        """What tells when another process commits; a `bell` ends its waits."""

    def data_version(self) -> int:
        """A number that changes when another process has committed.

        Raises RegistryGone if the registry's file is not the one that was opened.
        """

    def sessions(self, include_deleted: bool, /) -> Sequence[SessionSummary]:
        """The live sessions, those in which somebody waits first; deleted ones on demand."""

    def folders(self) -> Mapping[str, str]:
        """The folder in which each session's Director works, by session id, where tmux tells."""

    def waiting_elsewhere(self, session_id: str, /) -> Sequence[Asking]:
        """Who waits for an answer in the other sessions, as it was last stored."""

    def asked_elsewhere(
        self, session_id: str, /
    ) -> Sequence[tuple[Asking, PaneReading]]:
        """Who waits in the other sessions, with what their panes show now."""

    def session(self, session_id: str, /) -> Session:
        """The session with this id."""

    def newest(self, session_id: str, wanted: Filter, limit: int, /) -> Sequence[Entry]:
        """The newest entries that fit the filter, oldest first."""

    def page(self, session_id: str, wanted: Filter, reach: Reach, /) -> Page | None:
        """The page at `reach` of the entries that fit; None if nothing is there."""

    def place(self, session_id: str, reference: str, /) -> int | None:
        """The `seq` of the one message that an id, or its beginning, names; else None."""

    def thread(self, session_id: str, head: str, /) -> tuple[str, ...]:
        """The head ids of a message's thread, the first one first."""

    def changed(self, session_id: str, since_version: int, /) -> Sequence[Entry]:
        """Entries new or changed since a version."""

    def last_change(self, session_id: str, /) -> Change:
        """The newest change among the session's messages."""

    def holds(self, change: Change, /) -> bool:
        """Whether the registry still holds a change; one restored from a backup may not."""

    def roster(self, session_id: str, /) -> Sequence[Member]:
        """Every agent of the session, deregistered ones too."""

    def pulses(self, session_id: str, /) -> dict[str, Pulse]:
        """How often each agent acted in each of the last minutes, by agent id."""

    def facts(self, session_id: str, /, *, priced: bool) -> dict[str, MemberFacts]:
        """What is stored of each active agent, by agent id; costs are estimated if `priced`."""

    def note(self, agent: Agent, words: str, /) -> str | None:
        """Keep a note of an agent, and return it as it is kept; None without words."""

    def tree_owners(self, session_id: str, /) -> Sequence[str]:
        """The ids of the agents that have a git worktree."""

    def shared_files(self, session_id: str, /) -> dict[str, tuple[SharedFile, ...]]:
        """The files of each agent that another one uses as well, by agent id."""

    def worktree(self, agent_id: str, /) -> TreeView | None:
        """An agent's git worktree as it is now; None if it has none."""

    def panes(self, session_id: str, /) -> dict[str, PaneReading]:
        """The reading of each agent's pane, by agent id."""

    def act_on_events(self) -> str:
        """Carry out the user's rules for new events; their trouble in words, or empty."""

    def pane(self, agent: Agent, /) -> dict[str, PaneReading]:
        """The reading of one agent's pane, by its id; empty without a pane.

        Of one on another machine with what that machine shows of it now, or why it does not.
        """

    def held(self, session_id: str, /) -> Held:
        """How many messages of the session wait for their pane, since when, and who delivers."""

    def send(self, outgoing: OutgoingMessage, /) -> Sent:
        """Store the message and push it; the one that it answers is acked."""

    def sent_ids(
        self, session: Session, task_ids: Collection[str], /
    ) -> Collection[str]:
        """Those of the ids that messages of the session have."""

    def cancel(self, session: Session, task_id: str, /) -> None:
        """Cancel the human's message for all recipients who have not acked it."""

    def ack(self, session: Session, entry: Entry, /) -> None:
        """Ack a message that was sent to the human."""

    def ack_those(self, session: Session, entries: Sequence[Entry], /) -> None:
        """Ack messages to the human, together; those that are settled by now are left alone."""

    def inbox(self, session: Session, /) -> Inbox:
        """The messages to the human."""

    def happened(self, session_id: str, since: str, limit: int, /) -> Sequence[Event]:
        """The newest events after a stamp that `absence.missed` reads, oldest first."""

    def written(self, session: Session, /) -> Sequence[str]:
        """The human's last messages in a session, newest last, as they would be typed."""

    def carry_out(self, operation: Operation, /) -> OperationResult:
        """Carry out an operation on a member."""

    def capture_again(self, operation: Operation, /) -> str:
        """What a capture shows now, which is the same look still, and recorded as one."""

    def changes(self, session: Session, agent: Agent, /) -> Reading:
        """What a member has changed, and the comments on it that it has not acked."""

    def send_review(
        self, session: Session, agent: Agent, words: str, said: Sequence[Comment], /
    ) -> Sent:
        """Send comments on its changes to a member."""

    def create_member(self, session: Session, request: MemberRequest, /) -> StartResult:
        """Create a member in its Director's name."""

    def strays(self, session: Session, /) -> Sequence[Stray]:
        """The agents beside the Director that nobody owns."""

    def adopt(self, session: Session, stray: Stray, name: str, /) -> Agent:
        """Make one of them a member."""

    def create_session(self, request: UpRequest, /) -> UpResult:
        """Create a session with its Director."""

    def close(self) -> None:
        """Close the registry."""


OpenSource = Callable[[], Source]
"""Opens a source for the calling thread."""
