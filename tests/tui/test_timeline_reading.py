"""Reading in the timeline: selecting entries, and scrolling through a whole history."""

from __future__ import annotations

from cafleet_core.broker.messages.pages import PAGE
from cafleet_core.states import TaskState
from cafleet_core.views import (
    AtTime,
    Delivery,
    Entry,
    Newer,
    Newest,
    Older,
    Page,
    Unacked,
)
from cafleet_tui.model.timeline_index import CAPACITY
from cafleet_tui.widgets.timeline import Timeline
from tests.builders import a_delivery, an_entry, at
from tests.tui.timeline_stage import HEIGHT, Stage, a_stage, news


async def test_an_older_page_leaves_what_is_read_in_its_place() -> None:
    async with a_stage(*news(101, 150)) as stage:
        await stage.press("home")
        row = stage.row_of("news 00101")

        await stage.answer(news(51, 100))

        assert stage.row_of("news 00101") == row
        await stage.press("home")
        assert stage.row_of("news 00051") == 2


async def test_an_older_page_is_asked_for_once_until_it_comes() -> None:
    async with a_stage(*news(101, 150)) as stage:
        assert stage.host.wanted == []

        await stage.press("home", "down", "up")
        assert stage.host.wanted == [Older(101)]

        await stage.answer(news(51, 100))
        assert stage.host.wanted == [Older(101)]
        await stage.press("home")
        assert stage.host.wanted == [Older(101), Older(51)]

        await stage.answer([], begins=True)
        await stage.press("end", "home")
        assert stage.host.wanted == [Older(101), Older(51)]


async def test_a_short_session_asks_for_what_came_before_it() -> None:
    async with a_stage(*news(7, 8)) as stage:
        assert stage.host.wanted == [Older(7)]

        await stage.answer([], begins=True)
        await stage.advance(*news(9))

        assert stage.host.wanted == [Older(7)]
        assert stage.timeline.following


async def test_j_and_k_select_and_keep_the_selected_in_sight() -> None:
    async with a_stage(*news(1, 50)) as stage:
        assert stage.timeline.selected is None
        await stage.press("k")
        assert stage.timeline.selected == news(50)[0]

        await stage.press(*["k"] * 20)
        assert stage.timeline.selected == news(30)[0]
        assert stage.rows[stage.row_of("news 00030")].startswith("▌")
        assert not stage.timeline.following

        await stage.press(*["j"] * 25)
        assert stage.timeline.selected == news(50)[0]
        assert stage.timeline.following


async def test_escape_deselects_and_then_is_somebody_elses() -> None:
    async with a_stage(*news(1, 5)) as stage:
        await stage.press("k", "escape")
        assert stage.timeline.selected is None
        assert not stage.shows("▌")
        assert stage.host.left == 0

        await stage.press("escape")
        assert stage.host.left == 1


async def test_enter_and_r_name_the_selected_entry() -> None:
    async with a_stage(*news(1, 50)) as stage:
        await stage.press("enter", "r")
        assert (stage.host.chosen, stage.host.replies) == ([], [])

        await stage.press("k", "k", "enter", "r")

        assert stage.host.chosen == stage.host.replies == news(49)


async def test_a_click_selects_and_a_second_one_chooses() -> None:
    async with a_stage(*news(1, 50)) as stage:
        row = stage.row_of("news 00049")

        await stage.pilot.click(Timeline, offset=(12, row))
        assert stage.timeline.selected == news(49)[0]
        assert stage.host.chosen == []

        await stage.pilot.click(Timeline, offset=(12, stage.row_of("news 00049")))
        assert stage.host.chosen == news(49)


async def test_a_selected_broadcast_opens_and_closes() -> None:
    broadcast = an_entry(
        50, to=[a_delivery("tester", acked_at=at(3)), "scout"], broadcast=True
    )
    async with a_stage(*news(1, 49), broadcast) as stage:
        assert stage.shows("tester ✓  scout ◌")

        await stage.press("k")
        assert stage.shows("✓ tester  acked")
        assert "◌ scout   queued" in stage.rows[-1]
        assert stage.rows[-4].endswith("1 acked · 1 queued")
        assert stage.timeline.following

        await stage.press("k")
        assert stage.shows("tester ✓  scout ◌")


async def test_the_pointer_on_a_broadcast_tells_who_acked_it_and_when() -> None:
    names = [f"agent-{number}" for number in range(1, 14)]
    acked = a_delivery("reviewer", state=TaskState.COMPLETED, acked_at=at(minutes=3))
    to: list[str | Delivery] = [acked, a_delivery("[b]tester", 3), *names]
    several = an_entry(3, "Director", "Begin.", to, broadcast=True)
    async with a_stage(*news(1, 2), several) as stage:
        await stage.pilot.hover(Timeline, offset=(4, stage.row_of("Begin.")))
        told = str(stage.timeline.tooltip).splitlines()
        assert told[0].startswith("✓ reviewer  acked ")
        assert told[1] == "◌ [b]tester  queued"
        assert (len(told), told[-1]) == (13, "… 3 more")

        await stage.pilot.hover(Timeline, offset=(4, stage.row_of("news 00002")))
        assert stage.timeline.tooltip is None


async def test_the_selection_survives_a_new_version_of_its_entry() -> None:
    async with a_stage(*news(1, 50)) as stage:
        await stage.press("k")

        await stage.advance(an_entry(50, text="news 00050\nwith more", version=77))

        selected = stage.timeline.selected
        assert selected is not None
        assert selected.version == 77
        assert stage.rows[stage.row_of("with more")].startswith("▌")


async def serve(stage: Stage, history: list[Entry]) -> None:
    """Answer what is asked for from `history`, whose seqs begin at 1, until nothing is."""
    while stage.host.asked and stage.timeline.awaits(stage.host.asked[-1]):
        match stage.host.wanted[-1]:
            case Older(before):
                page = history[max(0, before - 1 - PAGE) : before - 1]
                await stage.answer(page, begins=len(page) < PAGE)
            case Newer(after):
                page = history[after : after + PAGE]
                await stage.answer(page, ends=len(page) < PAGE)
            case _:
                await stage.answer(history[-PAGE:], ends=True)


async def test_a_whole_history_can_be_read_up_and_down_again() -> None:
    """Far more than the window holds: what leaves it at either end comes back."""
    last = CAPACITY + 1500
    history = news(1, last)
    async with a_stage(*history[-PAGE:]) as stage:
        while not stage.shows("news 00001"):
            await stage.press("home")
            await serve(stage, history)
        assert stage.timeline.virtual_size.height <= CAPACITY * 3
        await stage.press("home")
        assert stage.row_of("news 00001") == 2

        history += news(last + 1)
        await stage.advance(history[-1])
        assert stage.row_of("news 00001") == 2
        assert stage.timeline.unseen == 1
        read: list[str] = []
        while not stage.timeline.following:
            stage.timeline.scroll_page_down(animate=False)
            await stage.pilot.pause()
            await serve(stage, history)
            assert stage.timeline.virtual_size.height <= CAPACITY * 3
            read.extend(row[8:18] for row in stage.rows if "news" in row)
        assert list(dict.fromkeys(read))[-last + 8 :] == [
            f"news {seq:05}" for seq in range(10, last + 2)
        ]


async def test_what_is_new_pushes_nothing_out_that_is_being_read() -> None:
    async with a_stage(*news(1, CAPACITY)) as stage:
        await stage.press("home")

        await stage.advance(*news(CAPACITY + 1, CAPACITY + 300))

        assert stage.row_of("news 00001") == 2
        assert stage.timeline.unseen == 300


async def test_the_newest_is_one_key_away_from_any_depth() -> None:
    history = news(1, 5200)
    async with a_stage(*history[-PAGE:]) as stage:
        for _ in range(25):
            await stage.press("home")
            await serve(stage, history)
        assert not stage.shows("news 05200")

        await stage.press("end")
        assert stage.host.wanted[-1] == Newest()
        await serve(stage, history)

        assert stage.row_of("news 05200") == HEIGHT - 1
        assert stage.timeline.following


async def test_a_place_that_was_looked_for_is_shown_selected_among_its_neighbours() -> (
    None
):
    async with a_stage(*news(901, 1000)) as stage:
        stage.timeline.ask(AtTime("then"))
        await stage.pilot.pause()
        await stage.answer(news(401, 500))

        assert stage.timeline.selected == news(451)[0]
        assert stage.row_of("news 00451") > stage.row_of("news 00450") > 0
        assert not stage.timeline.following
        assert stage.timeline.reading == 451

        await stage.advance(*news(1001))
        assert stage.timeline.unseen == 1
        await stage.press("home")
        assert stage.host.wanted[-1] == Older(401)


async def test_another_place_makes_the_page_before_it_unwanted() -> None:
    async with a_stage(*news(901, 1000)) as stage:
        await stage.press("home")
        first = stage.host.asked[-1]
        stage.timeline.ask(AtTime("then"))
        await stage.pilot.pause()

        stage.timeline.take(first, Page(tuple(news(801, 900)), False, False))
        assert stage.timeline.awaits(stage.host.asked[-1])
        await stage.answer(news(1, 50), begins=True)

        await stage.press("home")
        assert stage.row_of("news 00001") == 2


async def test_an_empty_place_is_an_empty_timeline() -> None:
    async with a_stage(*news(901, 1000)) as stage:
        stage.timeline.ask(AtTime("then"))
        await stage.pilot.pause()
        await stage.answer([], begins=True, ends=True)
        assert stage.shows("No messages yet")


async def test_unacked_ones_are_looked_for_beyond_the_window() -> None:
    acked = [
        entry._replace(deliveries=(a_delivery(state=TaskState.COMPLETED),))
        for entry in news(901, 1000)
    ]
    async with a_stage(*acked) as stage:
        await stage.press("u")
        assert stage.host.wanted == [Unacked(901)]
        await stage.answer(None)
        assert stage.timeline.following

        await stage.press("u")
        await stage.answer(news(401, 500))
        assert stage.timeline.selected == news(451)[0]
        await stage.press("u")
        assert stage.timeline.selected == news(450)[0]
        await stage.press("home", "U")
        assert stage.timeline.selected == news(451)[0]
