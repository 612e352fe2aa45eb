"""Draw members as rows of the list: sign, name, and a cell for each column."""

from __future__ import annotations

from collections.abc import Callable

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from cafleet_core.memo import recently
from cafleet_core.usage.sample import MICRO
from cafleet_tui.model.columns import Column, Layout
from cafleet_tui.model.standing import Standing
from cafleet_tui.render import member
from cafleet_tui.render.member import Styled
from cafleet_tui.render.safe_text import label
from cafleet_tui.render.sparkline import sparkline
from cafleet_tui.render.wrap import shorten

_LEAST_NAME = 6
"""Cells of the name that words of the state that are longer than their column leave to it."""

_NARROW_UNACKED = 2
_FIGURES = (Column.UNACKED, Column.IDLE, Column.CONTEXT, Column.COST)
"""The columns that end at the right of their place."""

_NAMES = (Column.BRANCH, Column.FOLDER, Column.HOST)
"""The columns that keep both their ends where they are shortened: the last letters differ."""

_KILO, _MEGA = 1000, 1_000_000
_HUNDRED_DOLLARS = 100 * MICRO


def row(standing: Standing, layout: Layout, *, pinned: bool = False) -> Content:
    """One line of exactly the layout's cells."""
    words = member.state(standing)
    more = _borrowed(layout, words)
    shown = shorten(member.marked_name(standing), max(3, layout.name - more))
    parts: list[Styled] = [
        *member.glyph(standing, member.look(standing.state), pinned=pinned),
        _fitted(shown, layout.name - more, member.name_style(standing)),
    ]
    bars_at: tuple[int, int] | None = None
    before: Column | None = None
    for column, width in layout.columns:
        joined = (
            before in _FIGURES and column in _FIGURES
        )  # the blank is part of the figure
        if not joined:
            parts.append((" ", ""))
        if column == Column.ACTIVITY:
            bars_at = len(parts), width
            parts.append(("", ""))
        else:
            wider = more if column == Column.STATE else int(joined)
            parts.append(_cell(standing, column, width + wider))
        before = column
    pulse = standing.pulse if bars_at else ()
    return _joined(tuple(parts), pulse, bars_at)


def _borrowed(layout: Layout, words: str) -> int:
    """Cells of the name that go to a state of many words, if that stands beside it."""
    if not layout.columns or layout.columns[0][0] != Column.STATE:
        return 0
    wanted = cell_len(words) - layout.columns[0][1]
    return max(0, min(wanted, layout.name - _LEAST_NAME))


@recently
def _joined(
    parts: tuple[Styled, ...], pulse: tuple[int, ...], bars_at: tuple[int, int] | None
) -> Content:
    """A row of its parts, with bars in the place of one; most are as they were a second ago."""
    if bars_at is None:
        return Content.assemble(*parts)
    at, width = bars_at
    bars = sparkline(pulse, width)
    bars = bars.pad_right(width - bars.cell_length)
    return Content.assemble(*parts[:at], bars, *parts[at + 1 :])


def _cell(standing: Standing, column: Column, width: int) -> Styled:
    """A column's cell of exactly `width` cells."""
    if column == Column.UNACKED:
        wide = width > _NARROW_UNACKED + 1  # a blank may be part of it
        text, style = member.unacked(standing, with_unread=wide)
    else:
        text, style = _TEXTS[column](standing)
    if column in _FIGURES:
        return text.rjust(width), style
    if column in _NAMES:
        text = shorten(text, width)
    return _fitted(text, width, style)


def _fitted(text: str, width: int, style: str) -> Styled:
    width = max(width, 1)
    if cell_len(text) > width:
        text = set_cell_size(text, width - 1) + "…"
    return set_cell_size(text, width), style


def _state(standing: Standing) -> Styled:
    return member.state(standing), member.look(standing.state).style


def _kind(standing: Standing) -> Styled:
    return member.coding_agent(standing), "$text-muted"


def _context(standing: Standing) -> Styled:
    """How much of its context an agent uses: in percent where the size is known, else in tokens."""
    used, size = standing.facts.context_used, standing.facts.context_size
    if used is None:
        return "", ""
    if size:
        percent = min(100, used * 100 // size)
        return f"{percent}%", "$warning" if percent >= _FULL else "$text-muted"
    unit, factor = ("M", _MEGA) if used >= _MEGA else ("k", _KILO)
    return f"{min(used // factor, 999)}{unit}", "$text-muted"


_FULL = 80
"""Percent from which a context stands out: an event tells of it, too."""


def _cost(standing: Standing) -> Styled:
    cost = standing.facts.cost
    if cost is None:
        return "", ""
    mark = "~" if standing.facts.estimated else ""
    digits = 0 if cost >= _HUNDRED_DOLLARS else 2
    return f"{mark}${min(cost / MICRO, 99_999):.{digits}f}", "$text-muted"


def _branch(standing: Standing) -> Styled:
    return label(standing.facts.branch), "$text-muted"


def _folder(standing: Standing) -> Styled:
    """The last part of the folder's path, which tells folders of a project apart."""
    path = standing.facts.folder.rstrip("/")
    return label(path.rpartition("/")[2] or standing.facts.folder), "$text-muted"


def _host(standing: Standing) -> Styled:
    return label(standing.facts.host), "$text-muted"


def _changes(standing: Standing) -> Styled:
    return label(standing.changes), "$text-muted"


def _note(standing: Standing) -> Styled:
    return label(standing.member.agent.note or ""), "$foreground"


def _task(standing: Standing) -> Styled:
    return label(standing.facts.task), "$text-muted"


def _last(standing: Standing) -> Styled:
    return label(standing.facts.last), "$text-muted"


_TEXTS: dict[Column, Callable[[Standing], Styled]] = {
    Column.STATE: _state,
    Column.KIND: _kind,
    Column.IDLE: member.idle,
    Column.CONTEXT: _context,
    Column.COST: _cost,
    Column.BRANCH: _branch,
    Column.CHANGES: _changes,
    Column.FOLDER: _folder,
    Column.HOST: _host,
    Column.NOTE: _note,
    Column.TASK: _task,
    Column.LAST: _last,
}
