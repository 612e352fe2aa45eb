"""A clean room for every test: no inherited settings, a registry and a tmux server of its own."""

from __future__ import annotations

import os
import signal

_INHERITED = ("CAFLEET_", "TMUX", "TEXTUAL", "XDG_", "NO_COLOR", "FORCE_COLOR")
_KEPT = (
    "TEXTUAL_SNAPSHOT_TEMPDIR",  # by which the snapshot plugin's processes find each other
    "CAFLEET_AGENTS_DIR",  # where the real coding agents are, if they are to be tested
)
for name in [name for name in os.environ if name.startswith(_INHERITED)]:
    if name not in _KEPT:
        del os.environ[name]
os.environ |= {
    "TZ": "UTC",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "TERM": "xterm-256color",
}

# a shell that runs this in the background has it ignore what programs under test await
signal.signal(signal.SIGINT, signal.default_int_handler)

from collections.abc import Iterator  # noqa: E402  # the environment is clean from here on
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

from cafleet_core.broker.registry.open import Registry, open_registry  # noqa: E402
from tests.terminal import Terminal  # noqa: E402

# how long one example takes says more of what else the machine does
settings.register_profile("busy machine", deadline=None)
settings.load_profile("busy machine")


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path) -> Iterator[None]:
    """What programs keep for later is this test's own."""
    os.environ["XDG_STATE_HOME"] = str(tmp_path / "state")
    yield
    del os.environ["XDG_STATE_HOME"]


@pytest.fixture
def registry_path(tmp_path: Path) -> Path:
    """Where this test's registry is, or will be."""
    return tmp_path / "data" / "registry.db"


@pytest.fixture
def registry(registry_path: Path) -> Iterator[Registry]:
    """This test's registry, open."""
    opened = open_registry(registry_path)
    yield opened
    opened.close()


@pytest.fixture
def terminal(tmp_path: Path, registry_path: Path) -> Iterator[Terminal]:
    """A tmux server of this test's own, in which every pane uses this test's registry."""
    server = Terminal(tmp_path / "tmux.sock", registry_path)
    yield server
    server.close()
