"""The selected member's operations, as buttons in lines that wrap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content

from cafleet_core.readings import Question
from cafleet_core.text import cut
from cafleet_tui.keys.room_actions import run
from cafleet_tui.operations.member_operations import Operation, OperationResult
from cafleet_tui.render import status_line
from cafleet_tui.render.safe_text import label

_LONGEST_LABEL = 40
_LONGEST_QUESTION = 200
_QUESTION_LINES = 2
_LONGEST_NAME = 20


class Button(NamedTuple):
    """A key and its operation; `reason` is why it is refused now, `answers` marks an answer."""

    key: str
    label: str
    action: str
    reason: str | None = None
    answers: bool = False


class Span(NamedTuple):
    """A button's position: a line, and the cells from `start` up to `end`."""

    line: int
    start: int
    end: int
    button: Button


def answers(question: Question | None) -> list[Button]:
    """A button for each answer that the screen offers."""
    if question is None:
        return []
    return [
        Button(
            str(option.digit),
            cut(label(option.label), _LONGEST_LABEL),
            run("acts.write" if option.free_text else f"acts.answer{option.digit}"),
            answers=True,
        )
        for option in question.options
    ]


def asked(question: Question | None) -> Content:
    """The question: the last lines above its answers, joined."""
    if question is None:
        return Content()
    lines = question.asked.split("\n")[-_QUESTION_LINES:]
    words = cut(label("  ".join(lines)), _LONGEST_QUESTION)
    return Content.styled(words, "bold $warning")


def lay_out(
    buttons: Sequence[Button], width: int, top: int = 0
) -> tuple[list[Content], list[Span]]:
    """The buttons on lines of at most `width` cells, and their positions from line `top` on.

    Answers that do not fit on one line together get a line each.
    """
    listed = sum(map(_cells, buttons)) > width
    lines: list[list[Content]] = []
    spans: list[Span] = []
    column = width
    for button in buttons:
        room = _cells(button)
        if column + room > width or (listed and button.answers):
            lines.append([])
            column = 0
        spans.append(Span(top + len(lines) - 1, column, column + room, button))
        lines[-1].append(_drawn(button))
        column += room
    return [Content.assemble(*line) for line in lines], spans


def reasons(buttons: Sequence[Button]) -> Content:
    """Why some of them are unavailable, each reason once."""
    labels_of: dict[str, list[str]] = {}
    for button in buttons:
        if button.reason:
            labels_of.setdefault(button.reason, []).append(button.label)
    lines = [f"{', '.join(labels)}: {reason}" for reason, labels in labels_of.items()]
    return Content.styled(" · ".join(lines), "$text-muted")


def outcome(operation: Operation, result: OperationResult, command: str) -> Content:
    """The operation and its member, and the CLI equivalent."""
    return Content.assemble(
        ("✓ ", "$success"),
        f"{operation.verb} {_name(operation)}: {label(result.summary)}",
        status_line.cli_equivalent(command),
    )


def ending(unacked: int) -> Content:
    """The consequences of deleting an agent with `unacked` open deliveries."""
    return Content(
        f"Its agent is asked to exit, and its pane closes.{_failing(unacked)}"
        " What was said stays in the timeline."
    )


def releasing(unacked: int) -> Content:
    """The consequences of letting a member go that has `unacked` open deliveries."""
    return Content(
        "It is no member any more; its pane and its program stay as they are."
        f"{_failing(unacked)} What was said stays in the timeline."
    )


def _failing(unacked: int) -> str:
    mail = "1 unacked message" if unacked == 1 else f"{unacked} unacked messages"
    return f" {mail} will fail." if unacked else ""


RESTARTING = Content(
    "If its program still runs, it is asked to exit first; then it goes on in its own"
    " conversation, with its name and its messages."
)
"""The consequences of starting an agent's program again."""

INTERRUPTING = Content(
    "If it is seen at work, its own key is pressed, and its turn ends."
    " What it has changed stays changed."
)
"""The consequences of interrupting an agent."""


def refusal(operation: Operation, why: str) -> Content:
    """Why the operation is unavailable for this member."""
    return status_line.warning(f"{_name(operation)}: {why}")


def failure(operation: Operation, text: str, command: str) -> Content:
    """Why the operation failed, and the CLI equivalent, which would say so too."""
    return Content.assemble(
        status_line.warning(f"{operation.verb} {_name(operation)}: {text}"),
        status_line.cli_equivalent(command),
    )


def _name(operation: Operation) -> str:
    return cut(label(operation.member.name), _LONGEST_NAME)


def _cells(button: Button) -> int:
    return cell_len(button.key) + cell_len(button.label) + 3


def _drawn(button: Button) -> Content:
    if button.reason:
        return Content.styled(f" {button.key} {button.label} ", "$text-disabled")
    key = "bold $warning" if button.answers else "bold $primary"
    drawn = Content.assemble((f" {button.key}", key), (f" {button.label} ", ""))
    return drawn.stylize("on $panel") if button.answers else drawn
