"""Screens of real coding agents, written down with the state that each is in."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Self

HERE = Path(__file__).parent
_HEADER = ("expected", "version", "command", "title", "cursor")
_MORE = ("caret", "alternate", "processes", "record")
"""What is noted since the newer versions; the older recordings do not have it."""
_END = "#\n"


class Screen(NamedTuple):
    """What a pane showed, with colours, and what it is to be read as.

    `caret` and `alternate` are tmux's flags, `processes` those of the terminal's foreground
    group with their state (`claude:S vim:S`), `record` the status in Claude Code's own record.
    """

    agent: str
    name: str
    expected: str
    version: str
    command: str
    title: str
    cursor: str
    text: str
    caret: str = ""
    alternate: str = ""
    processes: str = ""
    record: str = ""

    @property
    def path(self) -> Path:
        """Where it is kept: a folder for each version of each agent."""
        return HERE / self.agent / self.version / f"{self.name}.txt"

    def write(self) -> None:
        """Keep it at its path."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        keys = [*_HEADER, *(key for key in _MORE if getattr(self, key))]
        header = "".join(f"# {key}: {getattr(self, key)}\n" for key in keys)
        self.path.write_text(header + _END + self.text + "\n", "utf-8")

    @classmethod
    def read(cls, path: Path) -> Self:
        """The screen that `write` left at `path`."""
        header, _, text = path.read_text("utf-8").partition(_END)
        lines = (line[2:].partition(": ") for line in header.splitlines())
        values = {key: value for key, _, value in lines}
        return cls(path.parent.parent.name, path.stem, **values, text=text)


def recorded() -> list[Screen]:
    """Every screen that was written down."""
    return [Screen.read(path) for path in sorted(HERE.glob("*/*/*.txt"))]
