"""The replay: go to what happened next or before, faster, slower, and stand still."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from textual.content import Content

from cafleet_core import clock
from cafleet_core.errors import CafleetError
from cafleet_tui.controllers.context import RoomContext
from cafleet_tui.data.past_source import Timetable, past_of
from cafleet_tui.model.playback import Playback
from cafleet_tui.render import replay as render
from cafleet_tui.render import status_line
from cafleet_tui.widgets.locked_composer import PastComposer

Result = TypeVar("Result")

FACTOR = 2.0
"""How many times as fast one press makes it."""


class ReplayController:
    """Moves the playback; `moved` has everything read anew after a jump or a change of pace."""

    def __init__(
        self,
        context: RoomContext,
        playback: Playback,
        bar: PastComposer,
        moved: Callable[[], None],
    ) -> None:
        self._context = context
        self._playback = playback
        self._bar = bar
        self._moved = moved

    def start(self) -> None:
        """Show the moment; say so if nothing tells what the panes did by then."""
        self.show()
        self._read(lambda past: past.has_events(), self._warn_unless)

    def show(self) -> None:
        """Show the moment, and how fast it moves."""
        self._bar.show(self._playback.shown())

    def _warn_unless(self, has_events: bool) -> None:
        if not has_events:
            self._context.say(render.without_events())

    def next_event(self) -> None:
        """Go to what happened next."""
        self._read(lambda past: past.next_change(), self._go)

    def previous_event(self) -> None:
        """Go back to what happened before the last thing that is shown."""
        self._read(lambda past: past.previous_change(), self._go)

    def next_question(self) -> None:
        """Go to the next question."""
        self._read(lambda past: past.next_question(), self._go)

    def faster(self) -> None:
        """Move on faster."""
        self._playback.change_speed(FACTOR)
        self._has_moved()

    def slower(self) -> None:
        """Move on slower."""
        self._playback.change_speed(1 / FACTOR)
        self._has_moved()

    def pause(self) -> None:
        """Stand still, or move on."""
        self._playback.pause()
        self._has_moved()

    def _read(
        self, work: Callable[[Timetable], Result], done: Callable[[Result], None]
    ) -> None:
        self._context.jobs.run(
            "replay",
            lambda source: work(past_of(source)),
            done,
            self._fail,
            exclusive=True,
        )

    def _go(self, stamp: str | None) -> None:
        if stamp is None:
            self._context.say(render.nothing_more())
            return
        self._playback.jump(clock.parse(stamp))
        self._has_moved()

    def _has_moved(self) -> None:
        self._context.say(Content())  # what was said was of another moment
        self.show()
        self._moved()

    def _fail(self, error: CafleetError) -> None:
        self._context.say(status_line.warning(error.message))
