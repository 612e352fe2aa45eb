"""What can be set up, piece by piece, and the states that a piece is found in."""

from typing import NamedTuple, Protocol

ABSENT = "absent"
PRESENT = "present"
STALE = "stale"
"""It is there in part, or as an earlier version of cafleet wrote it."""
FOREIGN = "foreign"
"""Something stands in its place that was changed by hand, or is not from cafleet."""
BROKEN = "broken"
"""The file cannot be read as what it should be."""


class Edit(Protocol):
    """A change of one file's text; None is a file that is not there.

    Each raises ValueError, with words that follow the file's name, for a text that it
    cannot understand.
    """

    def state(self, text: str | None, /) -> str:
        """ABSENT, PRESENT, STALE or FOREIGN."""

    def put(self, text: str | None, /) -> str | None:
        """The text with it, as this version of cafleet has it; foreign or not."""

    def take(self, text: str | None, /) -> str | None:
        """The text without it; what was changed by hand is left."""


class Target(NamedTuple):
    """A file, and what becomes of it; `is_prose` where nobody wants to read that as a diff."""

    path: str
    edit: Edit
    is_prose: bool = False


class Piece(NamedTuple):
    """One thing that a coding agent needs; `note` is what is left for the user to do.

    `home` is the folder of the agent's settings.
    """

    name: str
    agent: str
    purpose: str
    home: str
    targets: tuple[Target, ...]
    note: str = ""
