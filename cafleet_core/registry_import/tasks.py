"""Import an earlier registry's sessions, agents and messages in one transaction."""

from __future__ import annotations

from collections.abc import Callable

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.registry_import import translate
from cafleet_core.registry_import.teams import ImportedTeams, Renamed
from cafleet_core.states import AgentStatus, TaskState, TaskType
from cafleet_core.storage import earlier_schema, imports

if TYPE_CHECKING:
    from cafleet_core.storage.earlier_schema import Earlier, Row
    from cafleet_core.storage.imports import Known
    from cafleet_core.storage.registry import Registry

Progress = Callable[[int, int], None]
"""Called with the number of tasks read and their total, after each larger batch."""

_MANY = 50_000

_OUTSIDE = "left_out"
_HERE = "present"
_NEW = "imported"


class Moved(NamedTuple):
    """Counts of imported and of present rows of each kind, and the renamed agents.

    `settled` counts open deliveries to deregistered agents, which became failed;
    `left_out` counts agents without a session and tasks whose agents are not in the file.
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
    """Import all rows of the earlier registry at `path` that are not in this one yet.

    Ids and times stay; the file is only read. Imported agents have no placement, and no push
    is owed. With `dry_run` the transaction is rolled back. Raises Refused or RegistryError,
    with nothing imported, if the file is no registry, unreadable or has invalid content.
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
    """Imports messages inside the caller's transaction."""

    def __init__(self, registry: Registry, teams: ImportedTeams) -> None:
        self.counts = {_NEW: 0, _HERE: 0, _OUTSIDE: 0}
        self.settled = 0
        self._registry = registry
        self._teams = teams
        self._insert = imports.inserting_tasks(registry)

    def take_in(self, message: list[Row]) -> None:
        """Store a message: its summary, if it is a broadcast, and its deliveries."""
        for row in message:
            self.counts[self._task(row, message)] += 1

    def _task(self, row: Row, message: list[Row]) -> str:
        """Store a missing task if its agents share a session; how it was counted."""
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
        """A delivery's columns; open ones of deregistered recipients become failed."""
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
        """The id of a delivery's broadcast summary; None if that is not stored."""
        born = row["origin_created_at"]
        if born is None:
            return None
        origin = translate.identity("task", row["origin_task_id"], born)
        known = imports.has_task(self._registry, origin, owner.session_id)
        return origin if known else None


def _is_delivery(row: Row) -> bool:
    return bool(row["type"] != TaskType.BROADCAST_SUMMARY)


def _summary(task_id: str, message: list[Row]) -> dict[str, str | None]:
    """A broadcast summary's columns; the earlier text held only the number of recipients."""
    said = next(filter(_is_delivery, message), message[0])
    return {
        "to_agent_id": None,
        "type": TaskType.BROADCAST_SUMMARY,
        "text": translate.body(said),
        "origin_task_id": task_id,
        "status_state": TaskState.COMPLETED,
    }
