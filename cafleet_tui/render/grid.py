"""Draw what stands around screens side by side."""

from __future__ import annotations

from textual.content import Content

from cafleet_tui.model.standing import Standing
from cafleet_tui.render import member

NOBODY = Content.styled("Nobody has a screen.", "$text-muted")


def heading(first: int, shown: int, known: int) -> Content:
    """How many screens are shown, and which of them all."""
    if shown == known:
        return Content("Screens")
    which = f" {first + 1}–{first + shown} of {known}"
    return Content.assemble("Screens", (which, "$text-muted"))


def title(standing: Standing) -> Content:
    """Whose screen it is, and what they are doing."""
    look = member.look(standing.state)
    return Content.assemble(
        (f"{look.glyph} ", look.style),
        (member.name(standing), member.name_style(standing)),
        (f"  {member.state(standing)}", look.style),
        (f"  {member.idle(standing)[0]}".rstrip(), "$text-muted"),
    )
