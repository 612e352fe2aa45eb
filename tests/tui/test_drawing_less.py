"""What a message that arrives has drawn again: the regions that it changes, and lines once each."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual._styles_cache import StylesCache
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from tests.team import Team, a_team
from tests.tui.rooms import a_room, picture, source_of, until

LINES_OF_THE_TIMELINE = 39


@pytest.fixture
def team(registry: Registry) -> Team:
    team = a_team(registry, "drafter", "reviewer")
    for number in range(20):
        send.send(registry, team.director, [team.others["drafter"]], f"work {number}")
    return team


async def test_a_message_draws_the_regions_that_it_changes_and_no_line_again(
    registry: Registry, registry_path: Path, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    regions: set[str | None] = set()
    framed: list[int] = []
    draw, frame = Widget.render_lines, StylesCache.render_line

    def drawn(widget: Widget, crop: Region) -> list[Strip]:
        regions.add(widget.id)
        return draw(widget, crop)

    def framing(cache: StylesCache, styles: object, y: int, *rest: object) -> Strip:
        framed.append(y)
        return frame(cache, styles, y, *rest)  # type: ignore[arg-type]

    async with a_room(source_of(registry_path), team.session) as (_, pilot):
        await until(pilot, lambda: "work 19" in picture(pilot))
        await pilot.pause(0.5)
        monkeypatch.setattr(Widget, "render_lines", drawn)
        monkeypatch.setattr(StylesCache, "render_line", framing)
        send.send(registry, team.director, [team.others["drafter"]], "a needle")
        await until(pilot, lambda: "timeline" in regions)
        monkeypatch.undo()
        assert "a needle" in picture(pilot)
    assert not {"composer", "screen", "outcome"} & regions
    assert len(framed) < LINES_OF_THE_TIMELINE
