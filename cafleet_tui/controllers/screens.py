"""The members' screens: several side by side, captures, and words found in the selected one's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from textual.content import Content

from cafleet_core.records import Agent
from cafleet_tui.controllers.context import RoomContext
from cafleet_tui.dialogs.grid import ScreenGrid
from cafleet_tui.dialogs.prompts import AskWords
from cafleet_tui.dialogs.text import TextDialog
from cafleet_tui.keys.actions import Action
from cafleet_tui.model import grid
from cafleet_tui.model.standing import Standing
from cafleet_tui.operations.member_operations import Operation
from cafleet_tui.render import screen as render
from cafleet_tui.render.safe_text import label, sanitised
from cafleet_tui.widgets.member_list import MemberList
from cafleet_tui.widgets.screen_view import ScreenView

_STEPS = ("screen.next", "screen.previous")


class Capture(NamedTuple):
    """A capture that is shown, what asked for it, and the screen that was seen with it."""

    dialog: TextDialog
    operation: Operation
    seen: str | None


class ScreensController:
    """Opens the grid, shows captures, and finds words in `view`.

    `watch` is told whose screens are seen besides, `zoom` shows the selected one's alone,
    `visit` shows somebody's pane.
    """

    def __init__(
        self,
        context: RoomContext,
        members: MemberList,
        view: ScreenView,
        watch: Callable[[Sequence[Agent]], None],
        zoom: Callable[[], None],
        visit: Callable[[Standing], None],
    ) -> None:
        self._context = context
        self._members = members
        self._view = view
        self._watch = watch
        self._zoom = zoom
        self._visit = visit
        self._words = ""
        self._at: int | None = None
        self._capture: Capture | None = None

    def refusal(self, action: Action) -> str | None:
        """Why nothing can be done with the screen; None if it can."""
        if action.id in _STEPS and not self._words:
            return "nothing is sought"
        if action.id in ("screen.copy", "screen.find") and not self._view.text:
            return "there is nothing on it"
        return None

    def open_grid(self) -> None:
        """Show the screens of those who are pinned, selected or in need, and of others."""
        dialog = ScreenGrid(self._order(), self._known(), self._watch, self._visit)
        self._context.open(dialog, self._opened)

    def show(self) -> None:
        """Show in the grid what is known now."""
        if isinstance(self._context.top, ScreenGrid):
            self._context.top.show(self._order(), self._known())
        self._follow()

    def show_capture(self, operation: Operation, text: str) -> None:
        """Show the text of a member's pane; at its end what comes is shown as it comes."""
        name = (label(operation.member.name), "bold")
        title = Content.assemble("Screen of ", name)
        dialog = TextDialog(title, sanitised(text))
        self._capture = Capture(dialog, operation, self._seen(operation))
        self._watch([operation.member])
        self._context.open(dialog, self._capture_closed)

    def _capture_closed(self, _: None) -> None:
        self._capture = None
        self._watch(())

    def _seen(self, operation: Operation) -> str | None:
        reading = self._context.state.readings.get(operation.member.agent_id)
        return reading.screen if reading else None

    def _follow(self) -> None:
        """Capture again what has changed, while the end of the capture is in sight."""
        capture = self._capture
        if capture is None or not (
            capture.dialog.is_attached and capture.dialog.is_at_end
        ):
            return
        seen = self._seen(capture.operation)
        if seen is None or seen == capture.seen:
            return
        self._capture = capture._replace(seen=seen)
        self._context.jobs.run(
            "capture",
            lambda source: source.capture_again(capture.operation),
            lambda text: capture.dialog.show(sanitised(text)),
            lambda _: (
                None
            ),  # what was captured stays; the list says what has become of it
            exclusive=True,
        )

    def _order(self) -> tuple[str, ...]:
        standing, ranks = self._members.highlighted, self._context.state.standings
        selected = standing.member.agent.agent_id if standing else None
        members = self._members
        return grid.order(ranks, members.arrangement.pinned, selected, members.listed)

    def _known(self) -> Mapping[str, Standing]:
        ranks = self._context.state.standings
        every = (*ranks.team, *ranks.heads, *ranks.gone)
        return {standing.member.agent.agent_id: standing for standing in every}

    def _opened(self, agent_id: str | None) -> None:
        if agent_id is not None:
            self._members.select(agent_id)
            self._zoom()

    def find(self) -> None:
        """Ask for words, and go to the last line of the screen in which they are."""
        title = Content.styled("Find on this screen", "bold $primary")
        hint = Content("The words as they stand there, in capitals or not.")
        self._context.open(AskWords(title, hint, words=self._words), self._found)

    def _found(self, words: str | None) -> None:
        if words is not None:
            self._words, self._at = words, None
            self.go(0)

    def go(self, step: int) -> None:
        """Go to the next line in which the words are, or to the one before; at first the last."""
        lines = self._view.seek(self._words)  # the screen is live: they may have moved
        if not lines:
            self._view.show_hit(None)
            self._context.say(render.not_found(self._words))
            return
        at = len(lines) - 1 if self._at is None else self._at + step
        self._at = at % len(lines)
        self._view.show_hit(lines[self._at])
        self._context.say(render.found(self._at + 1, len(lines)))
