"""New tasks: their rows, and what makes their words known. Plain SQL, on the path of every send."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.records import AT_ONCE, Timing
from cafleet_core.states import AgentStatus, EventKind, TaskState, TaskType
from cafleet_core.storage import search
from cafleet_core.storage.tasks import CHANGED, TIMED, marks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cafleet_core.records import PushResult
    from cafleet_core.states import SenderProof
    from cafleet_core.storage.registry import Registry, Statement

_COLUMNS = (
    *("task_id", "session_id", "context_id", "from_agent_id", "to_agent_id", "type"),
    *("text", "origin_task_id", "reply_to_task_id", "status_state"),
    *("status_timestamp", "created_at", "push_next_at", "sender_proof"),
    *TIMED,
    *("push_outcome", "push_reason", "push_at", "push_attempts", "attached"),
    "commented",
)
_NEW = f"({', '.join('?' * len(_COLUMNS))}, 0)"
_INSERT = f"INSERT INTO tasks ({', '.join(_COLUMNS)}, version)"


class NewTask(NamedTuple):
    """A task to store, created and last changed `at`; `recipient_id` is None for a summary.

    It is a head, which can be searched for, if `origin` is its own id or None. `result` is what
    becomes of its push, where that is known without a try: none is owed then.
    """

    task_id: str
    session_id: str
    context_id: str
    sender_id: str
    recipient_id: str | None
    kind: TaskType
    text: str
    origin: str | None
    reply_to: str | None
    state: TaskState
    at: str
    proof: SenderProof | None = None
    timing: Timing = AT_ONCE
    result: PushResult | None = None
    attached: int = 0
    commented: int = 0

    @property
    def is_head(self) -> bool:
        """Whether it stands for its whole message."""
        return self.origin in (None, self.task_id)

    def columns(self) -> tuple[object, ...]:
        """The values of its row; an open delivery owes its recipient a push at once."""
        is_open = self.recipient_id and self.state == TaskState.INPUT_REQUIRED
        at, timing, result = self.at, self.timing, self.result
        owed_at = at if is_open and not result else None
        when = (timing.not_before, timing.every, timing.expires_at)
        more = (int(timing.urgent), timing.awaits)
        tried = (*result[:2], at, 1) if result else (None, None, None, 0)
        return (
            *self[:10],
            at,
            at,
            owed_at,
            self.proof,
            *when,
            *more,
            *tried,
            self.attached,
            self.commented,
        )


def insert(
    registry: Registry, new: Sequence[NewTask], active: Sequence[str] = ()
) -> Iterator[Statement]:
    """The statements that store tasks in their order, and index their words.

    The first returns the tasks, in any order. It returns and stores nothing if one of the
    agents in `active` is not active, or the first task is stored already.
    """
    values: list[object] = [value for task in new for value in task.columns()]
    yield (
        f"{_INSERT} SELECT * FROM (VALUES {', '.join([_NEW] * len(new))}) AS n"
        " WHERE (SELECT COUNT(*) FROM agents"
        f"        WHERE agent_id IN ({marks(active)}) AND status = ?) = ?"
        " AND NOT EXISTS (SELECT 1 FROM tasks WHERE task_id = ?)"
        f" {CHANGED}",
        (*values, *active, AgentStatus.ACTIVE, len(set(active)), new[0].task_id),
    )
    for task in new:
        if task.is_head:
            yield search.adding(
                registry, task.task_id, task.at, task.session_id, task.text
            )


def settled_at_once(new: Sequence[NewTask]) -> list[Statement]:
    """The statement that records the results that tasks are stored with, to follow `insert`.

    None where no task has any.
    """
    settled = [task.task_id for task in new if task.result]
    if not settled:
        return []
    return [
        (
            "INSERT INTO events (at, session_id, agent_id, kind, new, reference)"
            f" SELECT t.push_at, t.session_id, t.context_id, '{EventKind.PUSHED}',"
            " t.push_outcome || COALESCE(':' || t.push_reason, ''), t.task_id"
            f" FROM tasks t WHERE t.task_id IN ({marks(settled)}) AND t.push_at = ?"
            " ORDER BY t.seq",
            (*settled, new[0].at),
        )
    ]
