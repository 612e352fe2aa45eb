"""A program that asks one question after another, and writes down what it is given.

`asker.py LOG QUESTION...`: each question is words, then its answers, separated by `|`; an
answer that begins with `+` takes words. The next one is asked when the last is answered; in
the end the program is at rest. A signal USR1 has it ask the next one unasked-for.
"""

from __future__ import annotations

import os
import signal
import sys
import tty
from pathlib import Path

_AT_REST = "● Understood.\r\n────\r\n❯ \r\n────"


def screen(question: str) -> str:
    """How a question looks."""
    asked, *answers = question.split("|")
    options = [
        f"{'❯' if number == 1 else ' '} {number}. {words.removeprefix('+')}"
        for number, words in enumerate(answers, 1)
    ]
    return "\r\n".join(["────", f"  {asked}", *options, "────", "  Esc to cancel"])


class Asker:
    """The questions that are still to ask."""

    def __init__(self, log: Path, questions: list[str]) -> None:
        self._log = log
        self._left = questions
        self._words = b""
        signal.signal(signal.SIGUSR1, lambda *_: self._ask_next())

    def serve(self) -> None:
        """Serve the terminal until it is gone."""
        self._draw()
        while data := os.read(0, 65536):
            self._log.open("ab").write(data)
            self._take(data)

    def _take(self, data: bytes) -> None:
        self._words += data
        if not self._left:
            return
        answers = self._left[0].split("|")[1:]
        digit = self._words[:1].decode("ascii", "replace")
        takes = digit.isdigit() and 0 < int(digit) <= len(answers)
        if takes and (
            not answers[int(digit) - 1].startswith("+") or self._words.endswith(b"\r")
        ):
            self._ask_next()

    def _ask_next(self) -> None:
        self._words = b""
        self._left = self._left[1:]
        self._draw()

    def _draw(self) -> None:
        drawn = screen(self._left[0]) if self._left else _AT_REST
        os.write(1, f"\x1b[2J\x1b[H{drawn}".encode())


if __name__ == "__main__":
    tty.setraw(0)
    log = Path(sys.argv[1])
    log.touch()
    Asker(log, sys.argv[2:]).serve()
