"""The columns of the list of members: which of the chosen ones a width has room for."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from cafleet_core.config.keys import MEMBER_COLUMNS


class Column(StrEnum):
    """A column by its name in the setting `tui.columns`."""

    STATE = "state"
    KIND = "kind"
    ACTIVITY = "activity"
    UNACKED = "unacked"
    IDLE = "idle"
    CONTEXT = "context"
    COST = "cost"
    BRANCH = "branch"
    CHANGES = "changes"
    FOLDER = "folder"
    HOST = "host"
    NOTE = "note"
    TASK = "task"
    LAST = "last"


USUAL = tuple(map(Column, MEMBER_COLUMNS))
"""The columns as they come."""

OF_FACTS = frozenset(
    (
        *(Column.CONTEXT, Column.COST, Column.BRANCH),
        *(Column.FOLDER, Column.HOST, Column.TASK, Column.LAST),
    )
)
"""The columns whose content is read from the registry for them alone."""

LEAST_NAME = 9
"""Cells that a name has whatever else is shown."""

_USUAL_NAME = 14
"""Cells that a name gets before columns of text grow."""

_SIGN = 2
_STAYING = (Column.STATE, Column.UNACKED, Column.IDLE)
"""The columns that tell whether a member needs somebody: they stay the longest."""

_WIDTHS = {
    Column.STATE: (9, 9),
    Column.KIND: (8, 8),
    Column.ACTIVITY: (12, 12),
    Column.UNACKED: (2, 2),
    Column.IDLE: (4, 4),
    Column.CONTEXT: (4, 4),
    Column.COST: (7, 7),
    Column.BRANCH: (12, 24),
    Column.CHANGES: (10, 14),
    Column.FOLDER: (10, 20),
    Column.HOST: (8, 16),
    Column.NOTE: (12, 40),
    Column.TASK: (14, 60),
    Column.LAST: (14, 60),
}
"""The cells that each has at least, and those that it can use."""

_WIDE_UNACKED = 5
"""Cells in which what is unread stands before what is unacked."""


class Layout(NamedTuple):
    """The cells of a row: those of the name, and of each column behind it, after a blank."""

    name: int
    columns: tuple[tuple[Column, int], ...]


def fitted(chosen: Sequence[Column], width: int) -> Layout:
    """Those of the chosen columns for which a row of `width` cells has room.

    Where the room does not do, the last ones are left out, those that stay the longest after
    all others; a name is never shorter than `LEAST_NAME` for a column's sake.
    """
    room = width - _SIGN - LEAST_NAME
    kept = list(chosen)
    while kept and _total(least := _least(kept)) > room:
        kept.remove(_first_to_go(kept))
    if not kept:
        return Layout(max(1, width - _SIGN), ())
    if len(kept) == len(chosen) and Column.UNACKED in kept:
        wide = {**least, Column.UNACKED: _WIDE_UNACKED}
        least = wide if _total(wide) <= room else least
    return _grown(least, room - _total(least))


def _least(columns: Sequence[Column]) -> dict[Column, int]:
    return {column: _WIDTHS[column][0] for column in columns}


def _total(widths: dict[Column, int]) -> int:
    return sum(widths.values()) + len(widths)


def _first_to_go(kept: Sequence[Column]) -> Column:
    others = [column for column in kept if column not in _STAYING]
    return (others or kept)[-1]


def _grown(widths: dict[Column, int], left: int) -> Layout:
    """A layout in which what is left goes to the name first, then to texts, then to the name."""
    name = LEAST_NAME + min(left, _USUAL_NAME - LEAST_NAME)
    left -= name - LEAST_NAME
    grown = dict(widths)
    for column, width in widths.items():
        more = min(left, max(0, _WIDTHS[column][1] - width))
        grown[column] += more
        left -= more
    return Layout(name + left, tuple(grown.items()))


def switched(chosen: Sequence[Column], column: Column) -> tuple[Column, ...]:
    """The columns without one that was chosen, or with another one behind them."""
    others = tuple(each for each in chosen if each != column)
    return others if column in chosen else (*others, column)


def moved(chosen: Sequence[Column], column: Column, by: int) -> tuple[Column, ...]:
    """The columns with one of them moved so many places to the right, or to the left."""
    at = chosen.index(column)
    others = [each for each in chosen if each != column]
    others.insert(max(0, min(at + by, len(others))), column)
    return tuple(others)
