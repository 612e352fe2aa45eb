"""An agent that asks at random moments, and writes down what it is given in which state.

`asker.py LOG SEED LOOK`: LOOK is `plain`, `parked` (the cursor never moves) or `alternate`
(parked on the alternate screen). A line of LOG is a list as JSON: a state, null where it
begins, else what was read in it, and how many seconds it had stood by then.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import select
import sys
import time
import tty

BOX = "box"
QUESTION = "question"

LONGEST = 0.3
"""Seconds that a state lasts at most."""

_SCREENS = {
    BOX: "some work was done\r\n\r\n────────\r\n❯\u00a0\r\n────────\r\n  ? for help",
    QUESTION: "some work was done\r\n\r\nDo you want to proceed?\r\n❯ 1. Yes\r\n  2. No\r\n  esc",
}
_LOOKS = {"plain": ("", ""), "parked": ("", "\x1b[10;10H")}
_LOOKS["alternate"] = ("\x1b[?1049h", "\x1b[10;10H")


def main() -> None:
    """Serve the terminal until it is gone."""
    path, seed, look = sys.argv[1:]
    chance = random.Random(seed)  # noqa: S311  # to be repeated
    begin, park = _LOOKS[look]
    tty.setraw(0)
    os.write(1, f"{begin}\x1b[?2004h".encode())
    with open(path, "a", encoding="utf-8", buffering=1) as log:
        for state in itertools.cycle((BOX, QUESTION)):
            os.write(1, f"\x1b[2J\x1b[H{_SCREENS[state]}{park}".encode())
            drawn = time.monotonic()
            log.write(json.dumps([state, None, 0]) + "\n")
            until = drawn + chance.choice((0.01, 0.03, LONGEST)) * chance.random()
            # what came in time is taken before anything else is drawn
            while select.select([0], [], [], max(0.0, until - time.monotonic()))[0]:
                if not (data := os.read(0, 65536)):
                    return
                age = time.monotonic() - drawn
                log.write(json.dumps([state, data.decode(), age]) + "\n")


if __name__ == "__main__":
    main()
