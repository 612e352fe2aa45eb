"""The queue of members that wait for an answer, as cards, drawn by line."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.visual import Visual

from cafleet_core import clock
from cafleet_tui.keys import actions
from cafleet_tui.model.standing import Standing
from cafleet_tui.render import question as render
from cafleet_tui.render.question import Row
from cafleet_tui.widgets.still_scroll import StillScroll

_GAP = Row(Content(), "")


class QuestionQueue(StillScroll, can_focus=True):
    """Lists waiting members in the given order; one card is marked."""

    DEFAULT_CSS = "QuestionQueue { background: transparent; height: auto; }"
    BINDINGS = actions.bindings("queue")

    class Answered(Message):
        """An answer was chosen; `digit` is None for a free text."""

        def __init__(self, standing: Standing, digit: int | None) -> None:
            super().__init__()
            self.standing = standing
            self.digit = digit

    class PaneWanted(Message):
        """The pane of this member is wanted."""

        def __init__(self, standing: Standing) -> None:
            super().__init__()
            self.standing = standing

    def __init__(self) -> None:
        super().__init__(id="queue")
        self._waiting: tuple[Standing, ...] = ()
        self._given: Collection[str] = ()
        self._marked = 0
        self._rows: list[Row] = []

    @property
    def marked(self) -> Standing | None:
        """The member whose question the keys answer."""
        return self._waiting[self._marked] if self._waiting else None

    def show(self, waiting: Sequence[Standing], given: Collection[str]) -> None:
        """Show the waiting members; `given` holds the ids of those just answered.

        The mark stays on its member while that is unanswered, otherwise it moves on.
        """
        ids = [_id(standing) for standing in waiting]
        before = _id(self.marked) if self.marked else ""
        at = ids.index(before) if before in ids else min(self._marked, len(ids) - 1)
        self._waiting, self._given = tuple(waiting), given
        onward = [*range(at, len(ids)), *range(at)] if ids else []
        self._marked = next((i for i in onward if ids[i] not in given), max(at, 0))
        self._paint()

    def _paint(self) -> None:
        at = clock.now()
        rows: list[Row] = []
        for number, standing in enumerate(self._waiting):
            given = _id(standing) in self._given
            card = render.card(standing, at, marked=number == self._marked, given=given)
            rows += [_GAP, *card] if rows else card
        before, self._rows = self._rows, rows or [Row(render.nobody(), "")]
        if len(before) != len(self._rows):
            self.virtual_size = Size(0, len(self._rows))
            self.refresh(layout=True)
            return
        for number, (old, new) in enumerate(zip(before, self._rows, strict=True)):
            if not old.content.is_same(new.content):
                self.refresh_line(number)

    def render_line(self, y: int) -> Strip:
        """The strip of one line of the window."""
        number, width = y + self.scroll_offset.y, self.size.width
        if not width or number >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        content = self._rows[number].content.truncate(width, ellipsis=True)
        strips = Visual.to_strips(self, content, width, 1, self.visual_style)
        return strips[0].adjust_cell_length(width, self.rich_style)

    def action_move(self, step: int) -> None:
        """Move the mark by `step` cards."""
        if self._waiting:
            self._mark((self._marked + step) % len(self._waiting))

    def _mark(self, number: int) -> None:
        self._marked = number
        self._paint()
        mine = [
            i for i, row in enumerate(self._rows) if row.agent_id == self._marked_id
        ]
        top, height = self.scroll_offset.y, self.size.height
        if mine and not top <= mine[0] <= mine[-1] < top + height:
            above = mine[0] if mine[0] < top else max(0, mine[-1] - height + 1)
            self.scroll_to(y=min(above, mine[0]), animate=False, immediate=True)

    @property
    def _marked_id(self) -> str:
        return _id(self.marked) if self.marked else ""

    def action_answer(self, digit: int) -> None:
        """Answer the marked question with an option."""
        if self.marked and self._marked_id not in self._given:
            self.post_message(self.Answered(self.marked, digit))

    def action_write(self) -> None:
        """Answer the marked question with a free text."""
        if self.marked and self._marked_id not in self._given:
            self.post_message(self.Answered(self.marked, None))

    def action_go(self) -> None:
        """Post `PaneWanted` for the marked member."""
        if self.marked:
            self.post_message(self.PaneWanted(self.marked))

    def on_click(self, event: events.Click) -> None:
        """Choose the answer under the pointer, or mark the member there."""
        offset = event.get_content_offset(self)
        number = offset.y + self.scroll_offset.y if offset else len(self._rows)
        if number >= len(self._rows) or not self._rows[number].agent_id:
            return
        row = self._rows[number]
        ids = [_id(standing) for standing in self._waiting]
        self._mark(ids.index(row.agent_id))
        if row.digit is not None:
            self.action_answer(row.digit)


def _id(standing: Standing) -> str:
    return standing.member.agent.agent_id
