"""Carry out the actions of turns in order, without blocking."""

from __future__ import annotations

import os
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterable

from cafleet_core import own_module
from cafleet_core.demo import actions, screen, turns
from cafleet_core.demo.actions import (
    Action,
    Ask,
    Command,
    Leave,
    Poll,
    Say,
    Shell,
    Work,
)
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cafleet_core.demo.turns import Profile

_DOING = "Reading"
_CHUNK = 65536

Tell = Callable[[str, str, str], None]
"""Adds to the transcript: mark, text, style."""


class Identity(NamedTuple):
    """The caller of `cafleet`; None leaves it to `cafleet` to find by the pane."""

    session_id: str | None
    agent_id: str | None

    def arguments(self, command: Iterable[str]) -> list[str]:
        """A command's arguments, with the caller's flags added where they are missing."""
        words = [*command]
        if self.session_id and "--session-id" not in words:
            words[:0] = ["--session-id", self.session_id]
        if self.agent_id and "--agent-id" not in words:
            words += ["--agent-id", self.agent_id]
        return words if "--json" in words else [*words, "--json"]


class Worker:
    """Queues turns and acts on them. Call `advance` when `source` is readable or at `due`."""

    def __init__(self, who: Profile, identity: Identity, tell: Tell) -> None:
        self._who = who
        self._identity = identity
        self._tell = tell
        self._turns: deque[str] = deque()
        self._actions: deque[Action] = deque()
        self._heard: frozenset[str] = frozenset()
        self._running: tuple[Command | Poll | Shell, subprocess.Popen[bytes]] | None
        self._running = None
        self._printed = b""
        self._doing = _DOING
        self.due: float | None = None
        self.question: Ask | None = None
        self.left = False

    @property
    def working(self) -> str | None:
        """The current work; None at rest and at a question."""
        if self._running is not None or self.due is not None:
            return self._doing
        return None

    @property
    def queued(self) -> int:
        """The number of turns that wait for earlier ones."""
        return len(self._turns)

    @property
    def source(self) -> int | None:
        """The file descriptor of a running command's output, if there is one."""
        process = self._running[1] if self._running else None
        return process.stdout.fileno() if process and process.stdout else None

    def submit(self, turn: str) -> None:
        """Queue a turn; it is echoed and acted on after those before it."""
        self._turns.append(turn)

    def answer(self, number: int) -> None:
        """Choose an option of the question; an unknown number is ignored."""
        question = self.question
        if question is None or not 1 <= number <= len(question.options):
            return
        self._tell(screen.REMARK, question.question, screen.PLAIN)
        self._tell(screen.THEIRS, question.options[number - 1], screen.DIM)
        self.question = None
        self._actions.extendleft(reversed(question.then[number - 1]))

    def advance(self) -> None:
        """Carry out every action that is possible now."""
        while not self._held_up() and self._next():
            pass

    def interrupt(self) -> None:
        """Give up the current work, and what would follow it; queued turns stay."""
        if self.working is None:
            return
        self.stop()
        self._running = self.due = None
        self._actions.clear()
        self._tell(screen.REMARK, "Interrupted.", screen.PLAIN)

    def stop(self) -> None:
        """End a running command."""
        if self._running:
            self._running[1].kill()
            self._running[1].communicate()

    def _held_up(self) -> bool:
        if self._running:
            return self._still_running()
        if self.due is not None and time.monotonic() < self.due:
            return True
        self.due = None
        return self.question is not None or self.left

    def _next(self) -> bool:
        """Begin the next action; False if there is none."""
        if self._actions:
            self._begin(self._actions.popleft())
            return True
        if self._turns:
            turn = self._turns.popleft()
            self._tell(screen.THEIRS, actions.shortened(turn), screen.BOLD)
            self._doing = _DOING
            self._actions.extend(turns.decide(turn, self._who))
            return True
        return False

    def _begin(self, action: Action) -> None:
        match action:
            case Say(words):
                self._tell(screen.REMARK, words, screen.PLAIN)
            case Work(seconds, doing):
                self.due, self._doing = time.monotonic() + seconds, doing
            case Ask():
                self.question = action
            case Leave():
                self.left = True
            case Command(arguments) | Poll(arguments):
                self._tell(screen.COMMAND, actions.shown(arguments), screen.DIM)
                command = self._identity.arguments(arguments)
                self._run(action, own_module.command("cafleet_core", *command))
            case Shell(command_line):
                self._run(action, ["/bin/sh", "-c", command_line])

    def _run(self, action: Command | Poll | Shell, argv: list[str]) -> None:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if isinstance(action, Shell) else subprocess.PIPE,
        )
        assert process.stdout is not None  # noqa: S101  # `stdout=PIPE` sets it
        os.set_blocking(process.stdout.fileno(), False)
        self._running, self._printed = (action, process), b""

    def _still_running(self) -> bool:
        """Read the command's output; False once it has ended and its output is handled."""
        assert self._running is not None  # noqa: S101  # its one caller checks that
        action, process = self._running
        try:
            chunk = os.read(self.source or 0, _CHUNK)
        except BlockingIOError:
            return True
        if chunk:
            self._printed += chunk
            return True
        _, complaint = process.communicate()
        self._running = None
        printed = (self._printed + (complaint or b"")).decode("utf-8", "replace")
        self._take_in(action, process.returncode, printed)
        return False

    def _take_in(self, action: Command | Poll | Shell, code: int, printed: str) -> None:
        if isinstance(action, Shell) or code:
            self._tell(
                screen.OUTPUT, printed.rstrip("\n") or f"exit {code}", screen.DIM
            )
        elif isinstance(action, Poll):
            messages = turns.messages_in(printed)
            self._actions.extendleft(
                reversed(turns.answer(messages, self._who, self._heard))
            )
            self._heard |= {message.sender for message in messages}
