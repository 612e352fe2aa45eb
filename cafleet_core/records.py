"""What leaves the library: immutable rows, with times as stamps of `clock.stamp`.

Named tuples rather than dataclasses, because every command imports them and
`dataclasses` alone costs as much as Python's own start.
"""

from typing import NamedTuple

ACTIVE = "active"
DEREGISTERED = "deregistered"

DIRECTOR = "director"
MEMBER = "member"
AGENT = "agent"
ADMINISTRATOR = "administrator"

INPUT_REQUIRED = "input_required"
COMPLETED = "completed"
CANCELED = "canceled"
FAILED = "failed"

DELIVERED = "delivered"
SHOWN = "shown"
HELD = "held"
NONE = "none"

UNREACHABLE = ("pane_gone", "server_gone", "other_host")
"""Why nobody could be told, where another message now would change nothing."""

ENTER_AGAIN = "enter_again"
"""Why a delivered text is looked at again: it stood unsubmitted, and Enter was pressed once more."""

ANSWER = "answer"
"""Why a text was typed that is no message: it answers the question on a screen."""

NOT_SUBMITTED = "not_submitted"
"""A delivered text that stands in the input box although Enter was pressed again."""

UNVERIFIED = "unverified"
"""A delivered text of which the screen does not tell whether it was submitted."""

UNICAST = "unicast"
SUMMARY = "broadcast_summary"


PULSE_MINUTES = 60
"""How far back an agent's pulse goes."""

Pulse = dict[int, int]
"""How often an agent acted, by minutes since 1970; minutes without an act are left out."""


class Session(NamedTuple):
    """An isolated team."""

    session_id: str
    label: str | None
    created_at: str
    deleted_at: str | None
    director_agent_id: str
    administrator_agent_id: str


class SessionSummary(NamedTuple):
    """A session with the counts that a list or picker shows."""

    session: Session
    active_agents: int
    unacked: int
    last_activity: str | None


class Placement(NamedTuple):
    """Where an agent lives. `tmux_pane_id` is None while the pane is being made.

    `process_names` are the foreground commands that may be typed into, separated by
    spaces; `cues` tell what the agent's screen looks like in each state (`agents.cues`);
    `pane_state` is the last verdict on the pane, `pane_state_since` its start.
    """

    director_agent_id: str | None
    host: str
    tmux_socket: str
    tmux_server_pid: int
    tmux_server_started: int
    tmux_session: str
    tmux_window_id: str
    tmux_pane_id: str | None
    coding_agent: str
    process_names: str
    pane_state: str | None
    pane_state_since: str | None
    created_at: str
    cues: str = ""


class Agent(NamedTuple):
    """A registered agent; `skills` is a JSON document, `placement` None without a pane."""

    agent_id: str
    session_id: str
    name: str
    description: str
    status: str
    kind: str
    skills: str | None
    registered_at: str
    deregistered_at: str | None
    last_active_at: str | None
    placement: Placement | None = None


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


class Task(NamedTuple):
    """One delivery of one message to one recipient, or a broadcast's summary row.

    `to_agent_id` is None for a summary, `broadcast` 1 for a broadcast's rows. `seq` orders tasks by creation; `version`
    grows with every change of any task, so "newer than a version" is what changed.
    A push that is still owed has `push_next_at`, the time to try again; while a process
    tries, `push_claimed_until` keeps others from doing the same.
    """

    seq: int
    task_id: str
    session_id: str
    context_id: str
    from_agent_id: str
    to_agent_id: str | None
    type: str
    text: str
    origin_task_id: str | None
    reply_to_task_id: str | None
    status_state: str
    status_timestamp: str
    created_at: str
    notified_at: str | None
    read_at: str | None
    acked_at: str | None
    push_outcome: str | None
    push_reason: str | None
    push_attempts: int
    version: int
    submitted_at: str | None
    push_next_at: str | None
    push_claimed_until: str | None
    from_name: str
    broadcast: int


class Delivery(NamedTuple):
    """One recipient's part in a timeline entry."""

    task_id: str
    recipient_id: str
    recipient_name: str
    state: str
    created_at: str
    status_timestamp: str
    notified_at: str | None
    read_at: str | None
    acked_at: str | None
    push_outcome: str | None
    push_reason: str | None
    submitted_at: str | None = None


class Entry(NamedTuple):
    """A message as the timeline shows it: sent once, delivered to one or more.

    `seq` is the head task's, and the key for paging; `version` the newest of its tasks.
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


class PushResult(NamedTuple):
    """What became of one push: `delivered`, `shown`, `held` or `none`, and why."""

    outcome: str
    reason: str | None = None

    @property
    def notified(self) -> bool:
        """Whether the text reached the pane's screen."""
        return self.outcome in (DELIVERED, SHOWN)


class Sent(NamedTuple):
    """A stored message: its head task, its deliveries and the push of each."""

    task: Task
    deliveries: tuple[tuple[Task, PushResult], ...]


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
        return next((one for one in self.options if one.digit == digit), None)

    @property
    def free_text(self) -> Option | None:
        """The answer that lets one write."""
        return next((one for one in self.options if one.free_text), None)


class PaneView(NamedTuple):
    """A verdict on a pane: its state, where it was read, the evidence, and the screen.

    `screen` is the visible text with SGR colours, or None where the pane has none.
    `age` is how many seconds ago the source told it, None for what was seen just now;
    `rule` is what the evidence met, `overruled` what other sources said. `question` is
    what can be answered from elsewhere, where the agent waits for an answer.
    """

    state: str
    source: str
    reason: str
    screen: str | None = None
    age: float | None = None
    rule: str = ""
    overruled: tuple[str, ...] = ()
    question: Question | None = None
