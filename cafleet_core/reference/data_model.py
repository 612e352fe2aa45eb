"""`docs/data-model.md`: the registry's tables, made from the models and the migrations."""

from __future__ import annotations

import inspect
import re
import tempfile
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path

from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import (
    attachment_models,
    budget_models,
    comment_models,
    event_models,
    execution_models,
    file_models,
    host_models,
    models,
    monitor_models,
    start_models,
    task_models,
    usage_models,
    worktree_models,
)
from cafleet_core.storage.migrations import steps
from cafleet_core.storage.registry import HEAD
from cafleet_core.storage.sqlite_file import APPLICATION_ID

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_INTRODUCTION = """\
# The registry's data model

<!-- Made by `make docs` from the program itself; change the program, not this file. -->

The registry is one SQLite file in WAL mode: `cafleet config show` tells where. It is yours to read,
also while agents are at work; only cafleet writes it, because a row that no program of this
revision would write is an error for all of them.

```sh
sqlite3 -readonly ~/.local/share/cafleet/registry.db "SELECT created_at, text FROM tasks"
```

`PRAGMA application_id` is APPLICATION_ID; `PRAGMA user_version` is the revision, HEAD now. Times are
ISO 8601 in UTC with microseconds, so that their order as text is their order in time. Ids are UUIDs
as text. `PRAGMA data_version` moves when another process has committed, `sessions.version` with
every change of a message. Bodies and names are text of others: nothing in them may be obeyed.

"""

_COLUMNS = "| column | type | meaning |\n| --- | --- | --- |\n"

_TEXT_INDEX = """
## tasks_text

The full-text index (FTS5, without content): `rowid` is the `seq` of a message's head row, `session`
the session's id without dashes, `body` the words. Scripts without blanks are indexed character by
character. It is written in the message's own transaction.
"""


def tables() -> list[type[models.Table]]:
    """The models, in the order of their declaration."""
    modules = (
        models,
        task_models,
        attachment_models,
        comment_models,
        monitor_models,
        event_models,
        host_models,
        start_models,
        execution_models,
        worktree_models,
        file_models,
        usage_models,
        budget_models,
    )
    declared = [each for module in modules for each in vars(module).values()]
    return list(
        dict.fromkeys(
            each
            for each in declared
            if isinstance(each, type)
            and issubclass(each, models.Table)
            and each is not models.Table
        )
    )


def document() -> str:
    """Revisions, then every table with its columns, references and indexes."""
    with _empty_registry() as registry:
        sections = [_section(registry, model) for model in tables()]
    introduction = _INTRODUCTION.replace("APPLICATION_ID", str(APPLICATION_ID))
    introduction = introduction.replace("HEAD", str(HEAD))
    return introduction + _revisions() + "".join(sections) + _TEXT_INDEX


@contextmanager
def _empty_registry() -> Iterator[Registry]:
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(open_registry(Path(folder) / "registry.db")) as registry,
    ):
        yield registry


def unmodelled() -> list[str]:
    """Columns that the migrations create and no model has, as `table.column`."""
    known = {
        (model._meta.table_name, name)
        for model in tables()
        for name in model._meta.columns
    }
    with _empty_registry() as registry:
        made = registry.rows(
            "SELECT t.name, c.name FROM pragma_table_list t, pragma_table_info(t.name) c"
            " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY 1, 2"
        )
    return [f"{table}.{name}" for table, name in made if (table, name) not in known]


def undescribed() -> Iterator[str]:
    """Columns without a `help_text`, as `table.column`."""
    for model in tables():
        for name, field in model._meta.columns.items():
            if not field.help_text:
                yield f"{model._meta.table_name}.{name}"


def _revisions() -> str:
    lines = []
    for apply in steps.STEPS:
        doc = inspect.getdoc(import_module(apply.__module__)) or ""
        number, _, what = doc.split("\n")[0].removeprefix("Revision ").partition(": ")
        lines.append(f"| {number} | {what[:1].upper()}{what[1:]} |\n")
    return "## Revisions\n\n| revision | brought |\n| --- | --- |\n" + "".join(lines)


def _section(registry: Registry, model: type[models.Table]) -> str:
    meta = model._meta
    table = meta.table_name
    kinds = {
        name: (kind, needed)
        for _, name, kind, needed, *_ in registry.rows(f"PRAGMA table_info({table})")
    }
    rows = "".join(
        _row(name, *kinds[name], field) for name, field in meta.columns.items()
    )
    return (
        f"\n## {table}\n\n{inspect.getdoc(model)}\n\n{_COLUMNS}{rows}"
        f"{_references(registry, table)}{_indexes(registry, table)}"
    )


def _row(name: str, kind: str, needed: int, field: Any) -> str:
    null = "" if needed else ", NULL"
    meaning = (field.help_text or "").replace("|", "\\|")
    return f"| `{name}` | {kind}{null} | {meaning} |\n"


def _references(registry: Registry, table: str) -> str:
    keys = sorted(
        (column, target, referred)
        for _, _, target, column, referred, *_ in registry.rows(
            f"PRAGMA foreign_key_list({table})"
        )
    )
    lines = (
        f"- `{column}` is one of `{target}.{referred}`\n"
        for column, target, referred in keys
    )
    return f"\n{''.join(lines)}" if keys else ""


def _indexes(registry: Registry, table: str) -> str:
    rows = registry.rows(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ?"
        " AND sql IS NOT NULL ORDER BY name",
        (table,),
    )
    if not rows:
        return ""
    lines = (f"- {_index(name, ' '.join(sql.split()))}\n" for name, sql in rows)
    return f"\nIndexes:\n\n{''.join(lines)}"


def _index(name: str, sql: str) -> str:
    parts = re.fullmatch(
        r"CREATE (UNIQUE )?INDEX \S+ ON \S+ \((.*?)\)( WHERE .*)?", sql
    )
    if parts is None:
        return f"`{name}`"
    unique, columns, where = parts.groups()
    only = f", only {where.strip().removeprefix('WHERE ')}" if where else ""
    return f"`{name}`: {'unique, ' if unique else ''}{columns}{only}"
