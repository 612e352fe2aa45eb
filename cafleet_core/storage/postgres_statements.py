"""Run a registry's statements on a connection to its server, several in one flush."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    import psycopg

    from cafleet_core.storage.registry import Statement

_translated: dict[str, str] = {}


def run(
    connection: psycopg.Connection[Any], statements: Sequence[Statement]
) -> list[psycopg.Cursor[Any]]:
    """Run statements of which none waits for an answer; what each of them returned."""
    if len(statements) == 1:
        [(sql, parameters)] = statements
        whole = (_translate(sql), parameters) if parameters else (sql,)
        return [connection.execute(*whole)]
    with connection.pipeline():
        return [
            connection.execute(_translate(sql), parameters)
            for sql, parameters in statements
        ]


def _translate(sql: str) -> str:
    """A statement with the driver's marks for its parameters."""
    known = _translated.get(sql)
    if known is None:
        known = _translated[sql] = sql.replace("%", "%%").replace("?", "%s")
    return known
