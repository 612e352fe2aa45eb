"""Draw the queue of questions: member, waiting time, question, answers with their keys."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from textual.content import Content

from cafleet_core import clock
from cafleet_core.readings import Option
from cafleet_core.text import cut
from cafleet_tui.model.standing import Standing, waiting_since
from cafleet_tui.render.age import age
from cafleet_tui.render.member import coding_agent, name, pane
from cafleet_tui.render.safe_text import label
from cafleet_tui.render.status_line import session_name

_LONGEST_LINE = 400
_LONGEST_SESSION = 24
_NO_NUMBERS = "No numbered answers: answer it in its pane (g)."
_GIVEN = "✓ answered; its screen has not moved on yet"


class Row(NamedTuple):
    """One line of the queue: its agent, and the answer that a click on it chooses."""

    content: Content
    agent_id: str
    digit: int | None = None


def nobody() -> Content:
    """The text of an empty queue."""
    return Content.styled("Nobody waits for an answer.", "$text-muted")


def card(standing: Standing, at: datetime, *, marked: bool, given: bool) -> list[Row]:
    """The lines of a member's question: head, question, one line an answer.

    A `marked` card is bright; a card whose answer was just `given` shows no answers.
    """
    agent_id = standing.member.agent.agent_id
    edge = Content.styled("▌ " if marked else "  ", "bold $warning")
    rows = [Row(edge + _head(standing, at, marked), agent_id)]
    rows += [Row(edge + line, agent_id) for line in _asked(standing, marked)]
    question = standing.question
    if given or question is None:
        why = Content.styled(
            _GIVEN if given else _NO_NUMBERS, "$success" if given else "$text-muted"
        )
        return [*rows, Row(edge + why, agent_id)]
    rows += [
        Row(edge + _answer(option, marked), agent_id, option.digit)
        for option in question.options
    ]
    return rows


def _head(standing: Standing, at: datetime, marked: bool) -> Content:
    since = waiting_since(standing)
    waited = f"  waiting {age(clock.age(since, at))}" if since else "  waiting"
    where = f"  {coding_agent(standing)}  {pane(standing)}".rstrip()
    return Content.assemble(
        (_whom(standing), "bold $warning" if marked else "bold"),
        (where, "$text-muted"),
        (waited, "$warning"),
    )


def _whom(standing: Standing) -> str:
    """The member's name, after that of its session if it is in another."""
    if standing.session is None:
        return name(standing)
    return f"{cut(session_name(standing.session), _LONGEST_SESSION)}/{name(standing)}"


def _asked(standing: Standing, marked: bool) -> list[Content]:
    question = standing.question
    asked = (
        question.asked if question else standing.reading and standing.reading.evidence
    )
    lines = [label(line) for line in (asked or "").split("\n")]
    style = "$foreground" if marked else "$text-muted"
    return [Content.styled(cut(line, _LONGEST_LINE), style) for line in lines if line]


def _answer(option: Option, marked: bool) -> Content:
    words = label(option.label) + (" …" if option.free_text else "")
    ground = " on $panel" if marked else ""
    return Content.assemble(
        (f" {option.digit} ", ("bold $warning" if marked else "$text-muted") + ground),
        (f"{words} ", ("$foreground" if marked else "$text-muted") + ground),
    )
