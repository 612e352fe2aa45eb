"""Random histories in a member's worktree, and teardowns in the middle: nothing is ever lost."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as some

from tests.campaigns.tally import Campaign
from tests.registries import a_registry
from tests.team import a_team
from tests.worktrees.histories import History
from tests.worktrees.repositories import AUTHOR, Workshop, a_repository
from tests.worktrees.steps import STEPS, play

LONGEST = 10


@pytest.mark.timeout(0)
def test_no_commit_file_or_stash_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in AUTHOR.items():
        monkeypatch.setenv(name, value)
    campaign = Campaign("worktrees torn down", 2)

    @seed(campaign.seed)
    @settings(
        max_examples=campaign.rounds,
        derandomize=False,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(some.lists(some.sampled_from(sorted(STEPS)), min_size=3, max_size=LONGEST))
    def lives(names: list[str]) -> None:
        history = _played(names)
        campaign.counts["histories"] += 1
        campaign.counts["refusals"] += history.refused
        campaign.counts["finished"] += history.finished

    lives()
    campaign.close()


def _played(names: list[str]) -> History:
    with tempfile.TemporaryDirectory() as folder:
        registry = a_registry(Path(folder) / "registry.db")
        try:
            team = a_team(registry, "alice", "bob")
            workshop = Workshop(registry, team, a_repository(Path(folder)))
            history = History(workshop, workshop.tree())
            play(history, names)
        finally:
            registry.close()
    return history
