"""Draw how the list of members is arranged."""

from __future__ import annotations

from textual.content import Content

from cafleet_core.views import RosterOrder
from cafleet_tui.model.member_order import Arrangement
from cafleet_tui.render.safe_text import label

FILTER = Content.styled("List those alone with", "bold $primary")
FILTER_HINT = "a name, a state, a note, a branch …"

_MOST_WORDS = 16
"""Cells of the filter's words in a title."""

_ORDERS = {
    RosterOrder.NEED: "who needs you comes first",
    RosterOrder.NAME: "by name",
    RosterOrder.STATE: "by state",
    RosterOrder.ACTIVITY: "who did something last comes first",
}

_SHORT = {
    RosterOrder.NAME: "by name",
    RosterOrder.STATE: "by state",
    RosterOrder.ACTIVITY: "by activity",
}


def title(arrangement: Arrangement, listed: int, known: int) -> Content:
    """The title of the list: its order, if it has another, and how many of all a filter lists."""
    parts = [("Members", "")]
    if arrangement.order in _SHORT:
        parts.append((f" {_SHORT[arrangement.order]}", "$text-muted"))
    if words := label(arrangement.words):
        shown = words if len(words) <= _MOST_WORDS else words[:_MOST_WORDS] + "…"
        parts.append((f"  {shown} ", "bold $warning"))
        parts.append((f"{listed} of {known}", "$text-muted"))
    return Content.assemble(*parts)


def pinned(name: str, is_pinned: bool) -> Content:
    """What became of a pin."""
    words = "stays on top of the list" if is_pinned else "is no longer pinned"
    return Content.styled(f"✓ {label(name)} {words}", "$success")


def ordered(order: RosterOrder) -> Content:
    """In which order the members are listed now."""
    return Content.styled(f"✓ Members: {_ORDERS[order]}", "$success")
