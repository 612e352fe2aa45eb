"""What keeps a registry on a server sound: references that are whole, and the user's `pg_dump`."""

from __future__ import annotations

import subprocess

from cafleet_core.errors import RegistryError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage.postgres_address import address

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_REFERENCES = """
    SELECT CAST(c.conrelid AS regclass)::text, a.attname,
           CAST(c.confrelid AS regclass)::text, b.attname
    FROM pg_constraint c
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
    WHERE c.contype = 'f' AND c.connamespace = to_regnamespace(current_schema())
    ORDER BY 1, 2
"""


def dangling(registry: Registry) -> list[str]:
    """A line for each reference to rows that are gone, as after a dump that was put back in parts."""
    return [
        f"{table} names a row of {parent} that is gone"
        for table, column, parent, key in registry.rows(_REFERENCES)
        if registry.row(
            f"SELECT 1 FROM {table} t WHERE t.{column} IS NOT NULL AND NOT EXISTS"
            f" (SELECT 1 FROM {parent} p WHERE p.{key} = t.{column}) LIMIT 1"
        )
    ]


def dump(registry: Registry, path: str) -> None:
    """Write the registry to a file that `pg_restore` reads; raises RegistryError."""
    [schema] = registry.row("SELECT current_schema()")
    # named, the one that every database has would be in the way when it is put back
    only = [] if schema == "public" else [f"--schema={schema}"]
    command = [
        *("pg_dump", "--format=custom", "--no-password", *only),
        "--no-unlogged-table-data",  # screens that somebody looks at now
        *(f"--file={path}", f"--dbname={address(registry.url)}"),
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise RegistryError(
            "a registry on a server is backed up by 'pg_dump', which is not on PATH:"
            " install PostgreSQL's client programs."
        ) from None
    if done.returncode:
        raise RegistryError(
            f"registry {registry.where} was not backed up: 'pg_dump' of the same or a"
            " newer version than the server's is needed, and a role that may read all."
        )
