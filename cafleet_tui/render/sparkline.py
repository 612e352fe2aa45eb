"""Draw an agent's activity in the last minutes as a row of bars."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

BARS = "▁▂▃▄▅▆▇█"

_HIGH = 4
"""Acts a bar that give full height, unless another bar has more."""


def sparkline(counts: Sequence[int], width: int) -> Content:
    """`counts`, the newest last, in at most `width` bars; a bar sums several if needed.

    A faint low bar stands for zero, the highest bar for the maximum.
    """
    if not counts or width <= 0:
        return Content()
    step = -(-len(counts) // width)
    first = len(counts) % step or step
    sums = [sum(counts[:first])]
    sums += [sum(counts[at : at + step]) for at in range(first, len(counts), step)]
    most = max(_HIGH, *sums)
    return Content.assemble(*(_bar(count, most) for count in sums))


def _bar(count: int, most: int) -> tuple[str, str]:
    if not count:
        return BARS[0], "$text-disabled"
    return BARS[max(1, round(count * (len(BARS) - 1) / most))], "$primary"
