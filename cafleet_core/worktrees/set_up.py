"""Run the user's own command in a new tree, such as `npm ci`: never one of the repository."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from contextlib import suppress

from cafleet_core import text
from cafleet_core.errors import Refused
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import IO

_LAST_BYTES = 4096
_LAST_LINES = 20


def run(
    command: Sequence[str], folder: str, variables: Mapping[str, str], seconds: float
) -> None:
    """Run a command by its words, without a shell, in a tree.

    Raises Refused, with its last lines, if it cannot be run, fails, or is not done in time;
    then it and all that it has started is ended.
    """
    shown = text.cut(text.one_line(" ".join(command)), 80)
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(
                list(command),
                cwd=folder,
                env={**os.environ, **variables},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise Refused(f"worktree.setup: {shown} cannot be run: {why}.") from None
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            _end(process)
            raise Refused(
                f"worktree.setup: {shown} was not done in {seconds:g} s.{_tail(output)}",
                "`worktree.setup_timeout` in config.toml gives it longer.",
            ) from None
        except BaseException:
            _end(process)
            raise
        if code != 0:
            raise Refused(f"worktree.setup: {shown} ended with {code}.{_tail(output)}")


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _tail(output: IO[bytes]) -> str:
    """The last lines of an output, quoted, to stand below a message."""
    size = output.seek(0, os.SEEK_END)
    output.seek(max(0, size - _LAST_BYTES))
    shown = text.sanitise(output.read().decode("utf-8", "replace"))
    lines = [line for line in shown.splitlines() if line.strip()]
    return "".join(f"\n| {line}" for line in lines[-_LAST_LINES:])
