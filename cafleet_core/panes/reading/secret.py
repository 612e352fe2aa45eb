"""Whether a program reads a password: its terminal takes whole lines without echo."""

from __future__ import annotations

import os

from cafleet_core.process import PROC


def is_asked_for(pid: int, proc: str = PROC) -> bool:
    """Whether the terminal of a process takes a whole line and shows none of it.

    A program that draws its own input box takes every key as it comes.
    """
    import termios  # of few agents nothing else is known

    try:
        terminal = os.open(
            f"{proc}/{pid}/fd/0", os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK
        )
    except OSError:
        return False
    try:
        modes = termios.tcgetattr(terminal)[3]
    except termios.error:  # it is no terminal
        return False
    finally:
        os.close(terminal)
    return bool(modes & termios.ICANON) and not modes & termios.ECHO
