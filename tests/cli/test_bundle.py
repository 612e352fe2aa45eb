"""The bundle of a short command's modules: used while it is right, harmless when it is not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

import cafleet_core
from tests.terminal import Ran

START = """
import sys
sys.path += {paths}
from cafleet_core.__main__ import main
import os
leave = os._exit
def tell(code):
    from_bundle = [
        name for name, module in sys.modules.items()
        if type(getattr(getattr(module, "__spec__", None), "loader", None)).__name__ == "Bundle"
    ]
    if os.environ.get("DESCRIBE"):
        for name, module in sorted(sys.modules.items()):
            if name.startswith("cafleet_core") and not name.endswith("lean_code"):
                place = getattr(module, "__path__", None)
                parent = sys.modules.get(name.rpartition(".")[0], sys)
                print(name, module.__package__, module.__file__, place, module.__spec__.name,
                      getattr(parent, name.rpartition(".")[2], None) is module)
    print(len(from_bundle), file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    leave(code)
os._exit = tell
main()
"""


class Installation(NamedTuple):
    """A copy of the program with a home of its own."""

    folder: Path

    def __call__(self, *arguments: str, **environ: str) -> Ran:
        """One run of the command; its last line of errors counts the modules from the bundle."""
        paths = [str(self.folder), *sys.path]
        done = subprocess.run(
            [
                sys.executable,
                "-I",
                "-S",
                "-c",
                START.replace("{paths}", repr(paths)),
                *arguments,
            ],
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder), **environ},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def poll(self) -> int:
        """How many modules came from the bundle; a poll without a session says what it lacks."""
        ran = self("message", "poll")
        assert "--session-id <id> is required" in ran.err
        return int(ran.err.split()[-1])

    def modules(self) -> str:
        """What is known of each module that a poll has imported, a line each."""
        return self("message", "poll", DESCRIBE="yes").out

    @property
    def bundle(self) -> Path:
        (file,) = (self.folder / ".cache" / "cafleet").glob("bundle-*")
        return file


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    source = Path(cafleet_core.__file__).parent
    shutil.copytree(
        source,
        tmp_path / "cafleet_core",
        ignore=shutil.ignore_patterns("__pycache__", "demo", "reference"),
    )
    return Installation(tmp_path)


def test_the_second_run_takes_all_from_the_first_ones_bundle(
    installation: Installation,
) -> None:
    assert installation.poll() == 0
    whole = installation.poll()
    assert whole > 30
    known = installation.bundle.stat()
    assert installation.poll() == whole
    assert installation.bundle.stat() == known


def test_modules_know_where_they_are_however_they_were_loaded(
    installation: Installation,
) -> None:
    """By Python from their files, one by one from the bundle, and from there in order."""
    installation.poll()  # makes the registry
    installation.bundle.unlink()
    described = [installation.modules() for _ in range(3)]
    assert "cafleet_core.errors" in described[0]
    assert described[0] == described[1] == described[2]


def test_another_command_adds_what_it_needs(installation: Installation) -> None:
    installation.poll()
    first = installation.poll()
    installation("status")
    assert int(installation("status").err.split()[-1]) > 30
    assert installation.poll() == first


def test_a_source_that_was_changed_is_read_again(installation: Installation) -> None:
    installation.poll()
    whole = installation.poll()
    module = installation.folder / "cafleet_core" / "errors.py"
    said = module.read_text("utf-8")
    module.write_text(said + "\nraise SystemExit('the new one')\n", "utf-8")
    assert "the new one" in installation("message", "poll").err
    module.write_text(said, "utf-8")
    assert installation.poll() == whole - 1  # it has another time now
    assert installation.poll() == whole


def test_what_a_source_no_longer_imports_is_loaded_no_more(
    installation: Installation,
) -> None:
    package = installation.folder / "cafleet_core"
    (package / "extra.py").write_text("")
    errors = package / "errors.py"
    said = errors.read_text("utf-8")
    errors.write_text(said + "\nfrom cafleet_core import extra as extra\n", "utf-8")
    for _ in range(3):
        assert "cafleet_core.extra" in installation.modules()
    errors.write_text(said, "utf-8")
    for _ in range(3):
        last = installation.modules()
    assert "cafleet_core.errors" in last
    assert "cafleet_core.extra" not in last


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:200]),
        lambda path: path.write_bytes(os.urandom(5000)),
        lambda path: path.write_bytes(b"\xff" * 64),
        lambda path: path.chmod(0o666),
        lambda path: (path.unlink(), path.mkdir()),
    ],
)
def test_a_bundle_that_cannot_be_trusted_is_no_harm(
    installation: Installation, spoil: Callable[[Path], object]
) -> None:
    installation.poll()
    spoil(installation.bundle)
    assert installation.poll() == 0


@pytest.mark.parametrize(
    "spoil", [lambda code: code[:-40], lambda code: code[:-40] + bytes(40)]
)
def test_code_that_was_changed_is_not_run(
    installation: Installation, spoil: Callable[[bytes], bytes]
) -> None:
    installation.poll()
    whole = installation.poll()
    content = installation.bundle.read_bytes()
    middle = len(content) // 2
    changed = content[: middle - 1] + bytes([content[middle - 1] ^ 0xFF])
    installation.bundle.write_bytes(spoil(changed + content[middle:]))
    assert 0 < installation.poll() < whole
    assert installation.poll() == whole


def test_a_whole_command_has_the_modules_of_all(installation: Installation) -> None:
    installation.poll()
    ran = installation("session", "list")
    assert (ran.code, ran.out) == (0, "No sessions found.\n")
    assert installation("--help").out.startswith("Usage: cafleet")


def test_a_cache_that_cannot_be_written_is_no_harm(installation: Installation) -> None:
    (installation.folder / ".cache").write_text("a file where a folder should be")
    assert [installation.poll(), installation.poll()] == [0, 0]
