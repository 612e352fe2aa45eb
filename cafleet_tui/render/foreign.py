"""Foreign text as it is drawn: harmless, and as wide on every terminal as it is counted here."""

from __future__ import annotations

import re

from cafleet_core import text as core

_UNEVEN = re.compile(
    "[\u00ad\u200b-\u200d\u2060\ufeff"  # soft hyphen, zero-width spaces and joiners
    "\ufe00-\ufe0f\U000e0100-\U000e01ef"  # variation selectors
    "\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"  # skin tones, tags
)


def even(text: str) -> str:
    """`text` without what some terminals join with its neighbour and others do not.

    A sign that is drawn wider or narrower than it is counted shifts the rest of its row.
    """
    return text if text.isascii() else _UNEVEN.sub("", text)


def sanitise(text: str) -> str:
    """See `cafleet_core.text`; even."""
    return even(core.sanitise(text))


def one_line(text: str) -> str:
    """See `cafleet_core.text`; even."""
    return even(core.one_line(text))


def label(text: str) -> str:
    """See `cafleet_core.text`; even."""
    return core.label(even(text))
