"""What became of a transaction whose connection to the server was lost while it committed."""

from __future__ import annotations

import time

import psycopg

from cafleet_core.errors import CommitUnknown
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

_ENDED_SECONDS = 5.0
"""How long a transaction of a lost connection is waited for to end."""


def committed(connection: psycopg.Connection[Any], transaction_id: str | None) -> bool:
    """Whether a transaction of a lost connection was committed, asked of another connection.

    Raises psycopg.Error where the server does not answer, TimeoutError where the transaction
    does not end.
    """
    deadline = time.monotonic() + _ENDED_SECONDS
    while time.monotonic() < deadline:
        status = _status(connection, transaction_id)
        if status != "in progress":
            return status == "committed"
        time.sleep(0.05)
    raise TimeoutError


def unknown(where: str) -> CommitUnknown:
    """The error that nobody can tell whether the registry at `where` kept a change."""
    return CommitUnknown(
        f"registry {where} closed the connection during a change:"
        " whether it was kept is not known; look before you repeat it."
    )


def _status(connection: psycopg.Connection[Any], transaction_id: str | None) -> str:
    try:
        row = connection.execute(
            "SELECT pg_xact_status(CAST(%s AS xid8))", (transaction_id,)
        ).fetchone()
    except psycopg.errors.InvalidParameterValue:
        return "aborted"  # a server that has crashed since never heard of it
    return row[0] if row and row[0] else "aborted"
