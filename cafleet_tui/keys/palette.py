"""The palette's list: every action that the open screen has, with its keys, or why it cannot work."""

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
    """An action, the node whose action it is, and why it cannot work now, if it cannot."""

    action: Action
    home: DOMNode
    refusal: str | None = None

    @property
    def title(self) -> str:
        """Its name, with the region where the name alone says too little."""
        region = self.action.region
        known = region in _WHOLE
        return (
            self.action.label if known else f"{self.action.label} ({REGIONS[region]})"
        )

    def help(self, keymap: Mapping[str, str]) -> str:
        """What it does, its keys and its command; or the reason why it cannot work."""
        if self.refusal:
            return escape(f"Not now: {self.refusal}")
        parts = [self.action.tooltip, " ".join(keys(self.action.id, keymap))]
        if self.action.command:
            parts.append(f"$ {self.action.command}")
        return escape(" · ".join(parts))


def offers(screen: Screen[Any]) -> Iterator[Offer]:
    """The actions that can be asked for over this screen, each once."""
    seen: set[tuple[str, DOMNode]] = set()
    for region, home in places(screen):
        for action in in_region(region):
            if (action.action, home) not in seen:
                seen.add((action.action, home))
                yield Offer(action, home, refusal(screen, action))
