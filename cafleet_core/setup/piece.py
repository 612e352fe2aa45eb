"""The pieces that can be set up, and their states."""

from __future__ import annotations

from typing import Protocol

from cafleet_core.fast_types import NamedTuple

ABSENT = "absent"
PRESENT = "present"
STALE = "stale"
"""It is incomplete, or an earlier version of cafleet wrote it."""
FOREIGN = "foreign"
"""Its place holds something that was changed by hand, or is not from cafleet."""
BROKEN = "broken"
"""The file is not valid in its format."""


class Edit(Protocol):
    """A change of one file's text; None stands for a missing file.

    Each method raises ValueError for a text in an unexpected form; its message continues
    a sentence that begins with the file's name.
    """

    def state(self, text: str | None, /) -> str:
        """ABSENT, PRESENT, STALE or FOREIGN."""

    def put(self, text: str | None, /) -> str | None:
        """The text with this version's edit, which also replaces a foreign one."""

    def take(self, text: str | None, /) -> str | None:
        """The text without the edit; changes by hand stay."""


class Target(NamedTuple):
    """A file and its edit; `is_prose` for a file that is not shown as a diff."""

    path: str
    edit: Edit
    is_prose: bool = False


class Piece(NamedTuple):
    """One thing that a coding agent needs; `note` says what the user still has to do.

    `parting` says the same once it was removed. `home` is the folder of the agent's settings.
    A spare piece is not needed, as something else already serves its purpose.
    """

    name: str
    agent: str
    purpose: str
    home: str
    targets: tuple[Target, ...]
    note: str = ""
    is_spare: bool = False
    parting: str = ""
