"""Rows of the registry as immutable records; their times are stamps of `clock.stamp`.

Named tuples rather than dataclasses, because every command imports them and `dataclasses`
alone costs as much as Python's own start.
"""

from __future__ import annotations

from cafleet_core.fast_types import NamedTuple
from cafleet_core.states import (
    AgentKind,
    AgentStatus,
    EventKind,
    ExecutionEnd,
    PaneState,
    PushOutcome,
    PushReason,
    SenderProof,
    TaskState,
    TaskType,
    Transport,
)

UNREACHABLE = (
    PushReason.PANE_GONE,
    PushReason.SERVER_GONE,
)
"""Reasons for which a recipient is unreachable; another message changes nothing about them."""


class Session(NamedTuple):
    """An isolated team."""

    session_id: str
    label: str | None
    created_at: str
    deleted_at: str | None
    director_agent_id: str
    administrator_agent_id: str


class Placement(NamedTuple):
    """Where an agent lives. `tmux_pane_id` is None while the pane is being made.

    `process_names` are the foreground commands that may be typed into, separated by
    spaces; `cues` tell what the agent's screen looks like in each state (`agents.cues`);
    `pane_state` is the last verdict on the pane, `pane_state_since` its start; `operation`
    says which process is creating or deleting the agent (`broker.team.operations`).
    `pane_pid` is the pane's first process, `program_pid` the one in front that is the
    agent: 0 where that is not known, each with its start as `process.started` tells it.
    `sender_key` is what is kept of the key with which the program was started; `question`
    is what the agent asked when somebody last looked, a JSON document. `inbox_refusals`
    counts what its own inbox has not taken in a row. `execution` is the command that has the
    pane to itself (`panes.reading.execution`). `parked_until` is the stamp until which it
    is left alone because its account is at its limit.
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
    pane_state: PaneState | None
    pane_state_since: str | None
    created_at: str
    cues: str = ""
    operation: str | None = None
    pane_pid: int = 0
    pane_started: str = ""
    program_pid: int = 0
    program_started: str = ""
    sender_key: str = ""
    question: str | None = None
    inbox_refusals: int = 0
    execution: str | None = None
    parked_until: str | None = None


class Agent(NamedTuple):
    """A registered agent; `skills` is a JSON document, `placement` None without a pane."""

    agent_id: str
    session_id: str
    name: str
    description: str
    status: AgentStatus
    kind: AgentKind
    skills: str | None
    registered_at: str
    deregistered_at: str | None
    last_active_at: str | None
    placement: Placement | None = None


class Start(NamedTuple):
    """How an agent was last started, for starting it again.

    `argv` is a JSON list, without the prompt and without secrets; `variables` are the names
    of those that were given to it, separated by spaces. `conversation` is the id by which
    its program goes on with what was said, empty where that is not known.
    """

    agent_id: str
    argv: str
    cwd: str
    variables: str
    model: str | None
    effort: str | None
    layout: str | None
    conversation: str
    started_at: str


class Execution(NamedTuple):
    """A command that a member was told to run in its pane, and how it ended.

    `command` is how it begins, for people; it is ended after `milliseconds`. Until
    `awaited_until` a process is known to wait for its end.
    """

    execution_id: str
    session_id: str
    agent_id: str
    asked_by: str
    command: str
    milliseconds: int
    asked_at: str
    awaited_until: str | None = None
    began_at: str | None = None
    ended_at: str | None = None
    ending: ExecutionEnd | None = None
    exit_code: int | None = None

    @property
    def seconds(self) -> float:
        """Seconds after which it is ended."""
        return self.milliseconds / 1000


class Task(NamedTuple):
    """One delivery of one message to one recipient, or a broadcast's summary row.

    `to_agent_id` is None for a summary, `broadcast` 1 for a broadcast's rows. `seq` orders
    tasks by creation; `version` grows with every change of any task, so that a newer
    version means a later change. An owed push has `push_next_at`, the time to try again;
    while a process tries, the lease until `push_claimed_until` keeps others from doing the
    same. What it waits for or waited for is told as in `Timing`. `push_transport` is the way
    that its push took, `from_kind` what its sender is in the session,
    `attached` how many files its message comes with.
    """

    seq: int
    task_id: str
    session_id: str
    context_id: str
    from_agent_id: str
    to_agent_id: str | None
    type: TaskType
    text: str
    origin_task_id: str | None
    reply_to_task_id: str | None
    status_state: TaskState
    status_timestamp: str
    created_at: str
    notified_at: str | None
    read_at: str | None
    acked_at: str | None
    push_outcome: PushOutcome | None
    push_reason: PushReason | None
    push_attempts: int
    version: int
    submitted_at: str | None
    push_next_at: str | None
    push_claimed_until: str | None
    from_name: str
    broadcast: int
    sender_proof: SenderProof | None = None
    not_before: str | None = None
    every: str | None = None
    expires_at: str | None = None
    urgent: int = 0
    awaits: str | None = None
    push_transport: Transport | None = None
    from_kind: str = ""
    attached: int = 0

    @property
    def sent_at(self) -> str:
        """When it was sent: for one that was scheduled, when its time had come."""
        return max(self.created_at, self.not_before or "")


class Attachment(NamedTuple):
    """A file that a message comes with, as it was when that was sent.

    It is at the absolute `path` on a machine (`host`), where the sender had it; or a copy of
    its own, of what was at `copied_from`. `modified` is its time of change, nanoseconds
    since 1970 in digits: some programs' databases have no numbers that long.
    """

    position: int
    host: str
    path: str
    copied_from: str | None
    bytes: int
    modified: str
    sha256: str


class Timing(NamedTuple):
    """When a message is sent, and for how long it may be on its way; stamps, None for none.

    It waits until `not_before`, or for what `awaits` names: an agent's id and an `Awaited`.
    `every` are the fields of cron that say when it is sent again. What is `urgent` is
    first in line, and a busy agent is hardly waited for.
    """

    not_before: str | None = None
    every: str | None = None
    expires_at: str | None = None
    urgent: bool = False
    awaits: str | None = None

    @property
    def waits(self) -> bool:
        """Whether it is not sent at once."""
        return self.not_before is not None or self.awaits is not None


AT_ONCE = Timing()


class PushResult(NamedTuple):
    """The outcome of one push: `delivered`, `shown`, `held` or `none`, and its reason.

    `transport` is INBOX where it was handed over to the agent's own inbox.
    """

    outcome: PushOutcome
    reason: PushReason | None = None
    transport: Transport | None = None

    @property
    def notified(self) -> bool:
        """Whether the text reached the pane's screen."""
        return self.outcome in (PushOutcome.DELIVERED, PushOutcome.SHOWN)


SCHEDULED = PushResult(PushOutcome.HELD, PushReason.SCHEDULED)
"""Of a message that waits for its time, or for an agent."""


class Sent(NamedTuple):
    """A stored message: its head task, its deliveries and the push of each."""

    task: Task
    deliveries: tuple[tuple[Task, PushResult], ...]


class RuleRun(NamedTuple):
    """What a rule of the user's has done about an event; `ok` is None until it has ended."""

    rule: str
    seq: int
    name: str
    at: str
    ok: bool | None
    outcome: str | None
    output: str | None


class Event(NamedTuple):
    """Something that happened in a session, in the order in which it was committed there.

    `agent_id` did it, or it happened to that agent; `reference` is the task that it is
    about. `old` and `new` are what changed: states, or a push's `outcome:reason`; of a
    message sent, `new` is its recipient (None for several). `detail` is a JSON document.
    """

    seq: int
    at: str
    session_id: str
    agent_id: str | None
    kind: EventKind
    old: str | None
    new: str | None
    reference: str | None
    detail: str | None
    agent_name: str | None
