"""Run a rule's action as a process with a time limit, and keep the end of its output."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
from contextlib import suppress

from cafleet_core import own_module, text
from cafleet_core.broker.supervision.background import IDENTITY
from cafleet_core.event_rules import message
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import IO

    from cafleet_core.event_rules.message import Notice
    from cafleet_core.event_rules.rule import EventRule
    from cafleet_core.records import Event

LONGEST_SECONDS = 10.0
_LONGEST_OUTPUT = 2000


class Outcome(NamedTuple):
    """The result of a run: whether it succeeded, how it ended, and the end of its output."""

    ok: bool
    words: str
    output: str = ""


class Program:
    """A command that runs, or has failed to start."""

    def __init__(self, rule: EventRule, event: Event, notice: Notice) -> None:
        self._deadline = time.monotonic() + LONGEST_SECONDS
        self._output: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # for as long as it runs
        self._failure = ""
        self._process: subprocess.Popen[bytes] | None = None
        with tempfile.TemporaryFile() as given:
            given.write(json.dumps(_input(rule, notice)).encode())
            given.seek(0)
            self._start(_words(rule), message.variables(event, notice), given)

    def _start(
        self, words: list[str], variables: dict[str, str], given: IO[bytes]
    ) -> None:
        kept = {name: os.environ[name] for name in os.environ if name not in IDENTITY}
        try:
            self._process = subprocess.Popen(
                words,
                stdin=given,
                stdout=self._output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env={**kept, **variables},
                start_new_session=True,
            )
        except OSError as error:
            self._failure = f"{words[0]}: {error.strerror}"

    def outcome(self) -> Outcome | None:
        """The outcome, to be asked for once; None while it runs. Kills it when its time is over."""
        if self._process is None:
            return Outcome(False, self._failure, self._printed())
        code = self._process.poll()
        if code is not None:
            return Outcome(code == 0, f"exit code {code}", self._printed())
        if time.monotonic() < self._deadline:
            return None
        self.kill()
        return Outcome(False, f"killed after {LONGEST_SECONDS:.0f} s", self._printed())

    def wait(self) -> Outcome:
        """Wait for the outcome, to be asked for once; kills it when its time is over."""
        self.wait_for_end()
        while (outcome := self.outcome()) is None:
            pass  # it has ended, or its time is over
        return outcome

    def wait_for_end(self) -> None:
        """Wait until it has ended, or its time is over."""
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(max(0.0, self._deadline - time.monotonic()))

    def kill(self) -> None:
        """Kill it and all processes of its group."""
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _printed(self) -> str:
        """The end of its output; closes the file that holds it."""
        with self._output:
            size = self._output.seek(0, os.SEEK_END)
            self._output.seek(max(0, size - _LONGEST_OUTPUT))
            printed = self._output.read(_LONGEST_OUTPUT).decode("utf-8", "replace")
        return text.sanitise(printed).strip()


def _words(rule: EventRule) -> list[str]:
    """The command's words; a notification is sent by a process too, because that may hang."""
    if rule.run:
        return [os.path.expanduser(rule.run[0]), *rule.run[1:]]
    return own_module.command("cafleet_core.event_rules.notify")


def _input(rule: EventRule, notice: Notice) -> object:
    """The document for the process's standard input, which keeps a URL's password private."""
    if rule.run:
        return notice.document
    return {"url": rule.notify, "title": notice.title, "body": notice.body}
