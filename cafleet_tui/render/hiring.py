"""What became of the wish for a new member, in one line."""

from __future__ import annotations

from textual.content import Content

from cafleet_core.broker.spawning import Wish
from cafleet_core.broker.starting import Started
from cafleet_core.text import cut
from cafleet_tui.render import status
from cafleet_tui.render.drawn import label

_LONGEST_NAME = 20


def outcome(wish: Wish, started: Started, command: str) -> Content:
    """Whether it is ready for input, and the command that does the same."""
    return Content.assemble(
        ("✓ ", "$success"),
        f"{_name(wish)} started: {status.readiness(started)}",
        status.twin(command),
    )


def failure(wish: Wish, text: str, command: str) -> Content:
    """Why there is no new member."""
    return Content.assemble(
        status.warning(f"{_name(wish)} not started: {text}"), status.twin(command)
    )


def _name(wish: Wish) -> str:
    return cut(label(wish.name), _LONGEST_NAME)
