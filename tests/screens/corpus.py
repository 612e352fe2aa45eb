"""Screens of real coding agents, written down with the state that each is in."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Self

HERE = Path(__file__).parent
_HEADER = ("expected", "version", "command", "title", "cursor")
_END = "#\n"


class Screen(NamedTuple):
    """What a pane showed, with colours, and what it is to be read as."""

    agent: str
    name: str
    expected: str
    version: str
    command: str
    title: str
    cursor: str
    text: str

    def write(self, folder: Path) -> None:
        """Keep it as `<folder>/<agent>/<name>.txt`."""
        path = folder / self.agent / f"{self.name}.txt"
        path.parent.mkdir(exist_ok=True)
        header = "".join(f"# {key}: {getattr(self, key)}\n" for key in _HEADER)
        path.write_text(header + _END + self.text + "\n", "utf-8")

    @classmethod
    def read(cls, path: Path) -> Self:
        """The screen that `write` left at `path`."""
        header, _, text = path.read_text("utf-8").partition(_END)
        lines = (line[2:].partition(": ") for line in header.splitlines())
        values = {key: value for key, _, value in lines}
        return cls(path.parent.name, path.stem, **values, text=text)


def recorded() -> list[Screen]:
    """Every screen that was written down."""
    return [Screen.read(path) for path in sorted(HERE.glob("*/*.txt"))]
