"""What is shown of records: rows put together, counts, verdicts on panes."""

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
"""How far back an agent's pulse goes."""

Pulse = dict[int, int]
"""How often an agent acted, by minutes since 1970; minutes without an act are left out."""


class SessionSummary(NamedTuple):
    """A session with the counts that a list or picker shows."""

    session: Session
    active_agents: int
    unacked: int
    last_activity: str | None


class Activity(NamedTuple):
    """What an agent did last, and what waits for it.

    `last_active` is the newest act of the agent itself (sent, acked, read);
    mail that arrives for it moves `last_recv` alone.
    """

    last_sent: str | None
    last_recv: str | None
    last_ack: str | None
    last_active: str | None
    unacked: int
    unread: int
    oldest_unacked: str | None


class Member(NamedTuple):
    """An agent of a session beside its activity."""

    agent: Agent
    activity: Activity


class Delivery(NamedTuple):
    """One recipient's part in a timeline entry."""

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


class Entry(NamedTuple):
    """A message as the timeline shows it: sent once, delivered to one or more.

    `seq` is the head task's, and the key for paging; `version` the newest of its tasks;
    `sender_proof` says how its sender was proven, None where nobody asked.
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
    """One numbered answer; `free_text` where choosing it lets one write."""

    digit: int
    label: str
    free_text: bool


class Question(NamedTuple):
    """What a coding agent asks, in the words on its screen."""

    asked: str
    options: tuple[Option, ...]

    def option(self, digit: int) -> Option | None:
        """The answer with this number."""
        return next((option for option in self.options if option.digit == digit), None)

    @property
    def free_text(self) -> Option | None:
        """The answer that lets one write."""
        return next((option for option in self.options if option.free_text), None)


class PaneReading(NamedTuple):
    """What a look at an agent's pane found: its state, where it was read, and the evidence.

    `screen` is the visible text with SGR colours, or None where the pane has none.
    `age` is how many seconds ago the source told it, None for what was seen just now;
    `rule` is what the evidence met, `overruled` what other sources said. `question` is
    what can be answered from elsewhere, where the agent waits for an answer.
    `draft` is what stands in the input box, or what a human reads instead of it; `box`
    tells whether that box was in front, `shows` its rows as tmux captures them.
    `box` tells whether the input box was in front; `shows` are the lines of the screen on
    which the reading rests, `hides` the cues of a question that no visible line met;
    `rest_cued` is false of an agent of which nothing can show
    that it is at rest. `refusal` is set where tmux could not be asked, or the pane is
    not provably the agent's: nothing follows from such a reading. `reported` is how many seconds ago the agent's own record or a
    hook told something new. `until` is the stamp at which a limit ends, where that is told, `refusals`
    how many turns in a row the agent's service has refused, as far as it is known; `lasted` is
    for how many seconds whoever watches has seen this state.
    `position`, `typed` and `title` are the pane's: see `panes.tmux.snapshot.PaneSnapshot`.
    `pane` is its first process and `front` the one that leads its foreground, `command` the
    name of that where it is provably the agent, whatever it is called.
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

    `by` tells who delivers them; empty where nothing is held, or nobody has asked.
    """

    messages: int = 0
    oldest: str | None = None
    by: str = ""


class Filter(NamedTuple):
    """What is kept: agent ids, a stamp (strict), words; None where it does not matter.

    `party` sent or received; `words` must all occur, the last letters of each may be missing;
    `unacked`: somebody has not acked it.
    """

    party: str | None = None
    sender: str | None = None
    recipient: str | None = None
    since: str | None = None
    words: str | None = None
    unacked: bool = False


EVERYTHING = Filter()
"""Of messages: all."""


class Page(NamedTuple):
    """Neighbouring entries, oldest first, and which of them was looked for, by its seq.

    `begins` and `ends` tell that there are none before the first, none after the last.
    """

    entries: tuple[Entry, ...]
    begins: bool
    ends: bool
    target: int | None = None


class Change(NamedTuple):
    """The newest change of a session: its version, and the task that got it."""

    version: int = 0
    task_id: str = ""


class Newest(NamedTuple):
    """The end of the conversation."""


class Older(NamedTuple):
    """What is before an entry."""

    before: int


class Newer(NamedTuple):
    """What is after an entry."""

    after: int


class Around(NamedTuple):
    """The first entry from a `seq` on, between its neighbours; else the last one."""

    seq: int


class AtTime(NamedTuple):
    """The first entry sent at a stamp or later, between its neighbours; else the last one."""

    stamp: str


class Unacked(NamedTuple):
    """The next entry before `beyond`, or after it if `newer`, that somebody has not acked,

    between its neighbours.
    """

    beyond: int
    newer: bool = False


Reach = Newest | Older | Newer | Around | AtTime | Unacked
"""Where a page of the timeline is to be."""


class CopyResult(NamedTuple):
    """Whether tmux keeps the text, whether it passed it on, and why it did not keep it."""

    in_buffer: bool
    passed_on: bool = False
    refusal: str = ""


class EventFilter(NamedTuple):
    """Which events are wanted; what is empty or None does not matter. `since` is a stamp."""

    session_id: str | None = None
    agent_id: str | None = None
    kinds: tuple[EventKind, ...] = ()
    since: str | None = None
