"""The words around the line for a search."""

from __future__ import annotations

from textual.content import Content

from cafleet_tui.render.safe_text import label

TITLE = Content.styled("Search the timeline", "bold $primary")

LEGEND = Content.styled(
    "words · from: to: with:NAME · is:unacked is:held · has:file · since:2h · an id",
    "$text-muted",
)


def complaint(words: str) -> Content:
    """What is not understood."""
    return Content.styled(f"! {label(words)}", "$text-warning")


def no_such_message(reference: str) -> Content:
    """That an id names no message, or several."""
    return Content.styled(f"No one message has the id {label(reference)}", "$warning")
