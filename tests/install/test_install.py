"""Installations: complete, equal from both archives, and working without a checkout."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest

from cafleet_core import __version__
from tests.install.distributions import ROOT, Environment, fresh, packaged, run
from tests.server.serving import check_server
from tests.terminal import environment

pytestmark = pytest.mark.timeout(300)

BACKEND = "hatchling"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both archives and an environment with the wheel, made once a test run.

    Of several workers the others wait for the first. Skips if no package index is
    reachable.
    """
    base = tmp_path_factory.getbasetemp()
    among_others = "PYTEST_XDIST_WORKER" in os.environ
    folder = (base.parent if among_others else base) / "install"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            make(folder)
            (folder / "done").touch()
    return folder


def make(folder: Path) -> None:
    """Build both archives, the wheel again from the source archive, and install it."""
    builder = fresh(folder / "builder")
    try:
        builder.install(BACKEND)
    except AssertionError as error:
        if "from versions: none" in str(error):
            pytest.skip("no package index can be reached")
        raise
    builder.build("build_wheel", ROOT, folder / "dist")
    archive = builder.build("build_sdist", ROOT, folder / "dist")
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    source = folder / f"cafleet-{__version__}"
    wheel = builder.build("build_wheel", source, folder / "again")
    fresh(folder / "user").install(wheel)


@pytest.fixture
def user(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Environment]:
    """The installation with a private tmux, run in a folder of another project."""
    project = tmp_path / "elsewhere"
    project.mkdir()
    for module in ("click", "cafleet_core"):
        (project / f"{module}.py").write_text(
            "raise SystemExit('not the installed one')"
        )
    monkeypatch.chdir(project)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.setenv("TMUX_TMPDIR", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    yield Environment(made / "user")
    subprocess.run(["tmux", "kill-server"], capture_output=True, check=False)


def contents(made: Path, folder: str) -> dict[str, bytes]:
    [wheel] = (made / folder).glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_the_wheel_holds_every_file_of_both_packages(made: Path) -> None:
    held = contents(made, "dist")
    script = held.pop(f"cafleet-{__version__}.data/scripts/cafleet")
    assert script == (ROOT / "cafleet_core" / "assets" / "cafleet").read_bytes()
    own = {name: data for name, data in held.items() if ".dist-info/" not in name}
    assert own == packaged(ROOT)
    assert {"cafleet_core/py.typed", "cafleet_tui/py.typed"} <= held.keys()


def test_the_source_archive_makes_the_same_wheel(made: Path) -> None:
    assert contents(made, "again") == contents(made, "dist")


def test_the_wheel_says_what_it_is_and_on_what_it_runs(made: Path) -> None:
    name = f"cafleet-{__version__}.dist-info"
    held = contents(made, "dist")
    assert held[f"{name}/licenses/LICENSE"] == (ROOT / "LICENSE").read_bytes()
    said = message_from_bytes(held[f"{name}/METADATA"])
    assert (said["Name"], said["Version"]) == ("cafleet", __version__)
    assert said["Requires-Python"] == ">=3.11"
    kinds = said.get_all("Classifier", [])
    assert f"Programming Language :: Python :: 3.{sys.version_info[1]}" in kinds


def test_the_program_is_the_installed_one(user: Environment) -> None:
    here = Path.cwd()
    where = "import cafleet_core, cafleet_tui; print(cafleet_core.__file__)"
    printed = run(here, user.python, "-P", "-c", where)
    assert Path(printed.strip()).is_relative_to(user.folder)
    assert run(here, user.cafleet, "--version") == f"cafleet {__version__}\n"


def test_it_may_be_called_by_a_link_from_elsewhere(
    user: Environment, tmp_path: Path
) -> None:
    link, further = tmp_path / "cafleet", tmp_path / "other"
    link.symlink_to(user.cafleet)
    further.symlink_to("cafleet")
    for called in (link, further):
        assert run(tmp_path, called, "--version") == f"cafleet {__version__}\n"


def test_the_demo_plays(user: Environment) -> None:
    here = Path.cwd()
    assert "Phase one starts now" in run(here, user.cafleet, "demo")
    run(here, user.cafleet, "demo", "--stop")


def test_the_server_serves(user: Environment, registry_path: Path) -> None:
    check_server([str(user.cafleet)], environment(registry_path))
