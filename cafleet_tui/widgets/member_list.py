"""The list of the session's agents, as rows or as a strip of cells, drawn by line."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from cafleet_tui.keys import actions
from cafleet_tui.model import member_order
from cafleet_tui.model.columns import USUAL, Column, fitted
from cafleet_tui.model.member_order import AS_IT_COMES, FOLD, Arrangement
from cafleet_tui.model.standing import Ranks, Standing
from cafleet_tui.render import arrangement as arranged
from cafleet_tui.render import member as render
from cafleet_tui.render import member_row
from cafleet_tui.widgets.frame import Framed

CELL_WIDTH = 24
"""The smallest width of an agent's cell in the strip."""

_CURSOR_STYLES = {True: "on $block-cursor-background", False: "on $cursor-line"}
"""Behind the cell under the cursor, with the focus and without it."""


class MemberList(ScrollView, Framed, can_focus=True):
    """Lists standings; keeps their order and the cursor while it has the focus."""

    DEFAULT_CSS = """
    MemberList {
        background: transparent;
    }
    """
    BINDINGS = actions.bindings("members") + actions.bindings("acts")

    strip: var[bool] = var(False)
    """Whether a line holds several short cells instead of one row."""

    unfolded: var[bool] = var(False)
    """Whether deregistered agents are listed."""

    columns: var[tuple[Column, ...]] = var(USUAL)
    """What a row shows beside the name, as far as its width has room for it."""

    arrangement: var[Arrangement] = var(AS_IT_COMES)
    """The order, who is pinned, and who is listed at all."""

    class Highlighted(Message):
        """The agent under the cursor, or its standing, has changed."""

        def __init__(self, standing: Standing | None) -> None:
            super().__init__()
            self.standing = standing

    class Asked(Message):
        """Base of the requests about the agent under the cursor."""

        def __init__(self, standing: Standing) -> None:
            super().__init__()
            self.standing = standing

    class Opened(Asked):
        """Enter was pressed: the agent's screen is wanted."""

    class FilterWanted(Asked):
        """The filter of the timeline by this agent is to be switched on or off."""

    class MentionWanted(Asked):
        """A mention of this agent in the composer is wanted."""

    def __init__(self) -> None:
        super().__init__(id="members")
        self._ranks = Ranks((), (), ())
        self._keys: list[str] = []
        self._standings: dict[str, Standing] = {}
        self._shown: list[render.Shown] = []
        self._painted: list[Content] = []
        self._cursor: str | None = None
        self._moved = False

    @property
    def highlighted(self) -> Standing | None:
        """The agent under the cursor."""
        return self._standings.get(self._cursor or "")

    @property
    def listed(self) -> tuple[str, ...]:
        """The ids of those who are listed, from above."""
        return tuple(key for key in self._keys if key != FOLD)

    def select(self, agent_id: str) -> None:
        """Put the cursor on an agent, whom a filter may have left out."""
        if agent_id not in self._keys:
            self.arrangement = self.arrangement._replace(words="")
        if agent_id in self._keys:
            self._move_to(self._keys.index(agent_id))

    def show(self, ranks: Ranks) -> None:
        """Show new standings; unchanged lines are not repainted.

        With the focus, agents keep their places, and new ones come last. The cursor is
        on the first agent, who needs the human most, until it is moved.
        """
        before, self._shown = self._shown, render.shown(ranks)
        self._ranks = ranks
        if (
            self._shown == before
        ):  # only idle times have grown, which shows no more exactly
            self._know(ranks)
        else:
            self._arrange()

    def _arrange(self, *, anew: bool = False) -> None:
        """Put everybody in their place; with the focus only `anew`, or who is new."""
        ranks = self._ranks
        before = self.highlighted
        self._know(ranks)
        kept = () if anew or not self.has_focus else self._keys
        arrangement = self.arrangement
        self._keys = member_order.ids(
            ranks, kept, self.strip, self.unfolded, arrangement
        )
        active = {s.member.agent.agent_id for s in (*ranks.team, *ranks.heads)}
        listed = len(active.intersection(self._keys))
        self.entitle(arranged.title(arrangement, listed, len(active)), None)
        if self._cursor not in self._keys or not self._moved:
            self._cursor = self._keys[0] if self._keys else None
        self._paint()
        if self.highlighted != before:
            self.post_message(self.Highlighted(self.highlighted))

    def _know(self, ranks: Ranks) -> None:
        standings = (*ranks.team, *ranks.heads, *ranks.gone)
        self._standings = {s.member.agent.agent_id: s for s in standings}

    @property
    def _across(self) -> int:
        """How many agents a line holds."""
        return max(1, self.size.width // CELL_WIDTH) if self.strip else 1

    def _paint(self) -> None:
        across = self._across
        lines = [
            self._line(self._keys[start : start + across])
            for start in range(0, len(self._keys), across)
        ]
        if len(lines) != len(self._painted):
            self._painted = lines
            self.virtual_size = Size(0, len(lines))
            self.refresh(layout=self.strip)
            return
        for number, (old, new) in enumerate(zip(self._painted, lines, strict=True)):
            if old is not new and not old.is_same(new):
                self._painted[number] = new
                self.refresh_line(number)

    def _line(self, keys: Sequence[str]) -> Content:
        width = self.size.width // self._across
        if not self.strip:  # cells leave room for a scrollbar behind them
            width = max(1, width - self.scrollbar_size_vertical)
        if len(keys) == 1:
            return self._cell(keys[0], width)
        return Content("").join(self._cell(key, width) for key in keys)

    def _cell(self, key: str, width: int) -> Content:
        if key == FOLD:
            content = render.folded(len(self._ranks.gone), self.unfolded)
            content = content.pad_right(max(0, width - content.cell_length))
        elif self.strip:
            pinned = key in self.arrangement.pinned
            cell = render.cell(self._standings[key], width - 2, pinned=pinned)
            content = cell.pad_right(2)
        else:
            layout = fitted(self.columns, width)
            pinned = key in self.arrangement.pinned
            content = member_row.row(self._standings[key], layout, pinned=pinned)
        if key == self._cursor:
            return content.stylize_before(_CURSOR_STYLES[self.has_focus])
        return content

    def render_line(self, y: int) -> Strip:
        """The strip of one line of the window."""
        number = y + self.scroll_offset.y
        width = self.size.width
        if not width or number >= len(self._painted):
            return Strip.blank(width, self.rich_style)
        line = self._painted[number]
        strips = Visual.to_strips(self, line, width, 1, self.visual_style)
        return strips[0].adjust_cell_length(width, self.rich_style)

    def notify_style_update(self) -> None:
        """Repaint in the current theme's colours."""
        super().notify_style_update()
        self._paint()

    def on_resize(self) -> None:
        """Lay out the lines for the new width."""
        self._paint()

    def watch_show_vertical_scrollbar(self) -> None:
        """Lay out the lines beside a scrollbar, or without one."""
        self._paint()

    def watch_has_focus(self, has_focus: bool) -> None:
        """On losing the focus, restore the order of need."""
        super().watch_has_focus(has_focus)
        self._arrange()

    def watch_columns(self) -> None:
        """Show other columns."""
        self._paint()

    def watch_arrangement(self) -> None:
        """Arrange the agents anew, also those that would keep their places."""
        self._arrange(anew=True)

    def watch_strip(self) -> None:
        """Switch between rows and cells."""
        self._arrange()

    def watch_unfolded(self) -> None:
        """Fold or unfold the deregistered agents."""
        self._arrange()

    def _move_to(self, index: int) -> None:
        if not self._keys:
            return
        self._moved = True
        index = max(0, min(index, len(self._keys) - 1))
        self._cursor = self._keys[index]
        self._paint()
        line = index // self._across
        top, height = self.scroll_offset.y, self.size.height
        if not top <= line < top + height:
            self.scroll_to(
                y=line if line < top else line - height + 1,
                animate=False,
                immediate=True,
            )
        self.post_message(self.Highlighted(self.highlighted))

    def _index(self) -> int:
        return self._keys.index(self._cursor) if self._cursor in self._keys else 0

    def action_move(self, across: int, down: int) -> None:
        """Move the cursor by cells."""
        self._move_to(self._index() + across + down * self._across)

    def action_first(self) -> None:
        """Go to the first agent."""
        self._move_to(0)

    def action_last(self) -> None:
        """Go to the last agent."""
        self._move_to(len(self._keys) - 1)

    def action_open(self) -> None:
        """Open the agent's screen, or fold or unfold."""
        if self._cursor == FOLD:
            self.unfolded = not self.unfolded
        elif self.highlighted:
            self.post_message(self.Opened(self.highlighted))

    def action_filter(self) -> None:
        """Post `FilterWanted`."""
        if self.highlighted:
            self.post_message(self.FilterWanted(self.highlighted))

    def action_mention(self) -> None:
        """Post `MentionWanted`."""
        if self.highlighted:
            self.post_message(self.MentionWanted(self.highlighted))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the pointer; on the fold line, fold or unfold."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        column = offset.x // max(1, self.size.width // self._across)
        index = (offset.y + self.scroll_offset.y) * self._across + column
        if index < len(self._keys):
            self._move_to(index)
            if self._cursor == FOLD:
                self.action_open()
