"""`cafleet member questions`: what the members ask on their screens, with the answers offered."""

from __future__ import annotations

from cafleet_core import ids, text
from cafleet_core.broker.team import questions
from cafleet_core.broker.team.open_questions import open_questions
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from cafleet_core.broker.team.open_questions import OpenQuestion
    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.readings import Option

_AT_ITS_PANE = "  asks something that has to be answered in its pane"


def listing(run: Invocation) -> None:
    """Show what your members ask now, with the answers that their screens offer.

    The id of a question answers that one alone: `member send-input --question ID` types
    nothing once another is on the screen.
    """
    waiting = open_questions(run.registry, run.caller())
    run.say(
        "\n\n".join(map(_section, waiting)) or "Nobody asks anything.",
        [_document(each) for each in waiting],
    )


def _section(waiting: OpenQuestion) -> str:
    name, asked = text.label(waiting.agent.name), waiting.question
    if asked is None:
        return f"{name} {ids.shown(waiting.agent.agent_id)}\n{_AT_ITS_PANE}"
    lines = [
        f"{name} {ids.shown(waiting.agent.agent_id)} question {questions.question_id(asked)}",
        *(f"  {line}" for line in text.sanitise(asked.asked).splitlines()),
        *(
            f"  {option.digit} {text.label(option.label)}"
            + (" (takes words)" if option.free_text else "")
            for option in asked.options
        ),
    ]
    return text.quoting_heads("\n".join(lines))


def _document(waiting: OpenQuestion) -> dict[str, Any]:
    agent, asked = waiting.agent, waiting.question
    return {
        "agent_id": agent.agent_id,
        "name": agent.name,
        "since": agent.placement and agent.placement.pane_state_since,
        "question": asked and questions.question_id(asked),
        "asked": asked.asked if asked else "",
        "context": list(asked.context) if asked else [],
        "options": [_option(each) for each in asked.options] if asked else [],
    }


def _option(option: Option) -> dict[str, Any]:
    """An answer by its number; which key gives it is cafleet's business."""
    return {name: getattr(option, name) for name in ("digit", "label", "free_text")}
