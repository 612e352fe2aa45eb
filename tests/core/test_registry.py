"""The registry file: private, durable, shared by processes, and never somebody else's."""

from __future__ import annotations

import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.errors import RegistryError
from cafleet_core.storage import sqlite_file
from cafleet_core.storage.registry import HEAD
from tests.team import a_team
from tests.terminal import environment


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_is_nobody_else_s_business(registry_path: Path) -> None:
    registry = open_registry(registry_path)
    a_team(registry)
    assert mode(registry_path.parent) == 0o700
    files = sorted(registry_path.parent.iterdir())
    assert [file.name for file in files] == [
        "registry.db",
        "registry.db-queue",
        "registry.db-shm",
        "registry.db-wal",
    ]
    assert {mode(file) for file in files} == {0o600}
    registry.close()


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    open_registry(tmp_path / "registry.db").close()
    assert mode(tmp_path) == 0o755


@pytest.mark.sqlite
def test_every_transaction_is_durable_and_checks_references(registry: Registry) -> None:
    with registry.write():
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        values = [registry.row(f"PRAGMA {name}")[0] for name in pragmas]
    assert values == ["wal", 2, 1, 10_000]
    with pytest.raises(RegistryError), registry.write():
        registry.execute("INSERT INTO monitors VALUES ('no session', '', '', '')")


def test_an_empty_file_is_filled(registry_path: Path) -> None:
    registry_path.parent.mkdir()
    registry_path.touch()
    registry = open_registry(registry_path)
    assert (registry.revision(), registry.ours()) == (HEAD, True)
    registry.close()


def test_an_exception_takes_the_whole_transaction_back(registry: Registry) -> None:
    team = a_team(registry)

    def interrupted() -> None:
        with registry.write():
            registry.execute("UPDATE sessions SET label = 'changed'")
            raise KeyError

    with pytest.raises(KeyError):
        interrupted()
    assert registry.row("SELECT label FROM sessions")[0] == team.session.label
    with registry.write():
        registry.execute("UPDATE sessions SET label = 'changed'")
    assert registry.row("SELECT label FROM sessions")[0] == "changed"


def test_a_commit_that_fails_leaves_the_registry_usable(registry: Registry) -> None:
    team = a_team(registry)

    def dangling() -> None:
        with registry.write():
            registry.execute("PRAGMA defer_foreign_keys=ON")
            registry.execute("UPDATE sessions SET director_agent_id = 'nobody'")

    with pytest.raises(RegistryError):
        dangling()
    stored = registry.row("SELECT director_agent_id FROM sessions")
    assert stored == (team.director.agent_id,)
    with registry.write():
        registry.execute("UPDATE sessions SET label = 'goes on'")


@pytest.mark.sqlite
def test_a_full_disk_is_told_as_such_and_leaves_the_registry_usable(
    registry: Registry,
) -> None:
    a_team(registry)
    pages = registry.row("PRAGMA page_count")[0]
    registry.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(RegistryError, match="the disk is full"), registry.write():
        registry.execute("UPDATE sessions SET label = ?", ("x" * 1_000_000,))
    with registry.write():
        registry.execute("UPDATE sessions SET label = 'short'")


def test_a_writer_waits_for_the_one_before_it(
    registry: Registry, registry_path: Path
) -> None:
    team = a_team(registry)
    order = []

    def second() -> None:
        other = open_registry(registry_path)
        with other.write():
            order.append("second")
        other.close()

    thread = threading.Thread(target=second)
    with registry.write():
        thread.start()
        thread.join(0.2)
        assert thread.is_alive()
        registry.execute(
            "UPDATE sessions SET label = 'one' WHERE session_id = ?",
            (team.session.session_id,),
        )
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_lock_that_does_not_end_is_told_without_sql(
    registry: Registry, registry_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 0.1)
    late = open_registry(registry_path)
    with registry.write():
        with pytest.raises(RegistryError) as refused, late.write():
            raise AssertionError("two writers at once")
        assert late.rows("SELECT * FROM sessions") == []
    assert refused.value.message.startswith(f"registry {registry_path} is busy")
    assert "BEGIN" not in refused.value.message
    late.close()


COUNTER = """
import sys
from cafleet_core.broker.registry.open import open_registry
registry = open_registry(sys.argv[1])
for _ in range(50):
    with registry.write():
        (count,) = registry.row("SELECT CAST(label AS INTEGER) FROM sessions")
        registry.execute("UPDATE sessions SET label = ?", (str(count + 1),))
"""


def test_writers_of_several_processes_lose_no_update(
    registry: Registry, registry_path: Path
) -> None:
    a_team(registry)
    with registry.write():
        registry.execute("UPDATE sessions SET label = '0'")
    run_at_once(COUNTER, registry_path, 3)
    assert registry.row("SELECT label FROM sessions")[0] == "150"


OPENER = """
import sys
from cafleet_core.broker.registry.open import open_registry
sys.stdin.readline()
registry = open_registry(sys.argv[1])
assert registry.rows("SELECT * FROM tasks") == []
"""


@pytest.mark.parametrize("attempt", range(3))
def test_many_processes_may_create_the_same_registry(
    registry_path: Path, attempt: int
) -> None:
    run_at_once(OPENER, registry_path, 8)
    registry = open_registry(registry_path)
    assert registry.row("PRAGMA integrity_check")[0] == "ok"
    registry.close()


def run_at_once(program: str, registry_path: Path, processes: int) -> None:
    """Start all, then let all of them go on together; each must succeed."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(registry_path)],
            env=environment(registry_path),
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    complaints = [process.communicate(timeout=60)[1] for process in started]
    assert complaints == [""] * processes
    assert {process.returncode for process in started} == {0}


def test_a_read_sees_what_others_committed(
    registry: Registry, registry_path: Path
) -> None:
    other = open_registry(registry_path)
    before = registry.data_version()
    a_team(other)
    assert registry.data_version() != before
    assert len(registry.rows("SELECT * FROM sessions")) == 1
    assert registry.data_version() == registry.data_version()
    other.close()
