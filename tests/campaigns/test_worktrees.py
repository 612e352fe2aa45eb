"""Random histories in a member's worktree, and teardowns in the middle: nothing is ever lost."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from cafleet_core.broker.registry.open import open_registry
from tests.campaigns.tally import COUNT
from tests.team import a_team
from tests.worktrees.histories import STEPS, History, play
from tests.worktrees.repositories import AUTHOR, Workshop, a_repository

HISTORIES = int(os.environ.get(COUNT) or 3)
"""How many; a whole campaign has a thousand."""

LONGEST = 10


@pytest.mark.timeout(0)
@settings(
    max_examples=HISTORIES,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(some.lists(some.sampled_from(sorted(STEPS)), min_size=3, max_size=LONGEST))
def test_no_commit_file_or_stash_is_lost(names: list[str]) -> None:
    os.environ.update(AUTHOR)
    with tempfile.TemporaryDirectory() as folder:
        registry = open_registry(Path(folder) / "registry.db")
        try:
            team = a_team(registry, "alice")
            workshop = Workshop(registry, team, a_repository(Path(folder)))
            play(History(workshop, workshop.tree()), names)
        finally:
            registry.close()
