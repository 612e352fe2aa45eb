"""Names for agents that come from elsewhere: the nearest one that is allowed and free."""

from __future__ import annotations

import re
from collections.abc import Container

from cafleet_core import text
from cafleet_core.broker.directory.agents import LONGEST_NAME, MARKS

_MARKS = re.compile("[" + re.escape("".join(sorted(MARKS))) + "]")
_NAMELESS = "agent"


def fitting(name: str, taken: Container[str] = ()) -> str:
    """`name` itself where it may be used, else the nearest name that may; always the same.

    `taken` are names in folded case: one that is taken gets the first free number behind it.
    """
    plain = _plain(name)
    chosen, number = plain, 1
    while chosen.casefold() in taken:
        number += 1
        ending = f"-{number}"
        chosen = plain[: LONGEST_NAME - len(ending)].rstrip() + ending
    return chosen


def _plain(name: str) -> str:
    """One line, neither too long nor empty, that nothing else is written like."""
    clean = text.label(_MARKS.sub(" ", text.storable(name))).lstrip("-@ ")
    clean = clean[:LONGEST_NAME].rstrip() or _NAMELESS
    return f"{_NAMELESS}-{clean}" if clean.casefold() == "all" else clean
