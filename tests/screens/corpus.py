"""Recorded screens of real coding agents, each with its expected state."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Self

HERE = Path(__file__).parent
_HEADER = ("expected", "version", "command", "title", "cursor")
_MORE = ("caret", "alternate", "processes", "record")
"""Fields that older recordings lack."""
_END = "#\n"


class Screen(NamedTuple):
    """A pane's capture with colours, and its expected reading.

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
        """The file of the screen, in a folder for each version of each agent."""
        return HERE / self.agent / self.version / f"{self.name}.txt"

    def write(self) -> None:
        """Write the screen to its path."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        keys = [*_HEADER, *(key for key in _MORE if getattr(self, key))]
        header = "".join(f"# {key}: {getattr(self, key)}\n" for key in keys)
        self.path.write_text(header + _END + self.text + "\n", "utf-8")

    @classmethod
    def read(cls, path: Path) -> Self:
        """The screen that `write` wrote to `path`."""
        header, _, text = path.read_text("utf-8").partition(_END)
        lines = (line[2:].partition(": ") for line in header.splitlines())
        values = {key: value for key, _, value in lines}
        return cls(path.parent.parent.name, path.stem, **values, text=text)


def recorded() -> list[Screen]:
    """Every recorded screen."""
    return [Screen.read(path) for path in sorted(HERE.glob("*/*/*.txt"))]
