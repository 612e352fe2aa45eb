"""Every way to the present schema ends at the same one, with the data still there."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from peewee import AutoField, Field, IntegerField, Model

from cafleet_core.broker.directory import sessions
from cafleet_core.broker.registry import maintenance
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.errors import RegistryError
from cafleet_core.reference import data_model
from cafleet_core.storage import migrations
from cafleet_core.storage.migrations import steps
from cafleet_core.storage.registry import HEAD
from cafleet_core.storage.sqlite import SqliteRegistry
from cafleet_core.storage.sqlite_file import APPLICATION_ID
from tests.team import a_team
from tests.terminal import command_line, environment

pytestmark = pytest.mark.sqlite

TABLES = data_model.tables()


def schema(registry: Registry) -> dict[str, str]:
    rows = registry.rows("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {name: " ".join(sql.split()) for name, sql in rows}


def sqlite_type(field: Field) -> str:
    while hasattr(field, "rel_field"):
        field = field.rel_field
    return "INTEGER" if isinstance(field, AutoField | IntegerField) else "TEXT"


@pytest.mark.parametrize("model", TABLES)
def test_the_models_are_the_migrated_schema(
    registry: Registry, model: type[Model]
) -> None:
    meta = model._meta
    modelled = [
        (name, sqlite_type(field), not field.null)
        for name, field in meta.columns.items()
    ]
    columns = registry.rows(f"PRAGMA table_info({meta.table_name})")
    assert [(name, kind, bool(needed)) for _, name, kind, needed, *_ in columns] == (
        modelled
    )
    keys = [name for _, name, _, _, _, key in columns if key]
    primary = meta.get_primary_keys()  # type: ignore[no-untyped-call]
    assert keys == [field.column_name for field in primary]


def test_there_is_no_table_without_a_model(registry: Registry) -> None:
    tables = registry.rows(
        "SELECT name FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    assert {name for (name,) in tables} == {model._meta.table_name for model in TABLES}


@pytest.mark.parametrize(
    ("index", "columns", "unique"),
    [
        ("agents_active_name", ["session_id", "name"], 1),
        ("agents_session", ["session_id", "status"], 0),
        (
            "placements_pane",
            ["tmux_pane_id", "tmux_server_pid", "tmux_socket"],
            0,
        ),
        ("tasks_id", ["task_id"], 1),
        ("tasks_inbox", ["context_id", "seq"], 0),
        ("tasks_head", ["session_id", "seq"], 0),
        ("tasks_origin", ["origin_task_id"], 0),
        ("tasks_session_version", ["session_id", "version"], 0),
        ("tasks_session_open", ["session_id"], 0),
        ("tasks_sent", ["from_agent_id", "seq"], 0),
        ("tasks_received", ["context_id", "seq"], 0),
        ("tasks_acked", ["context_id", "acked_at"], 0),
    ],
)
def test_every_flat_read_has_its_index(
    registry: Registry, index: str, columns: list[str], unique: int
) -> None:
    indexed = registry.rows(f"PRAGMA index_info({index})")
    assert [name for *_, name in indexed] == columns
    (is_unique,) = registry.row(
        "SELECT sql LIKE 'CREATE UNIQUE%' FROM sqlite_master WHERE name = ?", (index,)
    )
    assert is_unique == unique


def at_revision(path: Path, revision: int) -> None:
    """A registry file as the program of an earlier revision left it, without rows."""
    old = SqliteRegistry(str(path))
    with old.write():
        for apply in steps.STEPS[:revision]:
            apply(old)
        if revision:
            old.execute(f"PRAGMA application_id={APPLICATION_ID}")
            old.execute(f"PRAGMA user_version={revision}")
    old.close()


@pytest.mark.parametrize("revision", range(HEAD + 1))
def test_every_earlier_registry_comes_to_the_same_schema(
    registry: Registry, tmp_path: Path, revision: int
) -> None:
    path = tmp_path / "old" / "registry.db"
    at_revision(path, revision)
    done = maintenance.init(str(path))
    assert (done.before, done.after) == (revision, HEAD)
    upgraded = open_registry(path)
    assert schema(upgraded) == schema(registry)
    upgraded.close()


def test_there_is_one_step_for_each_revision() -> None:
    assert len(steps.STEPS) == HEAD


def test_the_data_outlives_another_init(registry: Registry) -> None:
    team = a_team(registry, "alice")
    before = [
        registry.rows(f"SELECT * FROM {model._meta.table_name}") for model in TABLES
    ]
    maintenance.init(registry.where)
    after = [
        registry.rows(f"SELECT * FROM {model._meta.table_name}") for model in TABLES
    ]
    assert after == before
    assert sessions.find(registry, team.session.session_id) == team.session


def add_a_column(monkeypatch: pytest.MonkeyPatch, *more: str) -> None:
    """The program of a future revision, which needs one column more."""
    statements = ("ALTER TABLE sessions ADD COLUMN colour TEXT", *more)

    def step(registry: Registry) -> None:
        for statement in statements:
            registry.execute(statement)

    monkeypatch.setattr(steps, "STEPS", (*steps.STEPS, step))
    monkeypatch.setattr(migrations, "HEAD", HEAD + 1)
    monkeypatch.setattr(maintenance, "HEAD", HEAD + 1)


def test_an_older_registry_is_copied_and_then_upgraded_with_its_data(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = a_team(registry, "alice")
    add_a_column(monkeypatch)
    with pytest.raises(RegistryError, match="run 'cafleet db init'"):
        migrations.ready(registry)
    done = maintenance.init(registry.where)
    assert (done.before, done.after) == (HEAD, HEAD + 1)
    assert registry.rows("SELECT session_id, colour FROM sessions") == [
        (team.session.session_id, None)
    ]
    assert done.backup is not None
    assert done.backup.stat().st_mode & 0o777 == 0o600
    copy = sqlite3.connect(done.backup)
    assert copy.execute("PRAGMA user_version").fetchone() == (HEAD,)
    assert copy.execute("SELECT session_id FROM sessions").fetchall() == [
        (team.session.session_id,)
    ]
    copy.close()


def test_a_migration_that_fails_changes_nothing(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = schema(registry)
    add_a_column(monkeypatch, "CREATE TABLE sessions (again TEXT)")
    with pytest.raises(RegistryError):
        migrations.upgrade(registry)
    assert (registry.revision(), schema(registry)) == (HEAD, before)


def test_many_that_upgrade_at_once_make_one_backup_and_no_error(
    registry_path: Path, tmp_path: Path
) -> None:
    registry_path.parent.mkdir()
    older = SqliteRegistry(str(registry_path))
    with older.write():
        for apply in steps.STEPS[:1]:
            apply(older)
        older.execute(f"PRAGMA application_id={APPLICATION_ID}")
        older.execute("PRAGMA user_version=1")
    older.close()
    starting = [
        subprocess.Popen(
            command_line("db", "init"),
            env=environment(registry_path),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    said = [process.communicate(timeout=60) for process in starting]
    assert [err for _, err in said if err] == []
    assert sum("Upgraded from 1" in out for out, _ in said) == 1
    assert len(list(registry_path.parent.glob("*.bak"))) == 1


def test_versions_go_on_where_an_earlier_program_left_them(tmp_path: Path) -> None:
    path = tmp_path / "old" / "registry.db"
    at_revision(path, 6)
    old = SqliteRegistry(str(path))
    old.execute("INSERT INTO sessions (session_id, created_at) VALUES ('s', '')")
    old.execute(
        "INSERT INTO agents (agent_id, session_id, name, description, status, kind,"
        " registered_at) VALUES ('a', 's', '', '', 'active', 'agent', '')"
    )
    for version in (5, 9):
        old.execute(
            "INSERT INTO tasks (task_id, session_id, context_id, from_agent_id, type,"
            " text, status_state, status_timestamp, created_at, push_attempts, version)"
            " VALUES (?, 's', 'a', 'a', 'unicast', '', 'input_required', '', '', 0, ?)",
            (f"t{version}", version),
        )
    old.close()
    maintenance.init(str(path))
    with closing(open_registry(path)) as upgraded:
        assert upgraded.row("SELECT version FROM sessions") == (9,)
        upgraded.execute("UPDATE tasks SET read_at = '1' WHERE task_id = 't5'")
        newest = "SELECT task_id, version FROM tasks ORDER BY version DESC"
        assert upgraded.rows(newest) == [("t5", 10), ("t9", 9)]


LAST_ACTS = (
    "SELECT name, last_sent_at, last_received_at, last_acked_at FROM agents"
    " WHERE kind = 'agent' ORDER BY name"
)


@pytest.mark.parametrize("revision", range(1, 14))
def test_last_acts_are_read_from_what_an_earlier_program_has_stored(
    tmp_path: Path, revision: int
) -> None:
    path = tmp_path / "old" / "registry.db"
    at_revision(path, revision)
    old = SqliteRegistry(str(path))
    old.execute("INSERT INTO sessions (session_id, created_at) VALUES ('s', '')")
    for agent in "abc":
        old.execute(
            "INSERT INTO agents (agent_id, session_id, name, description, status, kind,"
            " registered_at) VALUES (?, 's', ?, '', 'active', 'agent', '')",
            (agent, agent),
        )
    for number, (recipient, acked_at) in enumerate(
        (("b", "8"), (None, None), ("b", "6"))
    ):
        old.execute(
            "INSERT INTO tasks (task_id, session_id, context_id, from_agent_id,"
            " to_agent_id, type, text, status_state, status_timestamp, created_at,"
            " acked_at, push_attempts, version) VALUES"
            " (?, 's', ?, 'a', ?, 'unicast', '', 'completed', '', ?, ?, 0, 0)",
            (f"t{number}", recipient or "a", recipient, str(number + 1), acked_at),
        )
    old.close()
    maintenance.init(str(path))
    with closing(open_registry(path)) as upgraded:
        assert upgraded.rows(LAST_ACTS) == [
            ("a", "3", None, None),
            ("b", None, "3", "8"),
            ("c", None, None, None),
        ]
