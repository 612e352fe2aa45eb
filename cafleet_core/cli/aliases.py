"""The other words that a command answers to."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ALIASES = {
    "fleet": ("session",),
    "register": ("agent", "register"),
    "deregister": ("agent", "deregister"),
    "send": ("message", "send"),
    "broadcast": ("message", "broadcast"),
    "poll": ("message", "poll"),
    "ack": ("message", "ack"),
    "cancel": ("message", "cancel"),
    "get-task": ("message", "show"),
}
"""First words, and the words of the command that each stands for."""


def canonical(words: Sequence[str]) -> tuple[str, ...]:
    """The words of a command as its documentation spells them."""
    first, *rest = words
    return *ALIASES.get(first, (first,)), *rest
