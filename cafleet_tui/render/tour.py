"""Draw a step of the tour."""

from __future__ import annotations

import re
from collections.abc import Callable

from textual.content import Content

from cafleet_tui.model.tour import STEPS, Tour

_ACTION = re.compile(r"\{([a-z_.]+)\}")

KeyOf = Callable[[str], str]
"""Tells the first key of an action, as it is written for humans."""


def title(tour: Tour) -> str:
    """The number of the step."""
    return f"Tour · {tour.at + 1} of {len(STEPS)}"


def words(tour: Tour, key_of: KeyOf) -> Content:
    """What the step tells, with the keys that the human has for its actions."""
    parts = _ACTION.split(tour.step.words)
    return Content.assemble(
        *(
            (key_of(part), "bold $primary") if number % 2 else part
            for number, part in enumerate(parts)
        )
    )


def hint(tour: Tour, key_of: KeyOf) -> Content:
    """The keys that go on without having done it, and that end the tour."""
    end = f"{key_of('tour.end')} ends the tour"
    return Content(end if tour.is_last else f"{key_of('tour.skip')} skips this · {end}")
