"""Answering, prompting and commanding a member in its pane."""

from __future__ import annotations

from cafleet_core.agents import catalog
from cafleet_core.agents.cues import Cues
from cafleet_core.broker import members
from cafleet_core.errors import InvalidInput, Refused
from cafleet_core.panes import questions, screens
from cafleet_core.records import Agent, Question


def question(member: Agent) -> Question | None:
    """The numbered question on a member's screen now; raises Refused without a pane."""
    return questions.shown(members.screen_of(member), _cues(member))


def choose(member: Agent, digit: int) -> Question:
    """Press the digit of one of the answers on the screen; the question it answered.

    Raises Refused, with nothing typed, where no such answer is visible.
    """
    asked = _visible(member)
    if asked.option(digit) is None:
        offered = ", ".join(f"{one.digit} {one.label}" for one in asked.options)
        raise Refused(f"{digit} is not among the answers: {offered}.")
    members.type_in(member, "the choice", keys=str(digit), submit=False, answers=True)
    return asked


def write_answer(member: Agent, words: str) -> Question:
    """Choose the answer that lets one write, and write; the question it answered.

    Raises InvalidInput for text that is not one plain line, Refused where no question
    is visible or none of its answers takes text.
    """
    _refuse_unplain(words)
    if words.lstrip().startswith("!"):
        raise InvalidInput(
            "free text may not start with '!', which runs a shell command;"
            " use 'cafleet member exec'."
        )
    asked = _visible(member)
    if asked.free_text is None:
        raise Refused("none of the answers on the screen takes free text.")
    digit = str(asked.free_text.digit)
    members.type_in(member, "the answer", keys=digit, words=words, answers=True)
    return asked


def execute(member: Agent, command: str) -> None:
    """Type a shell command in the way the member's coding agent runs one."""
    _refuse_unplain(command)
    placement, _ = members.pane_of(member)
    known = catalog.load().get(placement.coding_agent)
    prefix = known.shell_prefix if known else "! "
    members.type_in(member, "the command", keys=prefix.strip(), words=" " + command)


def prompt(member: Agent, words: str) -> None:
    """Submit a prompt of one or more lines; raises InvalidInput for an empty one."""
    if not words.strip():
        raise InvalidInput("the prompt is empty.")
    members.type_in(member, "the prompt", words=words)


def _visible(member: Agent) -> Question:
    screen, cues = members.screen_of(member), _cues(member)
    asked = questions.shown(screen, cues)
    if asked is not None:
        return asked
    waiting = screens.read(screen, "", cues).state == screens.WAITING
    if waiting and questions.read(screen) is None:
        raise Refused(
            "the prompt on the screen has no numbered answers; answer it in the pane."
        )
    raise Refused(f"no question is on the screen of member {member.agent_id}.")


def _cues(member: Agent) -> Cues:
    placement, _ = members.pane_of(member)
    known = catalog.load().get(placement.coding_agent)
    return known.cues if known else Cues()


def _refuse_unplain(words: str) -> None:
    if not words.strip():
        raise InvalidInput("the text is empty.")
    if len(words.splitlines()) > 1 or words.endswith(("\n", "\r")):
        raise InvalidInput("the text may not contain line breaks.")
