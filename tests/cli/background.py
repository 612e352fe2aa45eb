"""A background program that runs a command for a client, as a coding agent's daemon does.

    python -m tests.cli.background (orphan|served) COMMAND…

It has no terminal, and the environment of whoever started it. `orphan` leaves the command
to nobody's child; `served` runs it in a terminal that it opens for its client.
"""

from __future__ import annotations

import os
import pty
import sys


def main(kind: str, *command: str) -> int:
    """Become the program; the exit code of the command, whose output goes where ours goes."""
    reading, writing = os.pipe()
    if os.fork():
        os.close(writing)
        return int(os.read(reading, 8) or b"1")
    os.setsid()
    if kind == "orphan" and os.fork():
        os._exit(0)
    out, err = os.dup(1), os.dup(2)
    child, _ = pty.fork() if kind == "served" else (os.fork(), 0)
    if child == 0:
        os.dup2(out, 1)
        os.dup2(err, 2)
        os.execvp(command[0], command)  # noqa: S606  # the command itself, without a shell
    _, status = os.waitpid(child, 0)
    os.write(writing, b"%d" % os.waitstatus_to_exitcode(status))
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
