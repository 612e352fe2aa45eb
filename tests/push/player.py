"""A program that shows a recorded screen, then another when signalled, and notes what is typed.

`player.py NOTES FIRST SECOND`: the files hold screens as `tests.screens.corpus` writes them.
"""

from __future__ import annotations

import os
import signal
import sys
import tty
from pathlib import Path

from tests.screens.corpus import Screen


def show(path: str) -> None:
    """Draw a recorded screen from the top left, with its title and its cursor."""
    screen = Screen.read(Path(path))
    drawn = screen.text.rstrip("\n").replace("\n", "\r\n")
    column, row = (int(number) + 1 for number in screen.cursor.split(","))
    caret = f"\x1b[{row};{column}H\x1b[?25{'l' if screen.caret == '0' else 'h'}"
    data = f"\x1b]2;{screen.title}\x07\x1b[0m\x1b[2J\x1b[H{drawn}{caret}".encode()
    while data:
        data = data[os.write(1, data) :]


def main() -> None:
    """Serve the terminal until it is gone."""
    notes, first, second = sys.argv[1:]
    signal.signal(signal.SIGUSR1, lambda *_: show(second))
    tty.setraw(0)
    show(first)
    with open(notes, "ab", buffering=0) as typed:
        while data := os.read(0, 65536):
            typed.write(data)


if __name__ == "__main__":
    main()
