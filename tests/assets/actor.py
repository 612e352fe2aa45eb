"""A stand-in for Claude Code that carries out the commands of its first prompt.

It is started like Claude Code, draws similar screens and follows a member's rules: it polls, acks
and reports with the command lines of its prompt. Some words in a message trigger more.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import termios
import tty
from collections.abc import Iterator
from typing import NamedTuple

from cafleet_core.demo import keys
from cafleet_core.demo.keys import Decoder, Pasted, Pressed, Typed
from tests.assets import skill_text

LOG = "ACTOR_LOG"
"""The variable that names the file to which every turn is appended."""

ASK = "ASK"
"""Shows a question on its screen, and reports the answer."""
SHELL = "SHELL"
"""Sends the Director a command that was refused to it, and reports the output it is sent."""
STALL = "STALL"
"""Ignores the announcement; only the poll command as a turn makes it poll."""
HANG = "HANG"
"""Acks, and does nothing more until the next message."""

WONDER = "WONDER"
"""Asks the Director in a message before it begins."""

COMMAND = "printf the-%s-is-42 answer"
QUESTION = "Which title?\n❯ 1. Plain\n  2. Playful\n  3. Type something else"
_RULE = "─" * 40
_MESSAGE = re.compile(r"^\[([0-9a-f]{8}) \| from:(\S+) [^\]]*\]\n(.*)$", re.MULTILINE)


class Rules(NamedTuple):
    """The command lines of a member's prompt."""

    poll: str
    ack: str
    send: str

    @classmethod
    def read(cls, prompt: str) -> Rules:
        """The rules of a prompt, in their order; empty ones for an empty prompt."""
        return cls(*skill_text.commands(prompt)) if prompt else cls("", "", "")


class Actor:
    """The agent: runs commands for each turn, in order."""

    def __init__(self, prompt: str) -> None:
        self._rules = Rules.read(prompt)
        self._log = os.environ.get(LOG)
        self._asked_in = ""
        self._printed = ""

    def turn(self, words: str) -> None:
        """Handle a turn."""
        self._note(words)
        if words.startswith("!"):
            self._printed = shell(words[1:])
        elif self._asked_in:
            self._send(self._asked_in, f"The answer was {words}")
            self._asked_in = ""
        elif self._rules.poll and not (
            words.startswith("[cafleet msg") and STALL in words
        ):
            self._work()

    def draw(self, draft: str) -> None:
        """Draw Claude Code's screen at rest or with a question."""
        asks = f"{_RULE}\n{QUESTION}\n{_RULE}\n  Esc to cancel"
        rests = f"● Ready.\n{_RULE}\n❯ {draft}\n{_RULE}"
        _show(asks if self._asked_in else rests)

    @property
    def asks(self) -> bool:
        """Whether the screen shows a question."""
        return bool(self._asked_in)

    def _work(self) -> None:
        for task_id, sender, text in _MESSAGE.findall(shell(self._rules.poll)):
            shell(skill_text.filled(self._rules.ack, {"TASK": task_id}))
            if sender == "Director" and HANG not in text:
                self._act(task_id, text)

    def _act(self, task_id: str, text: str) -> None:
        if ASK in text:
            self._asked_in = task_id
        elif SHELL in text:
            self._send(task_id, f"Please run: {COMMAND}")
        elif WONDER in text:
            self._send(task_id, "May the notes name customers?")
        else:
            self._send(task_id, f"Done: {text} {self._printed}".strip())

    def _send(self, task_id: str, text: str) -> None:
        shell(skill_text.filled(self._rules.send, {"TASK": task_id, "TEXT": text}))

    def _note(self, words: str) -> None:
        if self._log:
            with open(self._log, "a", encoding="utf-8") as file:
                file.write(f"{words}\n")


def shell(line: str) -> str:
    """Run a line as an agent's shell tool does; its output."""
    _show(f"✻ Working… (3s)\n{_RULE}\n❯ \n{_RULE}")
    done = subprocess.run(
        ["bash", "-c", line], capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def events() -> Iterator[keys.Event]:
    """Keys and pastes, until the terminal is closed."""
    decoder = Decoder()
    while data := os.read(0, 65536):
        yield from decoder.feed(data)


def _show(screen: str) -> None:
    drawn = screen.replace("\n", "\r\n")
    os.write(1, f"\x1b[?2004h\x1b[H\x1b[2J{drawn}".encode())


def main() -> None:
    """Serve the terminal until `/exit`; the prompt is the last argument, after all options."""
    prompt = "" if sys.argv[-2].startswith("--") else sys.argv[-1]
    actor, draft = Actor(prompt), ""
    tty.setraw(0, termios.TCSANOW)
    if prompt:
        actor.turn("the first prompt")
    actor.draw("")
    for event in events():
        match event:
            case Typed(words) if actor.asks:
                actor.turn(words)
            case Typed(words) | Pasted(words):
                draft += words
            case Pressed(keys.ENTER) if draft == "/exit":
                return
            case Pressed(keys.ENTER) if draft:
                actor.turn(draft)
                draft = ""
        actor.draw(draft)


if __name__ == "__main__":
    main()
