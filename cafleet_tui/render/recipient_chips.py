"""The recipients of a message to several: as chips, or a line each with its state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from rich.cells import cell_len

from cafleet_core.views import Delivery
from cafleet_tui.render import delivery as states
from cafleet_tui.render.safe_text import label
from cafleet_tui.render.wrap import ELLIPSIS, clip, shorten

MAX_CHIP_ROWS = 3
MAX_DETAIL_ROWS = 12

Part = tuple[str, str]
"""A text, and the name of its style."""

Row = list[Part]

_NAME_CELLS = 24
_LONGEST_NAME = 200
_CHIPS_TRIED = 100
_CHIP_GAP = "  "


def chips(deliveries: Sequence[Delivery], room: int) -> list[Row]:
    """Rows of names with the glyph of each state; with a count of the rest if they are too many."""
    rows: list[Row] = []
    used = room
    for number, delivery in enumerate(deliveries[:_CHIPS_TRIED]):
        state = states.state_of(delivery)
        name = shorten(short_name(delivery.recipient_name), max(3, room - 2))
        chip = [(name, ""), (f" {state.glyph}", state.word)]
        size = cells(chip)
        if used + len(_CHIP_GAP) + size > room:
            if len(rows) == MAX_CHIP_ROWS:
                left = f"+{len(deliveries) - number:,}"
                return [*rows, [(left, "muted")]]
            rows.append([])
            used = -len(_CHIP_GAP)
        rows[-1].extend([(_CHIP_GAP, ""), *chip] if rows[-1] else chip)
        used += len(_CHIP_GAP) + size
    if len(deliveries) > _CHIPS_TRIED:
        rows.append([(f"+{len(deliveries) - _CHIPS_TRIED:,}", "muted")])
    return rows


def details(deliveries: Sequence[Delivery], room: int) -> Iterator[Row]:
    """A row for each recipient with its state in words; with a count of the rest."""
    shown = deliveries[:MAX_DETAIL_ROWS]
    widest = max(3, room // 2 - 2)
    names = [shorten(short_name(each.recipient_name), widest) for each in shown]
    column = max(map(cell_len, names), default=0)
    for name, delivery in zip(names, shown, strict=True):
        state = states.state_of(delivery)
        pad = " " * (column - cell_len(name) + 2)
        status = clip(states.status(delivery), max(3, room - column - 4))
        yield [(f"{state.glyph} ", state.word), (name + pad, ""), (status, state.word)]
    if left := len(deliveries) - len(shown):
        yield [(clip(f"{ELLIPSIS} {left:,} more · Enter shows all", room), "muted")]


@lru_cache(maxsize=1024)
def short_name(name: str) -> str:
    """A name as it is drawn, in a few cells."""
    return shorten(label(name[:_LONGEST_NAME]) or "?", _NAME_CELLS)


def cells(row: Sequence[Part]) -> int:
    """The width of a row in cells."""
    return sum(cell_len(text) for text, _ in row)
