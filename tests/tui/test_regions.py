"""The room's regions: where the focus goes, and what a size has room for."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry
from tests.team import Team, a_team
from tests.tui.rooms import a_room, picture, source_of, until


@pytest.fixture
def team(registry: Registry) -> Team:
    """A session with two agents beside Director and Administrator."""
    return a_team(registry, "drafter", "reviewer")


async def test_tab_goes_round_the_regions(registry_path: Path, team: Team) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        seen = []
        for _ in range(4):
            await pilot.press("tab")
            seen.append(pilot.app.focused)
        assert seen == [
            room.regions.members,
            room.regions.timeline,
            room.regions.screen,
            room.regions.composer.draft,
        ]


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((160, 50), ["members", "timeline", "screen", "composer"]),
        ((120, 36), ["members", "timeline", "screen", "composer"]),
        ((140, 30), ["members", "timeline", "composer"]),
        ((80, 24), ["members", "timeline", "composer"]),
        ((60, 20), ["timeline", "composer"]),
        ((38, 9), ["too-small"]),
    ],
)
async def test_a_size_shows_what_it_has_room_for(
    registry_path: Path, team: Team, size: tuple[int, int], shown: list[str]
) -> None:
    regions = ("members", "timeline", "screen", "composer", "too-small")
    async with a_room(source_of(registry_path), team.session, size) as (room, pilot):
        await pilot.pause()
        visible = [name for name in regions if room.query_one(f"#{name}").region]
        assert visible == shown


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36), (200, 50)])
async def test_f3_gives_the_whole_width_to_the_screen(
    registry_path: Path, team: Team, size: tuple[int, int]
) -> None:
    async with a_room(source_of(registry_path), team.session, size) as (room, pilot):
        before = room.regions.screen.region
        await pilot.press("f3")
        await pilot.pause()
        assert room.regions.screen.region.width == size[0]
        assert not room.regions.timeline.region
        assert not room.regions.composer.region
        await pilot.press("f3")
        await pilot.pause()
        assert room.regions.timeline.region
        assert room.regions.screen.region == before


async def test_f2_brings_the_members_to_a_small_pane(
    registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session, (60, 20)) as (
        room,
        pilot,
    ):
        await pilot.press("f2")
        await until(pilot, lambda: "drafter" in picture(pilot))
        assert room.regions.members.has_focus
        await pilot.press("escape")
        await pilot.pause()
        assert not room.regions.members.region
        assert room.regions.composer.draft.has_focus


async def test_the_composer_grows_with_its_lines_up_to_eight(
    registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        assert room.regions.composer.draft.size.height == 3
        room.regions.composer.draft.text = "\n".join("abcde")
        await until(pilot, lambda: room.regions.composer.draft.size.height == 5)
        room.regions.composer.draft.text = "\n".join("abcdefghijkl")
        await until(pilot, lambda: room.regions.composer.draft.size.height == 8)
