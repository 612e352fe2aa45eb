"""Choose valid and free names for imported agents."""

from __future__ import annotations

import re

from cafleet_core import text
from cafleet_core.broker.directory.agents import LONGEST_NAME, MARKS
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

_MARKS = re.compile("[" + re.escape("".join(sorted(MARKS))) + "]")
_NAMELESS = "agent"


def fitting(name: str, taken: Container[str] = ()) -> str:
    """`name` if it is valid and free, otherwise the nearest such name; deterministic.

    `taken` holds case-folded names; a taken name gets the first free number appended.
    """
    plain = _plain(name)
    chosen, number = plain, 1
    while chosen.casefold() in taken:
        number += 1
        ending = f"-{number}"
        chosen = plain[: LONGEST_NAME - len(ending)].rstrip() + ending
    return chosen


def _plain(name: str) -> str:
    """The name on one line, within the length limit, unlike an option, a mention or `all`."""
    clean = text.label(_MARKS.sub(" ", text.storable(name))).lstrip("-@ ")
    clean = clean[:LONGEST_NAME].rstrip() or _NAMELESS
    return f"{_NAMELESS}-{clean}" if clean.casefold() == "all" else clean
