"""The cues of a coding agent: what its screen and its title look like in each state."""

from typing import NamedTuple


class Cues(NamedTuple):
    """Regular expressions for what is on a screen, and the record that the agent keeps.

    `waiting`, `busy` and `idle` are searched in lines at the end of the screen, the two
    for titles in the pane's title. `composer` and `viewer` are searched in all its lines
    at once, blank ones left out: where the input box begins, so that no question is open
    above it; and a view in which a human reads, which takes no input. `furniture` are
    lines in the input box that the program itself writes there. `record` names what
    `panes.sources` can read of the agent's own account of its state.
    """

    waiting: tuple[str, ...] = ()
    busy: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()
    title_waiting: tuple[str, ...] = ()
    title_busy: tuple[str, ...] = ()
    composer: tuple[str, ...] = ()
    viewer: tuple[str, ...] = ()
    furniture: tuple[str, ...] = ()
    record: tuple[str, ...] = ()

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
