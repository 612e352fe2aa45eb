"""The bars that tell how busy an agent was: in the list, on its screen's frame, in full."""

from __future__ import annotations

import pytest

from cafleet_core.views import PULSE_MINUTES
from cafleet_tui.model.columns import USUAL, fitted
from cafleet_tui.model.standing import Standing, StandingState
from cafleet_tui.render import member as render
from cafleet_tui.render import member_detail
from cafleet_tui.render.member_row import row
from cafleet_tui.render.sparkline import sparkline
from screenshots import team
from screenshots.still_time import stopped_clock
from tests.builders import a_member
from tests.tui.rooms import a_room, picture

BUSY = Standing(
    a_member(), StandingState.BUSY, 3.0, pulse=(0,) * (PULSE_MINUTES - 5) + (4,) * 5
)


@pytest.mark.parametrize(
    ("counts", "width", "drawn"),
    [
        ((), 5, ""),
        ((1,), 0, ""),
        ((0, 1, 2, 4), 4, "▁▃▅█"),
        ((0, 8, 4), 8, "▁█▅"),
        ((1, 1, 2, 2, 4, 4), 3, "▃▅█"),
        ((8, 0, 0, 0, 0), 3, "█▁▁"),
        ((0, 0, 100, 1), 4, "▁▁█▂"),
    ],
)
def test_one_bar_for_as_many_as_it_takes(
    counts: tuple[int, ...], width: int, drawn: str
) -> None:
    assert sparkline(counts, width).plain == drawn


@pytest.mark.parametrize("width", [30, 42, 54, 80])
def test_a_row_keeps_its_width_and_has_bars_where_there_is_room(width: int) -> None:
    for standing in (BUSY, BUSY._replace(pulse=())):
        assert row(standing, fitted(USUAL, width)).cell_length == width
    assert ("▁▁█" in row(BUSY, fitted(USUAL, width)).plain) == (width >= 54)


def test_the_screens_frame_and_the_full_view_draw_the_same_counts() -> None:
    assert render.screen_state(BUSY).plain == "▁▁▁▁▁▁▁▁▁▁▁█ 60m  ● busy"
    assert "▁▁▅██" in member_detail.activity(BUSY).plain
    assert "20 acts in 60 minutes" in member_detail.activity(BUSY).plain
    assert render.screen_state(BUSY._replace(pulse=())).plain == "● busy"


@pytest.mark.parametrize(("width", "rows"), [(200, True), (160, False)])
async def test_the_room_shows_bars_in_its_rows_only_where_it_is_vast(
    width: int, rows: bool
) -> None:
    with stopped_clock():
        source = team.source()
        async with a_room(source.opened, team.SESSION, (width, 50)) as (room, pilot):
            lines = picture(pilot).splitlines()
            [drafter] = [line for line in lines if line.startswith("│ ◐ drafter")]
            assert ("▃" in drafter[: room.regions.members.region.right]) == rows
            assert "60m" in picture(pilot)
