"""Fixtures: real coding agents, installed beforehand and started once a module."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry, open_registry
from tests.agents.chat_programs import FOLDER as MORE
from tests.agents.models import ModelApi
from tests.agents.office import Office, an_office
from tests.agents.programs import FOLDER, Programs
from tests.terminal import Terminal, this_host_in

_MORE = "test_more_agents.py"

# `make test-agents` and `make test-more-agents` install them and say where
collect_ignore = [
    path.name
    for path in Path(__file__).parent.glob("test_*.py")
    if (MORE if path.name == _MORE else FOLDER) not in os.environ
]


@pytest.fixture(scope="module", autouse=True)
def own_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give a module one state folder, of the host that its processes are on."""
    folder = tmp_path_factory.mktemp("state")
    os.environ["XDG_STATE_HOME"] = str(this_host_in(folder))
    yield
    del os.environ["XDG_STATE_HOME"]


@pytest.fixture(scope="module")
def equipped(
    own_state: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Registry, Programs]]:
    """A registry, and what real agents need to be started: tmux, folders and a model."""
    root = tmp_path_factory.mktemp("office")
    path = root / "registry.db"
    registry, terminal = open_registry(path), Terminal(root / "tmux.sock", path)
    try:
        with ModelApi() as api:
            yield registry, Programs(root, terminal, api)
    finally:
        terminal.close()
        registry.close()


@pytest.fixture(scope="module")
def office(equipped: tuple[Registry, Programs]) -> Office:
    """A session with a real Claude Code and a real Codex, both at rest."""
    return an_office(*equipped)
