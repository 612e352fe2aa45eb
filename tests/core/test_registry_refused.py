"""Registry files that cannot be used: refused in words, and left alone."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from cafleet_core.broker.registry import maintenance
from cafleet_core.broker.registry.open import open_registry
from cafleet_core.errors import RegistryError
from cafleet_core.storage.registry import HEAD
from tests.team import a_team


def test_a_damaged_file_is_refused(registry_path: Path) -> None:
    registry_path.parent.mkdir()
    registry_path.write_bytes(b"not a database at all, but long enough " * 100)
    with pytest.raises(RegistryError) as refused:
        open_registry(registry_path)
    assert refused.value.message == (
        f"registry {registry_path} is damaged or no registry: SQLITE_NOTADB."
    )


def test_damage_found_later_is_told_without_sql(registry_path: Path) -> None:
    registry = open_registry(registry_path)
    a_team(registry, "alice")
    registry.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    registry.close()
    content = bytearray(registry_path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    registry_path.write_bytes(content)
    with pytest.raises(RegistryError) as refused:
        open_registry(registry_path).rows("SELECT * FROM sessions")
    assert "is damaged" in refused.value.message
    assert "SELECT" not in refused.value.message


@pytest.mark.parametrize("path", ["registry.db", "./registry.db", "here/registry.db"])
def test_a_relative_path_makes_no_file_where_one_happens_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    here = tmp_path / "anywhere"
    here.mkdir()
    monkeypatch.chdir(here)
    for refuse in (open_registry, maintenance.init):
        with pytest.raises(RegistryError, match="its path is relative"):
            refuse(path)
    assert [*here.iterdir()] == []


def foreign(path: Path) -> bytes:
    """Another program's database at `path`, and its content."""
    path.parent.mkdir(exist_ok=True)
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE recipes (name TEXT)")
    other.execute("INSERT INTO recipes VALUES ('soup')")
    other.commit()
    other.close()
    return path.read_bytes()


def test_another_program_s_tables_are_refused_and_left_alone(
    registry_path: Path,
) -> None:
    before = foreign(registry_path)
    for refuse in (open_registry, maintenance.init):
        with pytest.raises(RegistryError, match="not cafleet's"):
            refuse(str(registry_path))
    assert registry_path.read_bytes() == before
    assert [path.name for path in registry_path.parent.iterdir()] == ["registry.db"]


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_a_newer_registry_is_refused_and_left_alone(
    registry_path: Path, journal: str
) -> None:
    registry = open_registry(registry_path)
    a_team(registry)
    registry.mark(HEAD + 1, oldest_reader=HEAD + 1)
    registry.execute(f"PRAGMA journal_mode = {journal}")
    registry.close()
    before = registry_path.read_bytes()
    for refuse in (open_registry, maintenance.init):
        with pytest.raises(RegistryError, match=f"newer than this program's {HEAD}"):
            refuse(str(registry_path))
    assert registry_path.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RegistryError, match="cannot open registry"):
        open_registry(tmp_path / "file" / "registry.db")
