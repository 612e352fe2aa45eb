"""The states and reasons that the registry stores and all other code compares.

Each is text as well: JSON, formatting and SQLite take a member as its value.
"""

from __future__ import annotations

from cafleet_core.fast_types import StrEnum


class AgentStatus(StrEnum):
    """Whether an agent takes part in its session."""

    ACTIVE = "active"
    DEREGISTERED = "deregistered"


class AgentKind(StrEnum):
    """What an agent is in its session; an AGENT has registered itself, and has no pane of ours."""

    DIRECTOR = "director"
    MEMBER = "member"
    AGENT = "agent"
    ADMINISTRATOR = "administrator"


class TaskState(StrEnum):
    """The state of a delivery: waiting, open, acked, canceled by its sender, or never received.

    A SCHEDULED one waits for its time, or for what happens to an agent, and is not sent yet.
    """

    SCHEDULED = "scheduled"
    INPUT_REQUIRED = "input_required"
    COMPLETED = "completed"
    CANCELED = "canceled"
    FAILED = "failed"


UNSETTLED = frozenset((TaskState.SCHEDULED, TaskState.INPUT_REQUIRED))
"""The states of a delivery that its recipient may still get, and its sender take back."""


class Awaited(StrEnum):
    """What a message waits for at an agent; each is also met when the agent is gone.

    ACK: of any message of the recipient's.
    """

    IDLE = "idle"
    EXIT = "exit"
    ACK = "ack"


class TaskType(StrEnum):
    """A message for one recipient, or the summary row of a broadcast."""

    UNICAST = "unicast"
    BROADCAST_SUMMARY = "broadcast_summary"


class PaneState(StrEnum):
    """What the agent in a pane is doing; UNKNOWN if nothing shows it.

    LIMIT: its service gives it nothing more for a while; FAILED: its service refuses it;
    SUSPENDED: its program is stopped.
    """

    STARTING = "starting"
    IDLE = "idle"
    BUSY = "busy"
    WAITING = "waiting"
    DRAFT = "draft"
    LIMIT = "limit"
    FAILED = "failed"
    SUSPENDED = "suspended"
    SHELL = "shell"
    DEAD = "dead"
    UNKNOWN = "unknown"


REFUSED = frozenset((PaneState.LIMIT, PaneState.FAILED))
"""The states of an agent whose turn ended because its service refused it."""


class PushOutcome(StrEnum):
    """The outcome of a push: typed, shown beside a shell, to be tried again, or impossible."""

    DELIVERED = "delivered"
    SHOWN = "shown"
    HELD = "held"
    NONE = "none"


class PushReason(StrEnum):
    """The reason of a push's outcome."""

    QUESTION = "question"
    DRAFT = "draft"
    BUSY = "busy"
    STARTING = "starting"
    LIMIT = "limit"
    FAILED = "failed"
    SUSPENDED = "suspended"
    COVERED = "covered"
    UNKNOWN = "unknown"
    EXEC = "exec"
    COPY_MODE = "copy_mode"
    SCHEDULED = "scheduled"
    SYNCHRONIZED = "synchronized"
    INPUT_OFF = "input_off"

    SELF = "self"
    NO_PLACEMENT = "no_placement"
    PENDING_PLACEMENT = "pending_placement"
    PANE_GONE = "pane_gone"
    SERVER_GONE = "server_gone"
    NOT_THE_AGENT = "not_the_agent"
    ANOTHER_AGENT = "another_agent"
    OTHER_HOST = "other_host"
    HOST_AWAY = "host_away"
    TMUX_MISSING = "tmux_missing"
    NO_ACCESS = "no_access"
    NO_ANSWER = "no_answer"
    EXPIRED = "expired"

    ENTER_AGAIN = "enter_again"
    NOT_SUBMITTED = "not_submitted"
    UNVERIFIED = "unverified"
    INBOX_HELD = "inbox_held"
    INBOX_SILENT = "inbox_silent"
    ANSWER = "answer"


class Transport(StrEnum):
    """The way by which a push reached its agent: keystrokes, or the agent's own inbox.

    KEYS_INSTEAD: its inbox had not taken it, so that it was typed, or will be.
    """

    KEYS = "keys"
    INBOX = "inbox"
    KEYS_INSTEAD = "keys_instead"


class Receipt(StrEnum):
    """What shows that an agent has got what was handed over to its own inbox.

    READ: it became a turn; ACCEPTED: it is in the agent's queue; ASKED: it is not there, and
    the agent waits for its human; MISSING: the agent is at rest and has not got it; UNKNOWN.
    """

    READ = "read"
    ACCEPTED = "accepted"
    ASKED = "asked"
    MISSING = "missing"
    UNKNOWN = "unknown"


class SenderProof(StrEnum):
    """How it was proven who sent a message; CLAIMED: the caller said so, without proof.

    PANE: the process is a descendant of the first process of the agent's own pane. KEY: it
    has the key that the agent's program was started with, and its processes cannot be
    followed.
    """

    PANE = "pane"
    KEY = "key"
    CLAIMED = "claimed"


class BoxSight(StrEnum):
    """Whether an agent's own input box is in front; UNCUED: no cue for one is known."""

    SEEN = "seen"
    COVERED = "covered"
    UNCUED = "uncued"


class BoxContent(StrEnum):
    """What an agent's input box still holds of a text that was typed into it.

    STANDS: that text and nothing else; TOUCHED: part of it, or more; COVERED: a question
    is in front; UNSEEN: no input box is known.
    """

    GONE = "gone"
    STANDS = "stands"
    TOUCHED = "touched"
    COVERED = "covered"
    UNSEEN = "unseen"


class Underway(StrEnum):
    """The operation that a process carries out on an agent, in the placement's `operation`."""

    CREATE = "create"
    DELETE = "delete"
    RESTART = "restart"


class Verb(StrEnum):
    """Operations on a member from the control room."""

    PING = "ping"
    ANSWER = "answer"
    WRITE = "write"
    PROMPT = "prompt"
    EXEC = "exec"
    INTERRUPT = "interrupt"
    CAPTURE = "capture"
    LOOK = "look"
    SCREEN = "screen"
    GO = "go"
    RESTART = "restart"
    DIFF = "diff"
    DELETE = "delete"
    CREATE = "create"


class ExecutionEnd(StrEnum):
    """How a command of `member exec` ended.

    EXITED: by itself; STOPPED: what ran it was told to end; NOT_BEGUN: its agent has not run
    it; LOST: what ran it has died, and nothing more is known.
    """

    EXITED = "exited"
    TIMED_OUT = "timed_out"
    STOPPED = "stopped"
    NOT_BEGUN = "not_begun"
    LOST = "lost"


class Watcher(StrEnum):
    """What watches a session on a host; STARTING is a LOOP whose process is not known yet.

    A LOOP only delivers; HOST, MONITOR and ROOM also wake the Director. A HOST does so for
    all sessions that have agents on its machine.
    """

    STARTING = "starting"
    LOOP = "loop"
    HOST = "host"
    MONITOR = "monitor"
    ROOM = "room"


class Interface(StrEnum):
    """Through which of cafleet's interfaces somebody has done something."""

    CLI = "cli"
    ROOM = "room"
    PHONE = "phone"
    API = "api"


class EventKind(StrEnum):
    """What happened, in the record of events.

    SCHEDULED to FAILED are a message's, JOINED and LEFT an agent's; RESTARTED is a program
    that was started anew for an agent, or in its pane and is adopted; REVIVED is that a
    watching process begins with that, by the user's settings; CAPTURED is a pane whose text
    somebody has taken; STATE is what its pane does, with ASKED, LIMIT_REACHED, LIMIT_OVER
    and DIED beside it where it means that. CONTEXT_HIGH is an agent's, QUOTA_HIGH its
    account's, told by the first that shows it; BUDGET_HIGH is a Director's for its session.
    HOST_AWAY and HOST_BACK are told by the Director's machine, of another one with members.
    """

    SCHEDULED = "scheduled"
    SENT = "sent"
    PUSHED = "pushed"
    SUBMITTED = "submitted"
    READ = "read"
    ACKED = "acked"
    CANCELED = "canceled"
    FAILED = "failed"
    JOINED = "joined"
    LEFT = "left"
    CREATED = "created"
    RESTARTED = "restarted"
    REVIVED = "revived"
    CAPTURED = "captured"
    STATE = "state"
    ASKED = "asked"
    ANSWERED = "answered"
    LIMIT_REACHED = "limit_reached"
    LIMIT_OVER = "limit_over"
    CONTEXT_HIGH = "context_high"
    QUOTA_HIGH = "quota_high"
    BUDGET_HIGH = "budget_high"
    DIED = "died"
    DELIVERY_STARTED = "delivery_started"
    HOST_AWAY = "host_away"
    HOST_BACK = "host_back"
