"""Records as they are shown: rows put together, counts, pane readings, pages."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.process import Instance
from cafleet_core.states import (
    AgentKind,
    BoxSight,
    EventKind,
    PaneState,
    PushOutcome,
    PushReason,
    SenderProof,
    TaskState,
)

if TYPE_CHECKING:
    from cafleet_core.records import Agent, Session

PULSE_MINUTES = 60
"""Minutes that an agent's pulse covers."""

Pulse = dict[int, int]
"""Acts of an agent by minutes since 1970; minutes without an act are left out."""


class SessionSummary(NamedTuple):
    """A session with the counts that a list or the session picker shows."""

    session: Session
    active_agents: int
    unacked: int
    last_activity: str | None


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


class Entry(NamedTuple):
    """A message as the timeline shows it: sent once, delivered to one or more.

    `seq` is the head task's, and the key for paging; `version` the newest of its tasks;
    `sender_proof` says how its sender was proven, None if nobody asked.
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


class Option(NamedTuple):
    """One numbered answer; `free_text` if choosing it opens a field for text."""

    digit: int
    label: str
    free_text: bool


class Question(NamedTuple):
    """What a coding agent asks, in the words on its screen.

    `asked` are the last lines above the options, `context` all the lines that belong to
    it: two questions may end alike, and ask for different commands.
    """

    asked: str
    options: tuple[Option, ...]
    context: tuple[str, ...] = ()

    def option(self, digit: int) -> Option | None:
        """The answer with this number."""
        return next((option for option in self.options if option.digit == digit), None)

    @property
    def free_text(self) -> Option | None:
        """The answer that opens a field for text."""
        return next((option for option in self.options if option.free_text), None)


class PaneReading(NamedTuple):
    """A pane as it was read: the agent's state, where that was read, and the evidence.

    `screen` is the visible text with SGR colours, or None if the pane has none. `age` is
    how many seconds ago the source reported the state, None if it was seen just now; `rule`
    is the cue that the evidence matched, `overruled` what other sources said. `question` is
    what can be answered from elsewhere, if the agent waits for an answer. `draft` is the
    text in the input box, or what a human reads instead of it; `box` says whether that box
    was in front. `shows` are the lines of the screen that the reading depends on, `hides`
    the cues of a question that no visible line matched; `rest_cued` is false for an agent
    without any cue for rest. `refusal` is set if tmux could not be asked, or the pane is
    not provably the agent's: nothing follows from such a reading. `reported` is how many
    seconds ago the agent's own record or a hook reported something new. `until` is the
    stamp at which a limit ends, if known, `refusals` how many turns in a row the agent's
    service has refused, as far as known; `lasted` is for how many seconds a watching
    process has seen this state. `position`, `typed` and `title` are the pane's: see
    `panes.tmux.snapshot.PaneSnapshot`. `pane` is its first process and `front` the one that
    leads its foreground, `command` the name of that if it is provably the agent, whatever
    it is called.
    """

    state: PaneState
    source: str
    evidence: str
    screen: str | None = None
    age: float | None = None
    rule: str = ""
    overruled: tuple[str, ...] = ()
    question: Question | None = None
    draft: str = ""
    position: str | None = None
    typed: tuple[str, ...] = ()
    title: str = ""
    box: BoxSight = BoxSight.UNCUED
    shows: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    rest_cued: bool = False
    refusal: PushReason | None = None
    reported: float | None = None
    until: str | None = None
    refusals: int = 0
    lasted: float | None = None
    pane: Instance = Instance()
    front: Instance = Instance()
    command: str = ""


class Held(NamedTuple):
    """How many messages wait for their pane, and since when the oldest does.

    `by` says who delivers them; empty if nothing is held, or nobody has asked.
    """

    messages: int = 0
    oldest: str | None = None
    by: str = ""


class Filter(NamedTuple):
    """Conditions on entries: agent ids, a stamp (strict), words; None for any.

    `party` sent or received; `words` must all occur, each by its beginning at least;
    `unacked`: a recipient has not acked it.
    """

    party: str | None = None
    sender: str | None = None
    recipient: str | None = None
    since: str | None = None
    words: str | None = None
    unacked: bool = False


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
