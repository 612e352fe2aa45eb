"""The process in a member's pane that runs a command of `member exec`, and records its end.

`python -m cafleet_core.broker.team.command_runner ORDER`, where ORDER is a private file with
all that there is to know: no word of a command meets the agent's own shell.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from cafleet_core import clock, text
from cafleet_core.agents import programs
from cafleet_core.broker.delivery import pending
from cafleet_core.broker.registry.open import open_registry
from cafleet_core.broker.team import executions
from cafleet_core.config import settings
from cafleet_core.errors import CafleetError, RegistryError
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading import execution
from cafleet_core.states import Ending, SenderProof
from cafleet_core.storage import executions as stored

if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from cafleet_core.records import Execution

_PATIENCE_SECONDS = 3.0
"""Seconds that a command has to end by itself once it was told to."""

_TRIES, _BETWEEN_SECONDS = 30, 2.0
"""How often the end is recorded where the registry cannot be reached, and when again."""

_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


class Order(NamedTuple):
    """A command to run: the registry that knows of it, its id, and its lines of shell."""

    url: str
    execution_id: str
    script: str


class _ToldToEnd(BaseException):
    """This process was told to end."""


def write_order(path: Path, order: Order) -> None:
    """Write an order that this user alone can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(order._asdict(), file)


def main(path: str) -> int:
    """Carry out the order at `path`, and remove it; the command's exit code."""
    try:
        order = Order(**json.loads(Path(path).read_text("utf-8")))
        Path(path).unlink()
    except OSError:
        return _nothing_run("it was given up, or has been run before")
    for number in _SIGNALS:
        signal.signal(number, _end)
    try:
        asked = _begun(order)
    except CafleetError as error:
        return _nothing_run(error.message)
    if asked is None:
        return _nothing_run("it was given up")
    _say(f"$ {text.sanitise(asked.command)}")
    ending, code = _run(order.script, asked.seconds)
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    _say(f"The command {_recorded(order, asked, ending, code)}.")
    return code


def _begun(order: Order) -> Execution | None:
    """Note that this process runs the command; None where it is not to be run any more."""
    with closing(open_registry(order.url)) as registry:
        asked = stored.get(registry, order.execution_id)
        if asked is None:
            return None
        with registry.write(asked.session_id):
            if not stored.begin(registry, asked.execution_id, clock.stamp()):
                return None
            noted = execution.running(asked.execution_id)
            stored.hold_pane(registry, asked.agent_id, asked.execution_id, noted)
    return asked


def _run(script: str, seconds: float) -> tuple[Ending, int]:
    """Run lines of shell in a process group of their own; how they ended, and their exit code."""
    shell = programs.which("bash") or "/bin/sh"
    process = subprocess.Popen(
        [shell, "-c", script], stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        return Ending.EXITED, _code(process.wait(seconds))
    except subprocess.TimeoutExpired:
        return Ending.TIMED_OUT, _ended(process)
    except _ToldToEnd:
        return Ending.STOPPED, _ended(process)


def _ended(process: subprocess.Popen[bytes]) -> int:
    """End a process group, if it must be by force; the exit code."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(_PATIENCE_SECONDS)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    return _code(process.wait())


def _code(returned: int) -> int:
    return returned if returned >= 0 else 128 - returned


def _recorded(order: Order, asked: Execution, ending: Ending, code: int) -> str:
    """Record the end; it in words. A registry that is away is tried for a minute."""
    for _ in range(_TRIES):
        try:
            with closing(open_registry(order.url)) as registry:
                executions.end(registry, asked, ending, code, SenderProof.PANE)
                pending.settle(registry, settings.load().push_rules)
                now = stored.get(registry, asked.execution_id)
                return executions.told(now or asked)
        except RegistryError:
            time.sleep(_BETWEEN_SECONDS)
    return "has ended, and nobody could be told"


def _end(_: int, __: FrameType | None) -> Any:
    for each in _SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise _ToldToEnd


def _nothing_run(why: str) -> int:
    _say(f"cafleet: nothing was run: {why}.")
    return 1


def _say(words: str) -> None:
    os.write(1, f"{words}\n".encode())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
