"""The user's rules are carried out while the room is open, and their trouble is told in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_tui.data.registry_source import RegistrySource
from cafleet_tui.data.source import OpenSource
from tests.team import Team, a_team
from tests.tui.rooms import a_room, picture, settings_of, until


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "drafter", "reviewer")


def source_with(registry_path: Path, rules_file: Path) -> OpenSource:
    """What opens this test's registry, with the user's rules."""
    settings = settings_of(registry_path).replace(rules_file=str(rules_file))
    return lambda: RegistrySource(settings)


async def test_a_rule_is_carried_out_and_one_that_fails_is_told(
    registry: Registry, registry_path: Path, team: Team, tmp_path: Path
) -> None:
    rules, written = tmp_path / "config.toml", tmp_path / "written"
    rules.write_text(
        f'[[on]]\nevent = "sent"\nrun = ["touch", "{written}"]\n'
        '[[on]]\nname = "phone"\nevent = "sent"\nrun = ["false"]\n'
    )
    async with a_room(source_with(registry_path, rules), team.session) as (_, pilot):
        assert not written.exists()
        send.send(registry, team.director, [team.others["drafter"]], "to do")
        await until(pilot, written.exists)
        await until(pilot, lambda: "Rule phone failed" in picture(pilot))


async def test_a_broken_rule_is_named_and_keeps_nothing_shut(
    registry: Registry, registry_path: Path, team: Team, tmp_path: Path
) -> None:
    rules = tmp_path / "config.toml"
    rules.write_text('[[on]]\nevent = "sennt"\nrun = ["true"]\n')
    async with a_room(source_with(registry_path, rules), team.session) as (_, pilot):
        await until(pilot, lambda: "[[on]] number 1" in picture(pilot))
        assert "drafter" in picture(pilot)
