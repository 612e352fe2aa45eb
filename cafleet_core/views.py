"""Records as they are shown: rows put together, counts, pages."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple, StrEnum

if TYPE_CHECKING:
    from cafleet_core.comments import Comment
    from cafleet_core.file_use import SharedFile
    from cafleet_core.records import Agent, Attachment, Session
    from cafleet_core.states import (
        AgentKind,
        EventKind,
        PushOutcome,
        PushReason,
        SenderProof,
        TaskState,
        Transport,
    )

PULSE_MINUTES = 60
"""Minutes that an agent's pulse covers."""

Pulse = dict[int, int]
"""Acts of an agent by minutes since 1970; minutes without an act are left out."""


class Asking(NamedTuple):
    """An agent that waited for an answer when its pane was last looked at.

    `watched`: a process looks at the panes of its session, so that this is so now.
    """

    session: Session
    agent: Agent
    watched: bool


class SessionSummary(NamedTuple):
    """A session with the counts that a list or the session picker shows.

    `active_agents` and `unacked` count the human and the `mail` for the human, too. Who is
    `waiting`, and where the Director lives, are only told where that was asked for; `host`
    is the name of another machine, empty for this one.
    """

    session: Session
    active_agents: int
    unacked: int
    last_activity: str | None
    mail: int = 0
    waiting: tuple[Asking, ...] = ()
    tmux_session: str = ""
    host: str = ""

    @property
    def team(self) -> int:
        """How many agents are active, without the human: as the room's header counts them."""
        return max(0, self.active_agents - 1)

    @property
    def team_unacked(self) -> int:
        """Unacked messages without those for the human, likewise."""
        return self.unacked - self.mail


class Activity(NamedTuple):
    """An agent's last acts, and its unacked messages.

    `last_active` is the newest act of the agent itself (sent, acked, read); a message that
    arrives for it changes `last_recv` alone.
    """

    last_sent: str | None
    last_recv: str | None
    last_ack: str | None
    last_active: str | None
    unacked: int
    unread: int
    oldest_unacked: str | None


class Member(NamedTuple):
    """An agent of a session with its activity."""

    agent: Agent
    activity: Activity


class RosterOrder(StrEnum):
    """By who needs somebody, by name, by state, or by who did something last."""

    NEED = "need"
    NAME = "name"
    STATE = "state"
    ACTIVITY = "activity"


class MemberFacts(NamedTuple):
    """What is stored of an agent beside its placement; None or empty where nothing is.

    Of its conversation: the `context_used` and `context_size` in tokens, and the `cost` in
    millionths of a US dollar, which is `estimated` where the agent tells none. `branch` is that
    of its worktree, `folder` where it works, `host` its machine's name, `last` how the text
    begins that it sent last, `task` how the oldest one does that it has not acked; `files` are
    those that others use, too.
    """

    context_used: int | None = None
    context_size: int | None = None
    cost: int | None = None
    estimated: bool = False
    branch: str = ""
    folder: str = ""
    host: str = ""
    last: str = ""
    task: str = ""
    files: tuple[SharedFile, ...] = ()


class Delivery(NamedTuple):
    """One recipient's part in a timeline entry; what it waits for is told as in `records.Timing`."""

    task_id: str
    recipient_id: str
    recipient_name: str
    recipient_kind: AgentKind
    state: TaskState
    created_at: str
    status_timestamp: str
    notified_at: str | None
    read_at: str | None
    acked_at: str | None
    push_outcome: PushOutcome | None
    push_reason: PushReason | None
    submitted_at: str | None = None
    not_before: str | None = None
    every: str | None = None
    expires_at: str | None = None
    urgent: int = 0
    awaits: str | None = None
    push_transport: Transport | None = None


class Entry(NamedTuple):
    """A message as the timeline shows it: sent once, delivered to one or more.

    `seq` is the head task's, and the key for paging; `version` the newest of its tasks;
    `sender_proof` says how its sender was proven, None if nobody asked;
    `files` come with it, `comments` are those of a review.
    """

    seq: int
    version: int
    task_id: str
    broadcast: bool
    sender_id: str
    sender_name: str
    text: str
    created_at: str
    reply_to_task_id: str | None
    deliveries: tuple[Delivery, ...]
    sender_proof: SenderProof | None = None
    files: tuple[Attachment, ...] = ()
    comments: tuple[Comment, ...] = ()


class AttachmentState(StrEnum):
    """What has become of an attached file since it was sent.

    TOUCHED: it was written since, and is too large to be compared here. ELSEWHERE: it is on
    another machine, which was not asked.
    """

    SAME = "same"
    CHANGED = "changed"
    TOUCHED = "touched"
    GONE = "gone"
    UNREADABLE = "unreadable"
    ELSEWHERE = "elsewhere"


class Held(NamedTuple):
    """How many messages wait for their pane, and since when the oldest does.

    `by` says who delivers them, `to` the names of those to whom, the longest waiting
    first; empty if nothing is held, or nobody has asked.
    """

    messages: int = 0
    oldest: str | None = None
    by: str = ""
    to: tuple[str, ...] = ()


class Filter(NamedTuple):
    """Conditions on entries: agent ids, a stamp (strict), words; None for any.

    `party` sent or received; `words` must all occur, each by its beginning at least;
    `unacked`: a recipient has not acked it; `held`: it waits for a pane; `file`: it names
    one. `thread` has the head ids of a thread, whose further answers fit as well.
    """

    party: str | None = None
    sender: str | None = None
    recipient: str | None = None
    since: str | None = None
    words: str | None = None
    unacked: bool = False
    held: bool = False
    file: bool = False
    thread: tuple[str, ...] = ()


EVERYTHING = Filter()
"""The filter that every entry fits."""


class Page(NamedTuple):
    """Neighbouring entries, oldest first, and the `seq` of the one that was looked for.

    `begins` and `ends` say that there are none before the first, none after the last.
    """

    entries: tuple[Entry, ...]
    begins: bool
    ends: bool
    target: int | None = None


class Change(NamedTuple):
    """The newest change of a session: its version, and the task that changed."""

    version: int = 0
    task_id: str = ""


class Newest(NamedTuple):
    """The page at the end of the timeline."""


class Older(NamedTuple):
    """The page before an entry."""

    before: int


class Newer(NamedTuple):
    """The page after an entry."""

    after: int


class Around(NamedTuple):
    """The page around the first entry from a `seq` on, else around the last entry."""

    seq: int


class AtTime(NamedTuple):
    """The page around the first entry sent at a stamp or later, else around the last entry."""

    stamp: str


class Unacked(NamedTuple):
    """The page around the next entry before `beyond` that a recipient has not acked.

    If `newer`, the next one after `beyond`.
    """

    beyond: int
    newer: bool = False


Reach = Newest | Older | Newer | Around | AtTime | Unacked
"""Which page of the timeline to read."""


class CopyResult(NamedTuple):
    """Whether tmux keeps the copied text, whether it passed it on, and why it does not keep it."""

    in_buffer: bool
    passed_on: bool = False
    refusal: str = ""


class EventFilter(NamedTuple):
    """Which events are wanted; what is empty or None does not matter. `since` is a stamp."""

    session_id: str | None = None
    agent_id: str | None = None
    kinds: tuple[EventKind, ...] = ()
    since: str | None = None
