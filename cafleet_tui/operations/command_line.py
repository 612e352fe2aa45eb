"""Run a command line of the human, and complete one, as their shell would."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from cafleet_core import own_module
from cafleet_core.broker.registry.open import url_of
from cafleet_core.config import keys
from cafleet_core.errors import InvalidInput, Refused
from cafleet_core.records import Session

MOST_OUTPUT = 256 * 1024
"""Bytes of output after which a command is ended."""

_PROGRAM = "cafleet"
_IS_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_COMPLETION_SECONDS = 5.0
_TAKES_THE_TERMINAL = frozenset(
    ("demo", "host", "mcp", "monitor", "popup", "replay", "server", "tui")
)
_WHO = ("--session-id", "--fleet-id", "--agent-id")


class CommandResult(NamedTuple):
    """What a command has printed, and its exit code, negative if a signal ended it."""

    code: int
    output: str
    is_cut: bool = False


def words_of(line: str) -> tuple[str, ...]:
    """The words of a line, as a shell reads them, without a leading `cafleet`.

    Raises InvalidInput for an open quote, Refused for a command that takes the terminal.
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise InvalidInput(f"{error}.".lower()) from None
    if words[:1] == [_PROGRAM]:
        words = words[1:]
    if words[:1] and words[0] in _TAKES_THE_TERMINAL:
        raise Refused(f"'{words[0]}' needs a terminal of its own; run it in a shell")
    return tuple(words)


class CommandRun:
    """One run of a command line, for the human of a session, without a terminal."""

    def __init__(self, registry: str, session: Session, line: str) -> None:
        self._words = words_of(line)
        self._environment = _environment(registry, session)
        self._session = session
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def wait(self) -> CommandResult:
        """Run it to its end; the thread that calls waits."""
        names = [word.partition("=")[0] for word in self._words]
        who = () if any(name in _WHO for name in names) else _speaker(self._session)
        process = self._process = subprocess.Popen(
            own_module.command("cafleet_core", *who, *self._words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self._environment,
            start_new_session=True,
        )
        if self._stopped:
            self.stop()
        output = b""
        with process:
            stream = process.stdout
            while stream and (read := os.read(stream.fileno(), 65536)):
                output += read
                if len(output) > MOST_OUTPUT:
                    self.stop(signal.SIGKILL)
                    break
        text = output[:MOST_OUTPUT].decode(errors="replace")
        return CommandResult(process.returncode, text, len(output) > MOST_OUTPUT)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Interrupt the command, as ctrl+c does; what it has done stays done."""
        self._stopped = True
        if self._process is not None and self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, how)


def completions(registry: str, session: Session, line: str) -> tuple[str, ...]:
    """The words that a line's last, perhaps empty word may become: names, or else ids."""
    words = line.split()
    at = len(words) - (not line[-1:].isspace() and bool(words))
    if words[:1] != [_PROGRAM]:
        line, at = f"{_PROGRAM} {line}", at + 1
    asked = {
        "_CAFLEET_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(at),
    }
    with suppress(subprocess.SubprocessError, OSError):
        ran = subprocess.run(  # a completion runs no command
            own_module.command("cafleet_core"),
            env={**_environment(registry, session), **asked},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_COMPLETION_SECONDS,
            check=False,
        )
        offered = [row.partition(",") for row in ran.stdout.decode().splitlines()]
        words = [word for kind, _, word in offered if kind == "plain" and word]
        names = [word for word in words if not _IS_ID.fullmatch(word)]
        return tuple(names or words)
    return ()


def completed(line: str, offered: Sequence[str]) -> str:
    """The line with its last word as long as all that is offered agrees."""
    shared = os.path.commonprefix([*offered])  # noqa: RUF071  # of words, not of paths
    head = line[: len(line) - len(_last(line))]
    if not offered or len(shared) < len(_last(line)):
        return line
    return head + shared + (" " if len(offered) == 1 else "")


def _last(line: str) -> str:
    return "" if line[-1:].isspace() else (line.split() or [""])[-1]


def _speaker(session: Session) -> tuple[str, ...]:
    human = session.administrator_agent_id
    who = ("--agent-id", human) if human else ()
    return ("--session-id", session.session_id, *who)


def _environment(registry: str, session: Session) -> Mapping[str, str]:
    """The room's own, with its registry and session; without colours and cursor moves."""
    return {
        **os.environ,
        keys.DATABASE_URL: url_of(registry),
        keys.SESSION_ID: session.session_id,
        keys.AGENT_ID: session.administrator_agent_id or "",
        "NO_COLOR": "1",
    }
