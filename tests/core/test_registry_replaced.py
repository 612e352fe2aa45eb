"""The registry's file replaced, deleted or cut off while it is in use: whoever follows it learns of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.errors import RegistryGone
from tests.team import Team, a_team
from tests.terminal import begun, eventually


@pytest.fixture
def team(registry: Registry) -> Team:
    team = a_team(registry, "alice")
    send.send(registry, team.director, [team.others["alice"]], "before")
    return team


def replace(path: Path, copy: Path) -> None:
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    copy.rename(path)


def delete(path: Path, _copy: Path) -> None:
    path.unlink()


def empty(path: Path, _copy: Path) -> None:
    os.truncate(path, 0)


def lose_the_log(path: Path, _copy: Path) -> None:
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (replace, "was replaced by another file."),
        (lose_the_log, "was replaced by another file."),
        (delete, "is gone: put it back where it was."),
        (empty, "was cut off: it is empty."),
    ],
)
def test_whoever_follows_it_learns_of_it(
    registry: Registry,
    registry_path: Path,
    team: Team,
    tmp_path: Path,
    change: Callable[[Path, Path], None],
    why: str,
) -> None:
    copy = tmp_path / "copy.db"
    registry.copy_to(str(copy))
    inbox.ack_all(registry, team.caller("alice"))
    waiting = begun(
        registry_path,
        *("message", "poll", "--wait", "60", "--agent-id", "alice"),
        *("--session-id", team.session.session_id),
    )
    follows = f"/proc/{waiting.pid}/fd"
    eventually(
        lambda: any(
            os.readlink(f"{follows}/{name}").endswith("-shm")
            for name in os.listdir(follows)
            if os.path.islink(f"{follows}/{name}")
        )
    )
    change(registry_path, copy)
    out, err = waiting.communicate(timeout=30)
    assert (waiting.returncode, out) == (1, "")
    assert err.splitlines()[0] == f"Error: registry {registry_path} {why}"
    with pytest.raises(RegistryGone):
        registry.check_in_place()


def test_one_that_is_cut_off_while_it_is_read_is_not_taken_for_a_damaged_one(
    registry: Registry, registry_path: Path
) -> None:
    empty(registry_path, registry_path)
    with pytest.raises(RegistryGone, match=r"was cut off: it is empty\."):
        registry.rows("SELECT * FROM tasks, events")


def test_closing_what_was_replaced_leaves_the_other_s_log_alone(
    registry: Registry, registry_path: Path, team: Team, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    registry.copy_to(str(copy))
    replace(registry_path, copy)
    other = open_registry(registry_path)
    send.send(other, team.director, [team.others["alice"]], "after")
    registry.close()
    reader = open_registry(registry_path)
    unread = inbox.poll(reader, team.others["alice"])
    assert [task.text for task in unread] == ["before", "after"]
    reader.close()
    other.close()


def test_a_file_copied_over_it_is_read_anew(
    registry: Registry, registry_path: Path, team: Team, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    registry.copy_to(str(copy))
    send.send(registry, team.director, [team.others["alice"]], "lost")
    registry.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = registry.data_version()
    shutil.copy(copy, registry_path)
    os.utime(registry_path)
    assert registry.data_version() != before
    unread = inbox.poll(registry, team.others["alice"])
    assert [task.text for task in unread] == ["before"]
