"""The cues of a coding agent: what its screen and its title look like in each state."""

from __future__ import annotations

from typing import NamedTuple


class Cues(NamedTuple):
    """Regular expressions for lines at the end of a screen, and for a pane's title."""

    waiting: tuple[str, ...] = ()
    busy: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()
    title_waiting: tuple[str, ...] = ()
    title_busy: tuple[str, ...] = ()

    def dump(self) -> str:
        """The cues as lines `<kind> <expression>`, for a placement to carry along."""
        return "\n".join(
            f"{kind} {pattern}"
            for kind, patterns in self._asdict().items()
            for pattern in patterns
        )


def parse(lines: str) -> Cues:
    """The cues that `dump` wrote; unknown kinds are left out."""
    found: dict[str, list[str]] = {kind: [] for kind in Cues._fields}
    for line in lines.splitlines():
        kind, _, pattern = line.partition(" ")
        if kind in found and pattern:
            found[kind].append(pattern)
    return Cues(**{kind: tuple(patterns) for kind, patterns in found.items()})
