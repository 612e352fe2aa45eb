"""The timeline follows what is new, and otherwise stays where it is read."""

from __future__ import annotations

import time

import pytest
from textual.strip import Strip

from cafleet_core.views import Entry, Older
from cafleet_tui.model.timeline_index import CAPACITY
from cafleet_tui.render import timeline_entry
from cafleet_tui.render.timeline_entry import Shape
from cafleet_tui.widgets.timeline import Timeline
from tests.builders import a_delivery, an_entry, at
from tests.tui.timeline_stage import HEIGHT, WIDTH, Host, a_stage, news


async def test_it_begins_at_the_newest_and_follows() -> None:
    async with a_stage(*news(1, 50)) as stage:
        assert stage.rows[-1].endswith("news 00050")
        assert stage.rows[-2].endswith("queued ◌")
        assert stage.shows("news 00050")

        await stage.advance(*news(51, 53))

        assert stage.row_of("news 00053") == HEIGHT - 1
        assert (stage.timeline.following, stage.timeline.unseen) == (True, 0)


async def test_entries_given_before_the_first_layout_are_shown() -> None:
    class Early(Host):
        def on_mount(self) -> None:
            self.query_one(Timeline).replace(news(1, 50))

    async with Early().run_test(size=(WIDTH, HEIGHT)) as pilot:
        await pilot.pause()
        last = pilot.app.query_one(Timeline).render_line(HEIGHT - 1)
        assert "news 00050" in last.text


async def test_scrolled_up_it_stays_and_counts_what_is_new() -> None:
    async with a_stage(*news(1, 50)) as stage:
        await stage.press("pageup")
        before = stage.rows

        await stage.advance(*news(51, 53))
        await stage.advance(*news(53, 54))

        assert stage.rows == before
        assert (stage.timeline.following, stage.timeline.unseen) == (False, 4)
        assert stage.host.follow[-1] == (False, 4)


@pytest.mark.parametrize("key", ["end", "G"])
async def test_a_key_goes_back_to_the_newest(key: str) -> None:
    async with a_stage(*news(1, 50)) as stage:
        await stage.press("pageup", "pageup")
        await stage.advance(*news(51))

        await stage.press(key)

        assert stage.row_of("news 00051") == HEIGHT - 1
        assert stage.host.follow[-1] == (True, 0)


async def test_scrolling_down_to_the_end_follows_again() -> None:
    async with a_stage(*news(1, 50)) as stage:
        await stage.press("up", "up")
        assert not stage.timeline.following

        await stage.press("down", "down")

        assert stage.timeline.following


async def test_the_scrolling_keys_move_by_lines_and_pages_and_to_the_top() -> None:
    async with a_stage(*news(1, 50)) as stage:
        at_end = stage.rows

        await stage.press("up")
        assert stage.rows[1:] == at_end[:-1]
        await stage.press("down")
        assert stage.rows == at_end

        await stage.press("home")
        at_top = stage.rows
        assert stage.row_of("news 00001") == 2
        await stage.press("pagedown")
        assert not set(at_top[1:]) & set(stage.rows) - {""}
        await stage.press("pageup")
        assert stage.rows == at_top


async def test_an_ack_changes_the_entry_where_it_is() -> None:
    async with a_stage(*news(1, 50)) as stage:
        (entry,) = news(49)
        row = stage.row_of("news 00049")
        acked = a_delivery("reviewer", 49, acked_at=at(51))

        await stage.advance(entry._replace(version=90, deliveries=(acked,)))

        assert "✓" in stage.rows[row - 1]
        assert stage.row_of("news 00049") == row


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The rows of the view, as they are drawn."""
    rows: list[int] = []
    draw_line = Timeline.render_line

    def noting(timeline: Timeline, y: int) -> Strip:
        rows.append(y)
        return draw_line(timeline, y)

    monkeypatch.setattr(Timeline, "render_line", noting)
    return rows


async def test_only_the_rows_of_a_changed_entry_are_drawn_again(
    drawn: list[int],
) -> None:
    async with a_stage(*news(1, 50)) as stage:
        row = stage.row_of("news 00049")

        drawn.clear()
        await stage.advance(*news(49, version=90))
        assert set(drawn) == {row - 2, row - 1, row}

        drawn.clear()
        await stage.advance(*news(3, version=91))
        assert drawn == []


async def test_what_a_growing_entry_pushes_down_is_drawn_again(
    drawn: list[int],
) -> None:
    async with a_stage(*news(1, 3)) as stage:
        drawn.clear()
        await stage.advance(an_entry(1, text="one\ntwo", version=90))
        assert set(range(10)) <= set(drawn)


async def test_an_entry_above_that_grows_moves_nothing_in_sight() -> None:
    async with a_stage(*news(1, 50)) as stage:
        await stage.press("pageup", "pageup")
        before = stage.rows

        await stage.advance(an_entry(2, text="one\ntwo\nthree\nfour", version=90))

        assert stage.rows == before
        await stage.press("home")
        assert stage.shows("four")


async def test_the_same_entry_stays_in_place_when_the_width_changes() -> None:
    long = [
        an_entry(seq, text=f"news {seq:05} " + "wrapped words " * (seq % 9))
        for seq in range(1, 60)
    ]
    async with a_stage(*long) as stage:
        await stage.press("pageup", "pageup", "k")
        chosen = stage.timeline.selected
        assert chosen is not None
        name = f"news {chosen.seq:05}"
        row = stage.row_of(name)

        for width in (45, 100, WIDTH):
            await stage.pilot.resize_terminal(width, HEIGHT)
            await stage.pilot.pause()
            assert stage.row_of(name) == row


async def test_following_goes_on_through_a_resize() -> None:
    async with a_stage(*news(1, 50)) as stage:
        for width, height in ((40, 10), (90, 30)):
            await stage.pilot.resize_terminal(width, height)
            await stage.pilot.pause()
            assert stage.row_of("news 00050") == height - 1
            assert stage.timeline.following


async def test_another_session_starts_afresh() -> None:
    async with a_stage(*news(1, 50)) as stage:
        await stage.press("home", "k")
        await stage.advance(*news(51))

        await stage.show(news(900, 950))

        assert stage.row_of("news 00950") == HEIGHT - 1
        assert stage.timeline.selected is None
        assert (stage.timeline.following, stage.timeline.unseen) == (True, 0)
        await stage.press("home")
        assert stage.host.wanted[-1] == Older(900)


async def test_what_was_known_of_entries_is_forgotten_when_they_are_shown_anew() -> (
    None
):
    async with a_stage(*news(1, 50)) as stage:
        await stage.press("k", "home")
        await stage.answer([], begins=True)
        assert stage.host.wanted == [Older(1)]

        await stage.show(news(1, 50))
        assert stage.timeline.selected is None
        await stage.press("home")
        assert stage.host.wanted == [Older(1), Older(1)]


async def test_nothing_yet_says_how_to_begin() -> None:
    async with a_stage() as stage:
        assert stage.row_of("No messages yet") == HEIGHT // 2 - 1
        assert stage.shows("Write one below: @name text")
        await stage.press("j", "k", "enter", "r", "end", "home", "pageup")

        await stage.advance(*news(1))

        assert stage.shows("news 00001")
        assert not stage.shows("No messages")


async def test_days_are_told_apart() -> None:
    evening = an_entry(1, created_at="2026-11-20T12:00:00.000000+00:00")
    later = an_entry(2, created_at="2026-11-20T12:30:00.000000+00:00")
    morning = an_entry(3, created_at="2026-11-22T12:00:00.000000+00:00")
    async with a_stage(evening, later, morning) as stage:
        ruled = [row for row in stage.rows if "──" in row]

        assert ["20 Nov" in ruled[0], "22 Nov" in ruled[1]] == [True, True]
        assert len(ruled) == 2


async def test_colours_follow_the_theme() -> None:
    async with a_stage(*news(1, 5)) as stage:
        dark = stage.timeline.render_line(2)
        stage.host.theme = "textual-light"
        await stage.pilot.pause()

        light = stage.timeline.render_line(2)

        assert light.text == dark.text
        assert {part.style for part in light} != {part.style for part in dark}


async def test_every_style_of_a_row_has_a_look() -> None:
    async with a_stage() as stage:
        for name in timeline_entry.STYLES:
            assert stage.timeline.get_visual_style(f"timeline--{name}").foreground


async def test_a_full_window_loads_and_grows_at_a_bounded_cost() -> None:
    async with a_stage() as stage:
        many = news(1, CAPACITY)
        began = time.process_time()
        stage.timeline.replace(many)
        assert time.process_time() - began < 2

        measured: list[int] = []
        height = timeline_entry.height

        def noting(entry: Entry, shape: Shape) -> int:
            measured.append(entry.seq)
            return height(entry, shape)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(timeline_entry, "height", noting)
            await stage.advance(*news(CAPACITY + 1, CAPACITY + 5))
        assert measured == list(range(CAPACITY + 1, CAPACITY + 6))
