"""A workshop: a team and a repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry
from tests.team import a_team
from tests.worktrees.repositories import AUTHOR, Workshop, a_repository


@pytest.fixture
def workshop(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Workshop:
    """Alice and bob, neither in a pane, and a repository with one commit."""
    for name, value in AUTHOR.items():
        monkeypatch.setenv(name, value)
    return Workshop(registry, a_team(registry, "alice", "bob"), a_repository(tmp_path))
