"""Sizes: the room outlives every one of them, and comes back as it was."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from screenshots import team as pictured
from tests.team import a_team
from tests.tui.rooms import a_room, picture, source_of, until


async def test_resizes_to_nearly_nothing_and_back(
    registry: Registry, registry_path: Path
) -> None:
    team = a_team(registry, "drafter", "reviewer")
    to = [team.others["reviewer"]]
    send.send(registry, team.others["drafter"], to, "still to be read\nin two lines")
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await pilot.press(*"@drafter draft")
        before = [region.region for region in room.query("#body > *, Composer")]
        for size in [(20, 5), (1, 1), (80, 24), (20, 5), (60, 20), (300, 90)]:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert len(picture(pilot).splitlines()) == size[1]
        await pilot.resize_terminal(160, 50)
        await until(pilot, lambda: "still to be read" in picture(pilot))
        assert "@drafter draft" in picture(pilot)
        after = [region.region for region in room.query("#body > *, Composer")]
        assert after == before
        assert room.regions.composer.draft.has_focus


_SIZES = st.tuples(st.integers(1, 180), st.integers(1, 60))
_KEYS = st.sampled_from(
    ("tab", "f2", "f3", "escape", "@", "enter", "up", "down", "k", "x", "f1", "end")
)


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example([(1, 40), "f2", (3, 24), "f3"])
@given(st.lists(st.one_of(_SIZES, _KEYS), max_size=14))
async def test_no_size_and_no_key_at_any_size_ends_the_room(
    steps: list[tuple[int, int] | str],
) -> None:
    source = pictured.source()
    async with a_room(source.opened, pictured.SESSION, (80, 24)) as (_, pilot):
        for step in steps:
            if isinstance(step, str):
                await pilot.press(step)
            else:
                await pilot.resize_terminal(*step)
            await pilot.pause()
        width, height = pilot.app.size
        lines = picture(pilot).splitlines()
        assert len(lines) == height
        assert pilot.app.is_running
        assert width
