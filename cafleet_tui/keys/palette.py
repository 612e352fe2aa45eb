"""The palette's list: every action of the open screen, with its keys or why it is unavailable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from textual.dom import DOMNode
from textual.markup import escape
from textual.screen import Screen

from cafleet_tui.keys.actions import REGIONS, Action, in_region, keys
from cafleet_tui.keys.availability import places, refusal

_WHOLE = ("everywhere", "room", "plain_keys", "acts")


class Offer(NamedTuple):
    """An action, the node that has it, and why it is unavailable, if it is."""

    action: Action
    home: DOMNode
    refusal: str | None = None

    @property
    def title(self) -> str:
        """Its name, with the region if the name alone is ambiguous."""
        region = self.action.region
        known = region in _WHOLE
        return (
            self.action.label if known else f"{self.action.label} ({REGIONS[region]})"
        )

    def help(self, keymap: Mapping[str, str]) -> str:
        """Its meaning, keys and command; or why it is unavailable."""
        if self.refusal:
            return escape(f"Not now: {self.refusal}")
        parts = [self.action.tooltip, " ".join(keys(self.action.id, keymap))]
        if self.action.command:
            parts.append(f"$ {self.action.command}")
        return escape(" · ".join(parts))


def offers(screen: Screen[Any]) -> Iterator[Offer]:
    """The actions of this screen, each once."""
    seen: set[tuple[str, DOMNode]] = set()
    for region, home in places(screen):
        for action in in_region(region):
            if (action.action, home) not in seen:
                seen.add((action.action, home))
                yield Offer(action, home, refusal(screen, action))
