"""Draw what a command line of the human has printed."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from cafleet_tui.operations.command_line import MOST_OUTPUT, CommandResult
from cafleet_tui.render.safe_text import label, sanitised

TITLE = Content("Command")

ASKED = Content.styled("A command of cafleet's, without the word", "$text-muted")

_MOST_OFFERED = 40


def running(line: str) -> Content:
    """That the command runs."""
    return Content.styled(f"{label(line)} …", "$text-muted")


def output(result: CommandResult) -> Content:
    """What it has printed, and where that was cut."""
    printed = Content(sanitised(result.output).rstrip("\n"))
    if not result.is_cut:
        return printed
    ended = f"\n… ended after {MOST_OUTPUT // 1024} KiB"
    return Content.assemble(printed, (ended, "$text-warning"))


def ended(line: str, result: CommandResult) -> Content:
    """What was run, and how it ended."""
    mark, style = ("✓", "$success") if result.code == 0 else ("✗", "$warning")
    how = ""
    if result.code > 0:
        how = f"  exit code {result.code}"
    elif result.code < 0:
        how = f"  ended by signal {-result.code}"
    return Content.assemble((f"{mark} ", style), label(line), (how, "$text-muted"))


def refused(message: str) -> Content:
    """Why a line cannot be run."""
    return Content.styled(label(message), "$text-warning")


def offered(words: Sequence[str]) -> Content:
    """The words that may stand next."""
    shown = "  ".join(label(word) for word in words[:_MOST_OFFERED])
    more = f"  +{len(words) - _MOST_OFFERED}" if len(words) > _MOST_OFFERED else ""
    return Content.styled(f"{shown}{more}", "$text-muted")
