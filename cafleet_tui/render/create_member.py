"""What became of the wish for a new member, in one line."""

from __future__ import annotations

from textual.content import Content

from cafleet_core.requests import MemberRequest, StartResult
from cafleet_core.text import cut
from cafleet_tui.render import status_line
from cafleet_tui.render.safe_text import label

_LONGEST_NAME = 20


def outcome(wish: MemberRequest, started: StartResult, command: str) -> Content:
    """Whether it is ready for input, and the command that does the same."""
    return Content.assemble(
        ("✓ ", "$success"),
        f"{_name(wish)} started: {status_line.readiness(started)}",
        status_line.twin(command),
    )


def failure(wish: MemberRequest, text: str, command: str) -> Content:
    """Why there is no new member."""
    return Content.assemble(
        status_line.warning(f"{_name(wish)} not started: {text}"),
        status_line.twin(command),
    )


def _name(wish: MemberRequest) -> str:
    return cut(label(wish.name), _LONGEST_NAME)
