"""Fixtures: a private server, and a team in real panes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry
from tests.server.serving import Serving
from tests.team import Team, a_team_in_panes
from tests.terminal import Terminal, command_line, environment


@pytest.fixture
def team(registry: Registry, terminal: Terminal, tmp_path: Path) -> Team:
    """A Director and two agents, all in panes."""
    return a_team_in_panes(registry, terminal, tmp_path, "drafter", "reviewer")


@pytest.fixture
def serving(registry: Registry, registry_path: Path) -> Iterator[Serving]:
    """A running server over this test's registry."""
    with Serving(command_line(), environment(registry_path)) as running:
        yield running
