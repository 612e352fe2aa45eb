"""Isolate every test: no inherited settings, a private registry and tmux server."""

from __future__ import annotations

import os
import signal

_INHERITED = ("CAFLEET_", "TMUX", "TEXTUAL", "XDG_", "NO_COLOR", "FORCE_COLOR")
_KEPT = (
    "TEXTUAL_SNAPSHOT_TEMPDIR",  # used between the snapshot plugin's processes
    "CAFLEET_AGENTS_DIR",  # the folder of the real coding agents, for their tests
)
for name in [name for name in os.environ if name.startswith(_INHERITED)]:
    if name not in _KEPT:
        del os.environ[name]
os.environ |= {
    "TZ": "UTC",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "TERM": "xterm-256color",
    "CAFLEET_DELIVERY_BACKGROUND": "false",  # no process may outlive its test
}

# a background shell job ignores SIGINT, and its children, the tested programs, would too
signal.signal(signal.SIGINT, signal.default_int_handler)

from collections.abc import Iterator  # noqa: E402  # imported after the environment is cleaned
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

from cafleet_core.broker.registry.open import Registry, open_registry  # noqa: E402
from tests import postgres  # noqa: E402
from tests.postgres import Server  # noqa: E402
from tests.terminal import Terminal, this_host_in  # noqa: E402

# No deadline: an example's time depends on the machine's other work. The same examples in each
# run, so that a red test tells of a change; `HYPOTHESIS_PROFILE=roaming` looks for new ones.
settings.register_profile("suite", deadline=None, derandomize=True, database=None)
settings.register_profile("roaming", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path) -> Iterator[None]:
    """Give the test its own state folder."""
    os.environ["XDG_STATE_HOME"] = str(this_host_in(tmp_path / "state"))
    yield
    del os.environ["XDG_STATE_HOME"]


@pytest.fixture
def registry_path(tmp_path: Path) -> Path:
    """The path of this test's registry, which may not exist yet."""
    return tmp_path / "data" / "registry.db"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--engine` chooses what keeps the registry of the tests that do not care."""
    parser.addoption("--engine", choices=("sqlite", "postgres"), default="sqlite")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server of this run's own."""
    programs = postgres.programs()
    if programs is None:
        pytest.skip(postgres.MISSING)
    running = Server(programs)
    yield running
    running.stop()


@pytest.fixture
def registry(request: pytest.FixtureRequest, registry_path: Path) -> Iterator[Registry]:
    """This test's registry, open."""
    place: Path | str = registry_path
    if request.config.getoption("--engine") == "postgres":
        if request.node.get_closest_marker("sqlite"):
            pytest.skip("this is about the file")
        place = request.getfixturevalue("server").new_schema()
    opened = open_registry(place)
    yield opened
    opened.close()


@pytest.fixture
def terminal(tmp_path: Path, registry_path: Path) -> Iterator[Terminal]:
    """A private tmux server, whose panes use this test's registry."""
    server = Terminal(tmp_path / "tmux.sock", registry_path)
    yield server
    server.close()
