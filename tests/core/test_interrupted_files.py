"""Commands on the registry file that are killed at any step: all of it was done, or nothing."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from cafleet_core import clock
from cafleet_core.broker.directory import sessions
from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry import maintenance
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.errors import Refused
from tests.core.conftest import EarlierBuilder
from tests.core.interrupting import at_step, killed_at_each_step
from tests.team import Team, a_team


@pytest.fixture
def team(registry: Registry) -> Team:
    """Alice has acked a message and has another open."""
    team = a_team(registry, "alice")
    for body in ("settled", "open"):
        sent = send.send(registry, team.director, [team.others["alice"]], body)
        if body == "settled":
            inbox.ack(registry, team.caller("alice"), [sent.task.task_id])
    return team


def texts(registry: Registry, team: Team) -> list[str]:
    deliveries = inbox.poll(registry, team.others["alice"], acked_too=True)
    return [task.text for task in deliveries]


def test_half_a_backup_never_passes_for_one_and_blocks_no_other(
    registry: Registry, registry_path: Path, team: Team, tmp_path: Path
) -> None:
    target = tmp_path / "copy.db"
    steps = []
    for step in killed_at_each_step(registry_path, "db", "backup", str(target)):
        steps.append(step)
        if target.exists():
            copy = open_registry(target)
            assert texts(copy, team) == ["settled", "open"], step
            copy.close()
            target.unlink()
        maintenance.backup(registry, str(target))
        assert maintenance.check(registry).complaints == []
        target.unlink()
        assert [*tmp_path.glob("copy.db.partial*")] == [], step
    assert "link" in steps[-1] or "execute" in steps[-1]


def test_a_backup_that_another_process_is_writing_is_left_to_it(
    registry: Registry, registry_path: Path, team: Team, tmp_path: Path
) -> None:
    target = tmp_path / "copy.db"
    backup = ("db", "backup", str(target))
    with at_step(0, registry_path, *backup, sent=signal.SIGSTOP) as stopped:
        assert stopped.step == "at copy_to"
        with pytest.raises(Refused, match="another process is writing"):
            maintenance.backup(registry, str(target))
        stopped.process.send_signal(signal.SIGCONT)
        assert stopped.process.wait(60) == 0
    assert target.exists()


def test_pruning_is_done_or_was_not_begun(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    prune = ("db", "prune", "--older-than", clock.stamp())
    seen = []
    for step in killed_at_each_step(registry_path, *prune):
        seen.append((step.split()[-1], texts(registry, team)))
        assert maintenance.check(registry).complaints == [], step
    assert seen[0] == ("execute", ["settled", "open"])
    assert seen[-1][1] == ["open"]


def test_an_import_is_whole_or_none(
    registry: Registry, registry_path: Path, earlier: EarlierBuilder
) -> None:
    source = earlier()
    source.team("drafter", label="docs")
    importing = ("db", "import", str(source.path))
    counts = []
    for step in killed_at_each_step(registry_path, *importing):
        counts.append(len(sessions.summaries(registry)))
        assert maintenance.check(registry).complaints == [], step
    assert counts[0] == 0
    maintenance.check(registry)
