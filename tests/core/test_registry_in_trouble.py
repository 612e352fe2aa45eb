"""The registry's file replaced, cut off, on a full or read-only disk: what it holds is shown, or why not."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.cli.main import run
from cafleet_core.errors import RegistryError
from cafleet_core.storage.registry import HEAD
from tests.core.mail import a_team_with_mail_on_disk
from tests.team import Team
from tests.terminal import Ran, command_line, environment

pytestmark = pytest.mark.sqlite

LOOKS = (
    ("session", "list"),
    ("session", "show", "{session}"),
    ("agent", "list"),
    ("member", "list"),
    ("message", "poll"),
    ("message", "list"),
    ("status",),
    ("db", "check"),
)
"""Commands that only look, or can do without leaving a mark."""


WRITES = (
    ("message", "send", "--to", "alice", "--text", "more"),
    ("message", "ack", "--all"),
    ("agent", "register", "--name", "bob", "--description", "works"),
    ("session", "delete", "{session}"),
    ("db", "prune", "--older-than", "1d"),
    ("monitor", "--once"),
)


Command = Callable[..., Ran]


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount")


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team_with_mail_on_disk(registry)


@pytest.fixture
def command(
    team: Team, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Runs a command line as alice, with the registry at a path."""

    def ran(path: Path, *arguments: str) -> Ran:
        monkeypatch.setenv("CAFLEET_DATABASE_URL", f"sqlite:///{path}")
        session_id = team.session.session_id
        named = [word.replace("{session}", session_id) for word in arguments]
        director = arguments[0] == "member"
        agent = team.director if director else team.others["alice"]
        identity = ("--session-id", session_id, "--agent-id", agent.agent_id)
        code = run([*identity, *named])
        return Ran(code, *capsys.readouterr())

    return ran


def is_plain(ran: Ran) -> bool:
    """Whether a failure is one line, and a second one at most that tells the way out."""
    return ran.err.startswith("Error: ") and ran.err.count("\n") <= 2


@pytest.fixture
def disk(registry: Registry, team: Team, tmp_path: Path) -> Iterator[Path]:
    """The registry alone on a small disk of its own; the disk."""
    mounted = tmp_path / "disk"
    mounted.mkdir()
    size = ["-o", "size=1m"]
    done = subprocess.run(
        ["mount", "-t", "tmpfs", *size, "none", str(mounted)], check=False
    )
    if done.returncode:
        pytest.skip("nothing can be mounted here")
    registry.copy_to(str(mounted / "registry.db"))
    yield mounted
    subprocess.run(["umount", "-l", str(mounted)], check=True)


def fill(disk: Path) -> None:
    """Leave not one byte on a disk."""
    descriptor = os.open(disk / "ballast", os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(descriptor, b"x" * 4096)
    except OSError:
        os.close(descriptor)


@needs_root
@pytest.mark.parametrize("trouble", ["full", "read-only"])
def test_a_disk_that_takes_nothing_in_can_be_read(
    disk: Path, command: Command, trouble: str
) -> None:
    if trouble == "full":
        fill(disk)
    else:
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    for looking in LOOKS:
        ran = command(disk / "registry.db", *looking)
        assert (ran.code, ran.err) == (0, ""), looking
    assert "before" in command(disk / "registry.db", "message", "poll").out
    why = "the disk is full." if trouble == "full" else "is read-only: its folder may"
    for writing in WRITES:
        ran = command(disk / "registry.db", *writing)
        assert (ran.code, is_plain(ran)) == (1, True), (writing, ran)
        assert why in ran.err, writing


@needs_root
def test_a_read_only_disk_is_followed_when_it_can_be_written_again(
    disk: Path, command: Command, team: Team
) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    follower = open_registry(disk / "registry.db")
    before = follower.data_version()
    assert follower.data_version() == before
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    writer = open_registry(disk / "registry.db")
    send.send(writer, team.director, [team.others["alice"]], "after")
    assert follower.data_version() != before
    unread = inbox.poll(follower, team.others["alice"])
    assert [task.text for task in unread] == ["before", "after"]
    writer.close()
    follower.close()


@needs_root
def test_changes_that_only_a_writer_can_take_in_are_not_left_out(
    disk: Path, command: Command, team: Team, tmp_path: Path
) -> None:
    writer = open_registry(disk / "registry.db")
    send.send(writer, team.director, [team.others["alice"]], "in the log")
    killed = tmp_path / "killed"
    shutil.copytree(disk, killed, ignore=shutil.ignore_patterns("*-shm"))
    writer.close()
    for name in ("registry.db", "registry.db-wal"):
        shutil.copy(killed / name, disk / name)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    ran = command(disk / "registry.db", "message", "poll")
    assert (ran.code, ran.out, is_plain(ran)) == (1, "", True)
    assert "its folder may not be written from here" in ran.err


@needs_root
def test_a_folder_of_somebody_else_can_be_read(team: Team, registry: Registry) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "registry.db")
        registry.copy_to(str(path))
        path.chmod(0o644)
        Path(folder).chmod(0o755)
        os.seteuid(65534)
        try:
            reader = open_registry(path)
            unread = inbox.poll(reader, team.others["alice"])
            assert [task.text for task in unread] == ["before"]
            with pytest.raises(RegistryError, match="read-only"):
                send.send(reader, team.director, [team.others["alice"]], "no")
            reader.close()
        finally:
            os.seteuid(0)


def test_a_limit_on_the_size_of_files_is_told(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    limit = 65_536  # less than what is logged of such a message
    done = subprocess.run(
        command_line(
            *("message", "send", "--session-id", team.session.session_id),
            *("--agent-id", "alice", "--to", "Director", "--text", "x" * 100_000),
        ),
        env=environment(registry_path),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        capture_output=True,
        text=True,
        check=False,
    )
    ran = Ran(done.returncode, done.stdout, done.stderr)
    assert (ran.code, is_plain(ran)) == (1, True), ran
    assert f"registry {registry_path}" in ran.err


def test_doctor_tells_that_nothing_can_be_stored(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    done = subprocess.run(
        command_line("doctor", "--json"),
        env=environment(registry_path),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
        capture_output=True,
        text=True,
        check=False,
    )
    checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert checks["integrity"]["ok"] is True
    assert checks["writing"]["ok"] is False
    assert f"registry {registry_path}" in checks["writing"]["detail"]
    assert (done.returncode, done.stderr) == (1, "")


def cut_off(path: Path, _team: Team) -> None:
    os.truncate(path, 0)


def halved(path: Path, _team: Team) -> None:
    os.truncate(path, path.stat().st_size // 8192 * 4096)


def replaced_by_words(path: Path, _team: Team) -> None:
    path.write_text("no database, but long enough to be taken for one" * 400)


def newer(path: Path, _team: Team) -> None:
    registry = open_registry(path)
    registry.mark(HEAD + 1, oldest_reader=HEAD + 1)
    registry.close()


@pytest.mark.parametrize(
    ("break_it", "why"),
    [
        (cut_off, "was cut off"),
        (halved, "is damaged"),
        (replaced_by_words, "is damaged or no registry"),
        (newer, "newer than this program's"),
    ],
)
@pytest.mark.parametrize("in_use", [True, False])
def test_what_is_no_registry_any_more_is_told_in_one_line(
    registry: Registry,
    registry_path: Path,
    team: Team,
    command: Command,
    break_it: Callable[[Path, Team], None],
    why: str,
    in_use: bool,
) -> None:
    if not in_use:
        registry.close()
        if break_it is cut_off:
            pytest.skip("an empty file alone is a registry that is to be made")
    break_it(registry_path, team)
    for arguments in (*LOOKS, *WRITES):
        ran = command(registry_path, *arguments)
        assert (ran.code, is_plain(ran)) == (1, True), (arguments, ran)
        assert why in ran.err, arguments
    checked = command(registry_path, "doctor")
    assert (checked.code, checked.err) == (1, "")
    assert "✗ registry" in checked.out
