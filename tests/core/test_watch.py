"""Waiting for commits: told by the kernel where it can, and nothing is missed where it cannot."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.errors import RegistryGone
from cafleet_core.storage import watch
from cafleet_core.storage.watch import Bell, Watch
from tests.core.watching import LONG, Looks, act, soon, waited
from tests.team import a_team

linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells nothing")


@pytest.fixture
def reader(registry: Registry, registry_path: Path) -> Iterator[Looks]:
    """Another connection to the test's registry."""
    with closing(open_registry(registry_path)) as other:
        yield Looks(other)


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks without being told."""
    monkeypatch.setattr(watch, "SURE_SECONDS", LONG)


@linux
@pytest.mark.usefixtures("silence")
def test_a_commit_ends_the_wait_and_until_then_nobody_looks(
    registry: Registry, reader: Looks
) -> None:
    a_team(registry)
    with closing(Watch(reader.registry.where, reader)) as commits:
        soon(act, registry.where)
        looks = reader.count
        assert waited(commits)
        assert reader.count - looks <= 2


@linux
@pytest.mark.usefixtures("silence")
def test_a_commit_of_a_program_that_keeps_out_of_the_queue_does_so_too(
    registry: Registry, registry_path: Path, reader: Looks
) -> None:
    a_team(registry)
    with (
        closing(sqlite3.connect(registry_path, check_same_thread=False)) as outside,
        closing(Watch(reader.registry.where, reader)) as commits,
    ):
        outside.isolation_level = None
        soon(outside.execute, "UPDATE agents SET last_active_at = 'now'")
        assert waited(commits)


@linux
@pytest.mark.usefixtures("silence")
def test_what_is_committed_before_the_wait_begins_is_not_missed(
    registry: Registry, reader: Looks
) -> None:
    a_team(registry)
    with closing(Watch(reader.registry.where, reader)) as commits:
        for number in range(20):
            act(registry.where, str(number))
            assert waited(commits)


@linux
@pytest.mark.usefixtures("silence")
def test_of_many_commits_the_last_one_is_seen(
    registry: Registry, reader: Looks
) -> None:
    a_team(registry)

    def commit_often(name: str) -> None:
        for number in range(50):
            act(registry.where, f"{name} {number}")
        act(registry.where, "last")

    def newest() -> str:
        return str(reader.registry.row("SELECT last_active_at FROM agents")[0])

    with closing(Watch(reader.registry.where, reader)) as commits:
        writers = [soon(commit_often, f"writer {number}") for number in range(4)]
        while any(writer.is_alive() for writer in writers) or newest() != "last":
            commits.wait(0.5)
        act(registry.where, "after all")
        assert waited(commits)
        assert newest() == "after all"


@linux
@pytest.mark.usefixtures("silence")
def test_a_log_that_the_last_writer_takes_away_and_another_makes_anew_tells_still(
    tmp_path: Path,
) -> None:
    path = tmp_path / "data" / "registry.db"
    with closing(open_registry(path)) as registry:
        a_team(registry)

    def count() -> int:
        with closing(sqlite3.connect(path)) as looking:
            return int(looking.execute("SELECT COUNT(*) FROM sessions").fetchone()[0])

    def another_session() -> None:
        with closing(open_registry(path)) as registry:
            a_team(registry)

    with closing(Watch(str(path), count)) as commits:
        for _ in range(3):
            assert not Path(f"{path}-wal").exists()
            soon(another_session).join()
            assert waited(commits)
    assert count() == 4


@linux
@pytest.mark.usefixtures("silence")
def test_a_registry_that_is_replaced_is_told_of(
    registry: Registry, registry_path: Path, reader: Looks
) -> None:
    a_team(registry)
    copy = registry_path.with_name("copy.db")
    registry.copy_to(str(copy))
    with closing(Watch(reader.registry.where, reader)) as commits:
        soon(copy.replace, registry_path)
        with pytest.raises(RegistryGone):
            commits.wait(LONG)


@linux
def test_a_folder_that_goes_away_and_comes_back_is_watched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "LOOK_SECONDS", LONG)
    folder, away = tmp_path / "data", tmp_path / "away"
    path = folder / "registry.db"
    open_registry(path).close()
    looks = 0

    def look() -> int:
        nonlocal looks
        looks += 1
        return int(path.exists() and path.stat().st_ino)

    with closing(Watch(str(path), look)) as commits:
        folder.rename(away)
        assert waited(commits)
        monkeypatch.setattr(watch, "LOOK_SECONDS", 0.05)
        soon(away.rename, folder)
        assert waited(commits)
        commits.wait(2 * watch.SURE_SECONDS)
        monkeypatch.setattr(watch, "SURE_SECONDS", LONG)
        soon(path.unlink)
        assert waited(commits)


@pytest.mark.usefixtures("silence")
def test_a_bell_ends_the_wait_and_one_that_rang_before_does_too(
    registry: Registry, reader: Looks
) -> None:
    with (
        closing(Bell()) as bell,
        closing(Watch(reader.registry.where, reader, bell)) as commits,
    ):
        bell.ring()
        bell.ring()
        assert commits.wait(LONG) == commits.seen
        soon(bell.ring)
        assert commits.wait(LONG) == commits.seen
        began = time.monotonic()
        commits.wait(0.3)
        assert time.monotonic() - began >= 0.3
    bell.ring()
