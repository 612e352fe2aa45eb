"""The words around the line for a search, and the marks on what was found."""

from __future__ import annotations

from textual.content import Content

from cafleet_tui.render.safe_text import label

TITLE = Content.styled("Search the timeline", "bold $primary")

LEGEND = Content.styled(
    "words · from: to: with:NAME · is:unacked is:held · has:file · since:2h · an id",
    "$text-muted",
)


def marked(row: Content, sought: str) -> Content:
    """A row in which casefolded words are marked wherever they occur."""
    text, at = row.plain.casefold(), 0
    if not sought or len(text) != len(row.plain):
        return row
    while (at := text.find(sought, at)) >= 0:
        end = at + len(sought)
        row = row.stylize("bold $text on $warning-muted", at, end)
        at = end
    return row


def complaint(words: str) -> Content:
    """What is not understood."""
    return Content.styled(f"! {label(words)}", "$text-warning")


def no_such_message(reference: str) -> Content:
    """That an id names no message, or several."""
    return Content.styled(f"No one message has the id {label(reference)}", "$warning")
