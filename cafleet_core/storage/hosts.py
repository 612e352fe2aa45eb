"""The machines of a registry: which there are, and when each was seen last. Plain SQL."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.storage.registry import Registry, Statement


class Host(NamedTuple):
    """One machine of one user; `seen_at` is None where no host process was ever seen.

    `boot_id` is which start of the machine this is, `accepts` the verbs that its host
    process carries out for others, separated by blanks. `shares_name` says that another one
    has the same name, where that was asked for.
    """

    host_id: str
    name: str
    boot_id: str = ""
    seen_at: str | None = None
    version: str = ""
    accepts: str = ""
    shares_name: bool = False


_COLUMNS = "host_id, name, boot_id, seen_at, version, accepts"
_SHARES_NAME = (
    "CASE WHEN EXISTS (SELECT 1 FROM hosts o"
    " WHERE o.name = hosts.name AND o.host_id <> hosts.host_id) THEN 1 ELSE 0 END"
)


def introduce(registry: Registry, host: Host) -> None:
    """Have a machine known by its name, inside the caller's transaction."""
    registry.execute(
        "INSERT INTO hosts (host_id, name, boot_id, version, accepts)"
        " VALUES (?, ?, '', '', '') ON CONFLICT (host_id)"
        " DO UPDATE SET name = excluded.name WHERE hosts.name <> excluded.name",
        (host.host_id, host.name),
    )


def sign(host: Host) -> Statement:
    """Keep that a host process was there at `seen_at`, and what it is."""
    return (
        f"INSERT INTO hosts ({_COLUMNS})"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (host_id) DO UPDATE SET"
        " name = excluded.name, boot_id = excluded.boot_id, seen_at = excluded.seen_at,"
        " version = excluded.version, accepts = excluded.accepts",
        tuple(host[:6]),
    )


def leave(host_id: str) -> Statement:
    """Keep that a machine's host process has ended: it is away at once."""
    return ("UPDATE hosts SET seen_at = NULL WHERE host_id = ?", (host_id,))


def listed(registry: Registry) -> list[Host]:
    """Every machine that is known, by name."""
    rows = registry.rows(f"SELECT {_COLUMNS} FROM hosts ORDER BY name, host_id")
    return [Host(*row) for row in rows]


def get(registry: Registry, host_ids: Sequence[str]) -> list[Host]:
    """Those of these machines that are known."""
    if not host_ids:
        return []
    marks = ", ".join("?" * len(host_ids))
    rows = registry.rows(
        f"SELECT {_COLUMNS}, {_SHARES_NAME} FROM hosts WHERE host_id IN ({marks})",
        host_ids,
    )
    return [Host(*row) for row in rows]
