"""Moving in: an earlier cafleet's sessions, agents and messages, all of them or nothing."""

from collections.abc import Callable
from typing import NamedTuple

from cafleet_core.registry_import import translate
from cafleet_core.registry_import.teams import ImportedTeams, Renamed
from cafleet_core.states import AgentStatus, TaskState, TaskType
from cafleet_core.storage import earlier_schema, imports
from cafleet_core.storage.earlier_schema import Earlier, Row
from cafleet_core.storage.imports import Known
from cafleet_core.storage.registry import Registry

Progress = Callable[[int, int], None]
"""Is told how many tasks have been read, of how many, whenever that is many more."""

_MANY = 50_000

_OUTSIDE = "left_out"
_HERE = "present"
_NEW = "imported"


class Moved(NamedTuple):
    """What came, and what was here before, of each kind; who got another name.

    `settled` counts open deliveries to agents that have left, which nobody can ever ack;
    `left_out` the agents of no session and the tasks whose agents are not in the file.
    """

    sessions: dict[str, int]
    agents: dict[str, int]
    tasks: dict[str, int]
    renamed: tuple[Renamed, ...]
    settled: int
    left_out: int


def move_in(
    registry: Registry, path: str, *, dry_run: bool, progress: Progress
) -> Moved:
    """Take everything of the earlier registry at `path` that is not here yet.

    Ids and times stay; the file is only read. Nobody is in a pane afterwards, and no push is
    owed. With `dry_run` nothing is kept. Raises Refused or RegistryError, with nothing
    taken, where the file is none, cannot be read, or holds what cannot be understood.
    """
    with earlier_schema.opened(path) as source, registry.write(keep=not dry_run):
        return _moved(registry, source, progress)


def _moved(registry: Registry, source: Earlier, progress: Progress) -> Moved:
    teams = ImportedTeams(registry, source)
    mail = _Mail(registry, teams)
    total, done = source.count_tasks(), 0
    for message in source.messages():
        mail.take_in(message)
        before, done = done, done + len(message)
        if before // _MANY < done // _MANY:
            progress(done, total)
    for agent_id in teams.arrived:
        imports.stamp_last_acts(registry, agent_id)
    left_out = teams.left_out + mail.counts.pop(_OUTSIDE)
    renamed = tuple(teams.renamed)
    return Moved(
        teams.sessions, teams.agents, mail.counts, renamed, mail.settled, left_out
    )


class _Mail:
    """Messages on their way in, inside the caller's transaction."""

    def __init__(self, registry: Registry, teams: ImportedTeams) -> None:
        self.counts = {_NEW: 0, _HERE: 0, _OUTSIDE: 0}
        self.settled = 0
        self._registry = registry
        self._teams = teams
        self._insert = imports.inserting_tasks(registry)

    def take_in(self, message: list[Row]) -> None:
        """Store a message: its summary, where it is a broadcast, and its deliveries."""
        for row in message:
            self.counts[self._task(row, message)] += 1

    def _task(self, row: Row, message: list[Row]) -> str:
        """Store a task that is not here, if its agents are of one session; which it was."""
        task_id = translate.identity("task", row["task_id"], row["created_at"])
        if imports.has_task(self._registry, task_id):
            return _HERE
        owner = self._teams.here(row["context_id"])
        sender = self._teams.here(row["from_agent_id"])
        if owner is None or sender is None or owner.session_id != sender.session_id:
            return _OUTSIDE
        stored = {
            "task_id": task_id,
            "session_id": owner.session_id,
            "context_id": owner.agent_id,
            "from_agent_id": sender.agent_id,
            "created_at": translate.moment(row["created_at"], task_id),
            "status_timestamp": translate.moment(row["status_timestamp"], task_id),
        }
        if _is_delivery(row):
            self._insert(self._delivery(row, owner, stored))
        else:
            self._insert({**stored, **_summary(task_id, message)})
        return _NEW

    def _delivery(
        self, row: Row, owner: Known, stored: dict[str, str]
    ) -> dict[str, str | None]:
        """What is stored of a delivery; one that its recipient cannot ack any more has failed."""
        state, changed = (
            translate.state(row["status_state"]),
            stored["status_timestamp"],
        )
        if state == TaskState.INPUT_REQUIRED and owner.status != AgentStatus.ACTIVE:
            state, changed = TaskState.FAILED, max(owner.deregistered_at or "", changed)
            self.settled += 1
        acked = changed if state == TaskState.COMPLETED else None
        return {
            **stored,
            "to_agent_id": owner.agent_id,
            "type": TaskType.UNICAST,
            "text": translate.body(row),
            "origin_task_id": self._broadcast(row, owner),
            "status_state": state,
            "status_timestamp": changed,
            "read_at": acked,
            "acked_at": acked,
        }

    def _broadcast(self, row: Row, owner: Known) -> str | None:
        """The id of the summary that a delivery belongs to; None where that is not here."""
        born = row["origin_created_at"]
        if born is None:
            return None
        origin = translate.identity("task", row["origin_task_id"], born)
        known = imports.has_task(self._registry, origin, owner.session_id)
        return origin if known else None


def _is_delivery(row: Row) -> bool:
    return bool(row["type"] != TaskType.BROADCAST_SUMMARY)


def _summary(task_id: str, message: list[Row]) -> dict[str, str | None]:
    """What is stored of a broadcast's summary; an earlier one told only how many got it."""
    said = next(filter(_is_delivery, message), message[0])
    return {
        "to_agent_id": None,
        "type": TaskType.BROADCAST_SUMMARY,
        "text": translate.body(said),
        "origin_task_id": task_id,
        "status_state": TaskState.COMPLETED,
    }
