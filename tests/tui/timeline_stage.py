"""A timeline on a stage of its own, and what a reader sees of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.pilot import Pilot

from cafleet_core.views import Entry, Newer, Newest, Older, Page, Reach
from cafleet_tui.app import CafleetApp
from cafleet_tui.data.updates import Ask
from cafleet_tui.widgets.timeline import Timeline
from tests.builders import entries

WIDTH, HEIGHT = 70, 20


class Host(App[None]):
    """Shows a timeline and notes what it says."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "leave", "Leave")]

    def __init__(self) -> None:
        super().__init__()
        self.left = 0
        self.asked: list[Ask] = []
        self.chosen: list[Entry] = []
        self.replies: list[Entry] = []
        self.follow: list[tuple[bool, int]] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return CafleetApp.get_theme_variable_defaults(self)  # type: ignore[arg-type]

    def compose(self) -> ComposeResult:
        yield Timeline()

    def action_leave(self) -> None:
        self.left += 1

    @property
    def wanted(self) -> list[Reach]:
        """The places in the history that were asked for."""
        return [ask.reach for ask in self.asked]

    def on_timeline_page_wanted(self, event: Timeline.PageWanted) -> None:
        self.asked.append(event.ask)

    def on_timeline_entry_chosen(self, event: Timeline.EntryChosen) -> None:
        self.chosen.append(event.entry)

    def on_timeline_reply_wanted(self, event: Timeline.ReplyWanted) -> None:
        self.replies.append(event.entry)

    def on_timeline_follow_changed(self, event: Timeline.FollowChanged) -> None:
        self.follow.append((event.following, event.unseen))


class Stage:
    """A running host with the questions that a test asks of it."""

    def __init__(self, host: Host, pilot: Pilot[None]) -> None:
        self.host = host
        self.pilot = pilot
        self.timeline = host.query_one(Timeline)

    @property
    def rows(self) -> list[str]:
        """What is on the screen, line by line."""
        return [
            self.timeline.render_line(y).text.rstrip()
            for y in range(self.timeline.size.height)
        ]

    def row_of(self, text: str) -> int:
        """The only row that holds `text`."""
        (row,) = [number for number, line in enumerate(self.rows) if text in line]
        return row

    def shows(self, text: str) -> bool:
        return any(text in row for row in self.rows)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def show(self, shown: list[Entry]) -> None:
        self.timeline.replace(shown)
        await self.pilot.pause()

    async def advance(self, *news: Entry) -> None:
        self.timeline.advance(news)
        await self.pilot.pause()

    async def answer(
        self, page: list[Entry] | None, *, begins: bool = False, ends: bool = False
    ) -> None:
        """Give the page that was asked for last."""
        target = None
        ask = self.host.asked[-1]
        if page and not isinstance(ask.reach, Older | Newer | Newest):
            target = page[len(page) // 2].seq
        found = Page(tuple(page), begins, ends, target) if page is not None else None
        self.timeline.take(ask, found)
        await self.pilot.pause()


@asynccontextmanager
async def a_stage(*shown: Entry) -> AsyncIterator[Stage]:
    host = Host()
    async with host.run_test(size=(WIDTH, HEIGHT)) as pilot:
        stage = Stage(host, pilot)
        stage.timeline.focus()
        await stage.show(list(shown))
        yield stage


def news(first: int, last: int | None = None, version: int = 0) -> list[Entry]:
    """Numbered entries that no other number is a part of."""
    return [
        entry._replace(text=f"news {entry.seq:05}", version=version or entry.seq)
        for entry in entries(first, last or first)
    ]
