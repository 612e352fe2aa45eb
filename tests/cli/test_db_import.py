"""`db import`: what it says, what it refuses, and that the file it reads stays as it was."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import open_registry
from cafleet_core.storage import earlier_schema
from tests.cli.conftest import Prompt
from tests.earlier import EarlierRegistry
from tests.test_architecture import ROOT


@pytest.fixture
def old(tmp_path: Path) -> Iterator[EarlierRegistry]:
    """A team of an earlier registry, one message in it."""
    source = EarlierRegistry(tmp_path / "old.db")
    _, (director, *_, drafter) = source.team("drafter", label="docs")
    source.send(director, drafter, "Please \x1b[31mdraft\x00.")
    yield source
    source.close()


def test_it_says_what_came(cli: Prompt, old: EarlierRegistry) -> None:
    path = str(old.path)
    rehearsed = cli("db", "import", path, "--dry-run")
    assert rehearsed == (0, "Would import 1 sessions, 3 agents, 1 tasks.\n", "")
    assert cli("session", "list").out == "No sessions found.\n"
    done = cli("db", "import", path)
    assert done == (0, "Imported 1 sessions, 3 agents, 1 tasks.\n", "")
    again = cli("db", "import", path)
    assert again.out.splitlines() == [
        "Imported 0 sessions, 0 agents, 0 tasks.",
        "Already here: 1 sessions, 3 agents, 1 tasks.",
    ]


def test_it_says_what_is_not_as_it_was(cli: Prompt, old: EarlierRegistry) -> None:
    session, (director, *_, leaver) = old.team("leaver")
    twin = old.agent(session, "Lea\x1b[7mver")
    old.send(director, leaver, "never read")
    old.leave(leaver)
    old.connection.execute("PRAGMA foreign_keys=OFF")
    old.send(director, "ffff-unknown", "to nobody")
    ran = cli("db", "import", str(old.path))
    assert ran.out.splitlines()[1:] == [
        f"Renamed: {twin} 'Lea[7mver' is 'Lea 7mver' here.",
        "Failed: 1 open deliveries to agents that had left.",
        "Left out: 1 rows that name a session or an agent that the file does not hold.",
    ]


def test_it_says_so_as_json(cli: Prompt, old: EarlierRegistry) -> None:
    twin = old.agent(old.session("bare"), "all")
    document = cli("db", "import", str(old.path), "--json").document
    assert document == {
        "sessions": {"imported": 2, "present": 0},
        "agents": {"imported": 4, "present": 0},
        "tasks": {"imported": 1, "present": 0},
        "renamed": [{"agent_id": twin, "before": "all", "after": "agent-all"}],
        "settled": 0,
        "left_out": 0,
        "dry_run": False,
    }


def test_what_came_is_printed_sanitised(cli: Prompt, old: EarlierRegistry) -> None:
    cli("db", "import", str(old.path))
    [session] = cli("session", "list", "--json").document
    said = cli("message", "list", "--session-id", session["session_id"]).out
    assert "Please [31mdraft." in said
    assert "\x1b" not in said


def refused(cli: Prompt, path: Path) -> str:
    """The line with which a file is refused; nothing has come of it."""
    ran = cli("db", "import", str(path))
    assert (ran.code, ran.out) == (1, "")
    assert cli("session", "list", "--all").out == "No sessions found.\n"
    return ran.err.splitlines()[0]


def test_a_file_that_is_no_registry(cli: Prompt, tmp_path: Path) -> None:
    path = tmp_path / "file.db"
    assert refused(cli, path) == f"Error: there is no file {path}."
    assert refused(cli, tmp_path) == f"Error: there is no file {tmp_path}."
    path.write_bytes(b"no database" * 1000)
    assert refused(cli, path) == (
        f"Error: registry {path} is damaged or no registry: SQLITE_NOTADB."
    )
    path.write_bytes(b"")
    unknown = (
        f"Error: {path} is no registry of an earlier cafleet that this program knows: "
    )
    assert refused(cli, path) == f"{unknown}it has no table 'sessions'."
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE sessions (session_id, created_at)")
    other.close()
    assert refused(cli, path) == f"{unknown}its sessions have no 'label'."


def test_a_registry_without_bodies(cli: Prompt, old: EarlierRegistry) -> None:
    old.connection.execute("ALTER TABLE tasks RENAME COLUMN task_json TO content")
    assert refused(cli, old.path).endswith("its tasks have no text.")


def test_a_registry_of_this_generation(cli: Prompt, tmp_path: Path) -> None:
    path = tmp_path / "own.db"
    open_registry(path).close()
    assert "is a registry of this generation" in refused(cli, path)


def test_a_damaged_registry(cli: Prompt, old: EarlierRegistry) -> None:
    old.close()
    content = old.path.read_bytes()
    page = 4096
    old.path.write_bytes(content[:page] + b"\xff" * (len(content) - page))
    assert "is damaged or no registry: SQLITE_CORRUPT" in refused(cli, old.path)


def test_a_registry_that_another_program_holds(
    cli: Prompt, old: EarlierRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(earlier_schema, "BUSY_SECONDS", 0.05)
    old.connection.execute("BEGIN EXCLUSIVE")
    assert f"registry {old.path} is busy" in refused(cli, old.path)


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("UPDATE tasks SET created_at = 'noon'", "holds a time that is none"),
        ("UPDATE tasks SET task_id = '../etc'", "holds a task whose id is none"),
    ],
)
def test_what_cannot_be_understood_stops_all_of_it(
    cli: Prompt, old: EarlierRegistry, sql: str, why: str
) -> None:
    old.connection.execute(sql)
    assert why in refused(cli, old.path)


LEAVE = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]:
    connection.execute(statement)
os._exit(0)
"""


def crash_after(path: Path, *statements: str) -> None:
    """What a program leaves that ran these statements, and then died."""
    subprocess.run([sys.executable, "-c", LEAVE, path, *statements], check=True)


def test_what_stands_in_a_log_beside_the_file_comes_too(
    cli: Prompt, old: EarlierRegistry
) -> None:
    old.close()
    renamed = "UPDATE sessions SET label = 'from the log'"
    crash_after(old.path, "PRAGMA journal_mode=WAL", renamed)
    files = [old.path, Path(f"{old.path}-wal")]
    before = [file.read_bytes() for file in files]
    assert cli("db", "import", str(old.path)).code == 0
    assert "from the log" in cli("session", "list").out
    assert [file.read_bytes() for file in files] == before


def test_a_half_made_change_is_not_mended_in_place(
    cli: Prompt, old: EarlierRegistry
) -> None:
    old.close()
    crash_after(
        old.path,
        "PRAGMA cache_size=1",
        "BEGIN",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
        " INSERT INTO sessions (session_id, label, created_at) SELECT i, i, i FROM n",
    )
    before = old.path.read_bytes()
    assert "was left in the middle of a change" in refused(cli, old.path)
    assert old.path.read_bytes() == before


def test_the_file_may_be_read_only_and_oddly_named(
    cli: Prompt, old: EarlierRegistry
) -> None:
    old.close()
    path = old.path.rename(old.path.with_name("old ?mode=rwc#%41.db"))
    path.chmod(0o400)
    before = (path.read_bytes(), os.stat(path).st_mtime_ns)
    assert cli("db", "import", str(path)).code == 0
    assert (path.read_bytes(), os.stat(path).st_mtime_ns) == before


def test_an_earlier_registry_in_our_place_is_told_how_to_move(
    cli: Prompt, registry_path: Path
) -> None:
    registry_path.parent.mkdir()
    EarlierRegistry(registry_path).close()
    before = registry_path.read_bytes()
    ran = cli("session", "list")
    assert ran.code == 1
    assert "move it away, then 'cafleet db import' takes in what it holds" in ran.err
    assert registry_path.read_bytes() == before


def test_one_moves_in_as_the_document_says(tmp_path: Path) -> None:
    document = (ROOT / "docs" / "install.md").read_text("utf-8")
    [commands] = re.findall("```sh\n(.*?)```", document, re.DOTALL)
    assert "cafleet db import" in commands
    place = tmp_path / ".local" / "share" / "cafleet"
    place.mkdir(parents=True)
    source = EarlierRegistry(place / "registry.db")
    source.team("drafter", label="docs")
    source.close()
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    done = subprocess.run(
        ["bash", "-euc", f"{commands}\ncafleet session list"],
        env={"HOME": str(tmp_path), "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Imported 1 sessions, 3 agents, 0 tasks." in done.stdout
    assert "docs" in done.stdout.splitlines()[-1]
