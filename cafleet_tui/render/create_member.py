"""Whether a member was created, in one line."""

from __future__ import annotations

from textual.content import Content

from cafleet_core.requests import MemberRequest, StartResult
from cafleet_core.text import cut
from cafleet_tui.render import status_line
from cafleet_tui.render.safe_text import label

_LONGEST_NAME = 20


def outcome(request: MemberRequest, started: StartResult, command: str) -> Content:
    """Whether it is ready for input, and the CLI equivalent."""
    return Content.assemble(
        ("✓ ", "$success"),
        f"{_name(request)} started: {status_line.readiness(started)}",
        status_line.cli_equivalent(command),
    )


def failure(request: MemberRequest, text: str, command: str) -> Content:
    """Why there is no new member."""
    return Content.assemble(
        status_line.warning(f"{_name(request)} not started: {text}"),
        status_line.cli_equivalent(command),
    )


def _name(request: MemberRequest) -> str:
    return cut(label(request.name), _LONGEST_NAME)
