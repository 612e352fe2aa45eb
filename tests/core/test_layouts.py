"""How many panes a window holds, by our arithmetic and by tmux's own."""

from __future__ import annotations

import pytest

from cafleet_core.panes.tmux import layouts, windows
from cafleet_core.panes.tmux.layouts import LEAST, Size
from cafleet_core.panes.tmux.windows import LAYOUT_OPTION
from tests.terminal import Terminal

KINDS = (
    layouts.MAIN_VERTICAL,
    layouts.TILED,
    layouts.EVEN_HORIZONTAL,
    layouts.EVEN_VERTICAL,
)


def laid_out(terminal: Terminal, layout: str, count: int, window: Size) -> list[Size]:
    """The sizes of so many panes that tmux has arranged for us."""
    pane = terminal.pane(["cat"])
    resize = ("resize-window", "-t", pane, "-x", str(window.columns))
    terminal.tmux(*resize, "-y", str(window.rows))
    for _ in range(count - 1):
        terminal.tmux("split-window", "-d", "-t", pane, "cat")
        terminal.tmux("select-layout", "-t", pane, "tiled")
    window_id = terminal.tmux("display-message", "-p", "-t", pane, "#{window_id}")
    windows.set_options(terminal.socket, window_id, {LAYOUT_OPTION: layout})
    windows.arrange(terminal.socket, window_id)
    listed = terminal.tmux(
        "list-panes", "-t", window_id, "-F", "#{pane_width} #{pane_height}"
    )
    terminal.tmux("kill-window", "-t", window_id)
    return [Size(*map(int, line.split())) for line in listed.splitlines()]


@pytest.mark.parametrize("layout", KINDS)
def test_what_fits_is_nowhere_too_small(terminal: Terminal, layout: str) -> None:
    """At the window where one pane more would no longer fit, every pane is large enough."""
    for window in (Size(81, 26), Size(100, 17), Size(163, 50), Size(240, 35)):
        counts = [n for n in range(1, 9) if layouts.fits(layout, n, window, LEAST)]
        assert counts == list(range(1, len(counts) + 1)), "there is one largest number"
        for pane in laid_out(terminal, layout, counts[-1], window):
            assert pane.columns >= LEAST.columns
            assert pane.rows >= LEAST.rows


@pytest.mark.parametrize("layout", KINDS)
def test_what_does_not_fit_would_be_too_small(terminal: Terminal, layout: str) -> None:
    for window in (Size(81, 26), Size(163, 50)):
        n = next(n for n in range(1, 99) if not layouts.fits(layout, n, window, LEAST))
        if n < 12:
            sizes = laid_out(terminal, layout, n, window)
            assert any(
                size.columns < LEAST.columns or size.rows < LEAST.rows for size in sizes
            )


@pytest.mark.parametrize(
    ("pane", "option"),
    [
        (Size(81, 8), "-h"),
        (Size(80, 17), "-v"),
        (Size(80, 16), None),
        (Size(39, 50), None),
        (Size(81, 7), None),
    ],
)
def test_a_pane_is_halved_beside_before_below(pane: Size, option: str | None) -> None:
    assert layouts.halving(pane, LEAST) == option
