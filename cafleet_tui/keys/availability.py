"""Whether an action is available: for the line of keys, the palette and the keys themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol, runtime_checkable

from textual.actions import ActionParseResult
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import Screen

from cafleet_tui.keys.actions import Action, in_region

_SAYS_IT_ITSELF = ("acts",)

_LETTERS = ("plain_keys", "acts")
"""The regions whose keys are text where one writes."""


@runtime_checkable
class Acting(Protocol):
    """A screen with actions of the registry."""

    def places(self) -> Iterator[tuple[str, DOMNode]]:
        """Its regions, each with the node that has its actions."""

    def refusal(self, action: Action, /) -> str | None:
        """Why an action is unavailable; None if it is available."""

    def say(self, outcome: Content, /) -> None:
        """Show an outcome."""


def refusal(screen: Screen[Any], action: Action) -> str | None:
    """Why an action is unavailable over this screen; None if it is available."""
    return screen.refusal(action) if isinstance(screen, Acting) else None


def said_instead(
    screen: Screen[Any], action: str | ActionParseResult, home: DOMNode | None
) -> str | None:
    """What to show instead of running an unavailable action; None if it is available.

    Operations on members refuse themselves, with their CLI equivalent.
    """
    for region, place in places(screen):
        if place is home and region not in _SAYS_IT_ITSELF:
            for known in in_region(region):
                if known.action == action and (why := refusal(screen, known)):
                    return f"{known.label}: {why}"
    return None


def places(screen: Screen[Any]) -> Iterator[tuple[str, DOMNode]]:
    """The regions of this screen's actions, each with the node that carries them out."""
    yield "everywhere", screen
    if isinstance(screen, Acting):
        yield from screen.places()


def here(screen: Screen[Any]) -> list[str]:
    """The regions whose keys work where the focus is, the nearest first."""
    focused = screen.focused
    around: list[DOMNode] = [screen]
    if focused is not None:
        around = [*focused.ancestors_with_self]
    depths = {
        region: around.index(node) for region, node in places(screen) if node in around
    }
    writes = focused is not None and focused.check_consume_key("a", "a")
    for region in _LETTERS if writes else ():
        depths.pop(region, None)
    depths["everywhere"] = len(around)
    return sorted(depths, key=depths.__getitem__)
