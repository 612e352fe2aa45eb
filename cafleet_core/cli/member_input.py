"""`cafleet member ping`, `send-input` and `prompt`: what is typed into a member's pane."""

from __future__ import annotations

from cafleet_core.broker.directory import placements
from cafleet_core.broker.team import roster
from cafleet_core.errors import InvalidInput
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import Verb

if TYPE_CHECKING:
    from typing import Any

    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.readings import Question
    from cafleet_core.records import Agent


def ping(run: Invocation, member_id: str) -> None:
    """Type the poll command into a member's pane."""
    from cafleet_core.broker.team import elsewhere

    agent = roster.find(run.registry, caller := run.caller(), member_id)
    elsewhere.do(run.registry, caller, agent, Verb.PING)
    _, pane_id = placements.pane_of(agent)
    run.say(
        f"Pinged member {agent.name} ({pane_id}).",
        {"member_agent_id": agent.agent_id, "pane_id": pane_id},
    )


def send_input(
    run: Invocation,
    member_id: str,
    choice: int | None,
    freetext: str | None,
    question: str | None,
) -> None:
    """Answer the question on a member's screen."""
    from cafleet_core.broker.team import elsewhere

    if (choice is None) == (freetext is None):
        raise InvalidInput("give --choice <number>, or --freetext <text>.")
    agent = roster.find(run.registry, caller := run.caller(), member_id)
    if choice is not None:
        asked = elsewhere.do(
            *(run.registry, caller, agent, Verb.ANSWER),
            digit=choice,
            question_id=question,
            interface=run.interface,
        )
        _tell_typed(run, agent, f"Sent choice {choice}", "choice", str(choice), asked)
    else:
        words = freetext or ""
        asked = elsewhere.do(
            *(run.registry, caller, agent, Verb.WRITE),
            words=words,
            question_id=question,
            interface=run.interface,
        )
        _tell_typed(run, agent, "Sent free text", "freetext", words, asked)


def prompt(run: Invocation, member_id: str, text: tuple[str, ...]) -> None:
    """Type a prompt into a member's pane."""
    from cafleet_core.broker.team import elsewhere

    words = " ".join(text)
    agent = roster.find(run.registry, caller := run.caller(), member_id)
    elsewhere.do(run.registry, caller, agent, Verb.PROMPT, words=words)
    _tell_typed(run, agent, "Sent prompt", "prompt", words)


def _tell_typed(
    run: Invocation,
    agent: Agent,
    words: str,
    action: str,
    value: str,
    asked: Question | None = None,
) -> None:
    _, pane_id = placements.pane_of(agent)
    document: dict[str, Any] = {
        "member_agent_id": agent.agent_id,
        "pane_id": pane_id,
        "action": action,
        "value": value,
    }
    if asked is not None:
        document["question"] = asked.asked
        document["options"] = {option.digit: option.label for option in asked.options}
    run.say(f"{words} to member {agent.name} ({pane_id}).", document)
