"""Waiting for commits where the kernel does not tell of them: one looks."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.storage import watch
from cafleet_core.storage.inotify import Inotify
from cafleet_core.storage.watch import Watch
from tests.core.watching import LONG, Looks, act, soon, waited
from tests.team import a_team

linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells nothing")


@pytest.fixture
def reader(registry: Registry, registry_path: Path) -> Iterator[Looks]:
    """Another connection to the test's registry."""
    with closing(open_registry(registry_path)) as other:
        yield Looks(other)


def looked_for(commits: Watch, registry: Registry, reader: Looks) -> None:
    """Commits are seen, and by looking."""
    for number in range(3):
        soon(act, registry.where, str(number))
        looks = reader.count
        assert waited(commits)
        assert reader.count - looks >= 2


def test_without_inotify_one_looks(
    registry: Registry, reader: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    a_team(registry)
    with closing(Watch(reader.registry.where, reader)) as commits:
        looked_for(commits, registry, reader)


@linux
def test_a_kernel_that_does_not_tell_is_not_believed_for_long(
    registry: Registry,
    reader: Looks,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setattr(watch, "Inotify", lambda _folders: Inotify([str(elsewhere)]))
    monkeypatch.setattr(watch, "SURE_SECONDS", 0.5)
    a_team(registry)
    with closing(Watch(reader.registry.where, reader)) as commits:
        for number in range(2):
            soon(act, registry.where, str(number))
            assert waited(commits)
        monkeypatch.setattr(watch, "SURE_SECONDS", LONG)
        looked_for(commits, registry, reader)


_WITHOUT_INSTANCES = """
import sys, threading
from pathlib import Path
from cafleet_core.broker.registry.open import open_registry
from cafleet_core.storage.inotify import Inotify
from cafleet_core.storage.watch import Watch
path = Path(sys.argv[1])
try:
    Inotify([str(path.parent)])
except OSError as error:
    print(error.errno)
registry, writer = open_registry(path), sys.argv[2:]
commits = Watch(registry.where, registry.data_version)
before = commits.seen
import subprocess
later = threading.Timer(0.2, subprocess.run, [writer])
later.start()
print(commits.wait(30) != before)
later.join()
"""


@linux
def test_where_there_are_too_many_watches_already_one_looks(
    registry: Registry, registry_path: Path
) -> None:
    a_team(registry)
    act_there = "UPDATE agents SET last_active_at = 'x'"
    writer = f"import sqlite3; c = sqlite3.connect({str(registry_path)!r}); c.execute({act_there!r}); c.commit()"
    none_left = 'echo 0 > /proc/sys/user/max_inotify_instances && exec "$@"'
    unshare = shutil.which("unshare") or "unshare"
    inside = [unshare, "--user", "--map-root-user", "sh", "-c", none_left, "sh"]
    try:
        subprocess.run([*inside, "true"], check=True, capture_output=True, timeout=60)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no limit of its own can be set here")
    done = subprocess.run(
        [
            *(*inside, sys.executable, "-c", _WITHOUT_INSTANCES, str(registry_path)),
            *(sys.executable, "-c", writer),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split() == ["24", "True"]  # EMFILE
