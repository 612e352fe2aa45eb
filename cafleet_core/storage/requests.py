"""Requests from one machine to another's host process, each begun at most once. Plain SQL."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry, Statement


class Request(NamedTuple):
    """A request: `arguments` is a JSON document, `asked_by` and `agent_id` are agents."""

    request_id: str
    session_id: str
    host_id: str
    agent_id: str | None
    verb: str
    arguments: str
    asked_by: str | None
    created_at: str
    expires_at: str


class Answer(NamedTuple):
    """How far a request is: begun at `claimed_at`, done with `outcome`, a JSON document."""

    claimed_at: str | None
    outcome: str | None


_COLUMNS = ", ".join(Request._fields)


def add(request: Request) -> Statement:
    """Store a request; once, where it is run again."""
    marks = ", ".join("?" * len(request))
    return (
        f"INSERT INTO requests ({_COLUMNS}) VALUES ({marks})"
        " ON CONFLICT (request_id) DO NOTHING",
        tuple(request),
    )


def find(registry: Registry, request_id: str) -> Request | None:
    """The request with this id."""
    row = registry.row(
        f"SELECT {_COLUMNS} FROM requests WHERE request_id = ?", (request_id,)
    )
    return Request(*row) if row else None


def waiting(registry: Registry, host_id: str, at: str) -> list[Request]:
    """The requests to a machine that have not been begun."""
    rows = registry.rows(
        f"SELECT {_COLUMNS} FROM requests WHERE host_id = ? AND claimed_at IS NULL"
        " AND expires_at > ? ORDER BY created_at",
        (host_id, at),
    )
    return [Request(*row) for row in rows]


def begun(registry: Registry, host_id: str) -> list[Request]:
    """What a machine has begun with, and not told of."""
    rows = registry.rows(
        f"SELECT {_COLUMNS} FROM requests WHERE host_id = ? AND claimed_at IS NOT NULL"
        " AND answered_at IS NULL ORDER BY created_at",
        (host_id,),
    )
    return [Request(*row) for row in rows]


def claim(request_id: str, at: str) -> Statement:
    """Begin with a request; a row if nobody else has, and it has not expired.

    It may be run again where its connection was lost: it knows by its stamp, to the
    microsecond, that it was kept. Host processes of a machine claim one after the other.
    """
    return (
        "UPDATE requests SET claimed_at = ? WHERE request_id = ? AND (claimed_at IS NULL"
        " OR claimed_at = ? AND answered_at IS NULL)"
        " AND expires_at > ? RETURNING request_id",
        (at, request_id, at, at),
    )


def give_up(request_id: str, at: str) -> Statement:
    """Have a request that nobody has begun never be begun; a row where that is so."""
    return (
        "UPDATE requests SET claimed_at = ?, answered_at = ? WHERE request_id = ?"
        " AND claimed_at IS NULL RETURNING request_id",
        (at, at, request_id),
    )


def answer(request_id: str, outcome: str, at: str) -> Statement:
    """Keep what became of a request, unless that is known already."""
    return (
        "UPDATE requests SET answered_at = ?, outcome = ? WHERE request_id = ?"
        " AND outcome IS NULL",
        (at, outcome, request_id),
    )


def forget_outcome(request_id: str) -> Statement:
    """Remove the outcome of a request, and keep its other columns."""
    return ("UPDATE requests SET outcome = '' WHERE request_id = ?", (request_id,))


def remove(request_id: str) -> Statement:
    """Forget a request: live screens ask too often for each to be kept."""
    return ("DELETE FROM requests WHERE request_id = ?", (request_id,))


def get(registry: Registry, request_id: str) -> Answer:
    """How far a request is."""
    row = registry.row(
        "SELECT claimed_at, outcome FROM requests WHERE request_id = ?", (request_id,)
    )
    return Answer(*row) if row else Answer(None, None)


def prune(registry: Registry, before: str) -> int:
    """Remove requests made before a stamp; how many."""
    return registry.execute(
        "DELETE FROM requests WHERE created_at < ?", (before,)
    ).rowcount
