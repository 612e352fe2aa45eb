"""The statements of a whole command, from opening the registry to closing it."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

from cafleet_core.cli.main import run
from cafleet_core.storage import engine
from tests.terminal import environment

_ALONE = {"CAFLEET_DELIVERY_BACKGROUND": "false"}
"""No loop in the background takes part in what is counted."""


def of_command(registry: Path | str, *words: str, **variables: str) -> list[str]:
    """What a command asks the engine to run, without `PRAGMA`; it must succeed."""
    surroundings = environment(registry, **_ALONE, **variables)
    with (
        patch.dict(os.environ, surroundings),
        redirect_stdout(io.StringIO()) as said,
        traced() as statements,
    ):
        code = run(list(words))
    assert code == 0, said.getvalue()
    return statements


@contextmanager
def traced() -> Iterator[list[str]]:
    """What the connections that are opened meanwhile are asked to run, without `PRAGMA`.

    SQLite's trace tells a statement once more for each trigger that it sets off, and what its
    index of words runs in its own tables: neither is asked for.
    """
    trace: list[str] = []
    statements: list[str] = []
    connect = engine.sqlite3.connect

    def note(sql: str) -> None:
        own = sql.startswith(("--", "PRAGMA")) or "'main'." in sql
        if not own and trace[-1:] != [sql]:
            statements.append(sql)
        trace.append(sql)

    def tracing(*arguments: Any, **options: Any) -> Any:
        connection = connect(*arguments, **options)
        connection.set_trace_callback(note)
        return connection

    with patch.object(engine.sqlite3, "connect", tracing):
        yield statements
