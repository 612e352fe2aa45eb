"""An agent that asks one question after another, and writes down which keys each was given.

`examiner.py LOG`: a line of LOG is a list as JSON, the number of a question and the keys.
"""

from __future__ import annotations

import json
import os
import sys
import tty

ASKED = "Shall step {} be done?"
_SCREEN = (
    "\x1b[2J\x1b[H"
    + ASKED
    + "\r\n❯ 1. Yes\r\n  2. No\r\n  3. Later\r\n\r\nEsc to cancel"
)


def main() -> None:
    """Serve the terminal until it is gone."""
    (path,) = sys.argv[1:]
    tty.setraw(0)
    os.write(1, b"\x1b[?2004h")
    number = 0
    with open(path, "a", encoding="utf-8", buffering=1) as log:
        while True:
            os.write(1, _SCREEN.format(number).encode())
            keys = os.read(0, 65536).decode()
            if not keys:
                return
            log.write(json.dumps([number, keys]) + "\n")
            number += 1


if __name__ == "__main__":
    main()
