"""How many panes fit into a window before they are too small to work in: plain arithmetic."""

from __future__ import annotations

from cafleet_core.fast_types import NamedTuple

MAIN_VERTICAL = "main-vertical"
TILED = "tiled"
EVEN_HORIZONTAL = "even-horizontal"
EVEN_VERTICAL = "even-vertical"
NEW_WINDOW = "new-window"
NONE = "none"

LAYOUTS = (MAIN_VERTICAL, TILED, EVEN_HORIZONTAL, EVEN_VERTICAL, NEW_WINDOW, NONE)
"""How members' panes are laid out, as `member create --layout` takes them."""


class Size(NamedTuple):
    """Columns and rows of a window or pane."""

    columns: int
    rows: int


LEAST = Size(40, 8)
"""The smallest pane in which an agent's screen can be read and used."""


def fits(layout: str, count: int, window: Size, least: Size) -> bool:
    """Whether each of `count` panes that tmux lays out in a window is at least that large."""
    columns, rows = _grid(layout, count)
    return (
        _share(window.columns, columns) >= least.columns
        and _share(window.rows, rows) >= least.rows
    )


def halving(pane: Size, least: Size) -> str | None:
    """The option that splits a pane into two of at least this size: beside preferred; or None."""
    if _share(pane.columns, 2) >= least.columns and pane.rows >= least.rows:
        return "-h"
    if _share(pane.rows, 2) >= least.rows and pane.columns >= least.columns:
        return "-v"
    return None


def _grid(layout: str, count: int) -> Size:
    """The number of panes side by side, and the number one above the other."""
    match layout:
        case "main-vertical":
            return Size(1, 1) if count == 1 else Size(2, count - 1)
        case "even-horizontal":
            return Size(count, 1)
        case "even-vertical":
            return Size(1, count)
    columns = rows = 1
    while rows * columns < count:
        rows += 1
        columns += rows * columns < count
    return Size(columns, rows)


def _share(cells: int, parts: int) -> int:
    """The size of each of `parts` in a row of cells, with a border between any two."""
    return (cells - (parts - 1)) // parts
