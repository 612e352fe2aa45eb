"""Answering, prompting and commanding a member in its pane."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.agents import catalog
from cafleet_core.agents import cues as agent_cues
from cafleet_core.agents.cues import Cues
from cafleet_core.broker import members, messages
from cafleet_core.errors import InvalidInput, Refused
from cafleet_core.panes import questions, screens
from cafleet_core.panes.questions import Option as Option
from cafleet_core.panes.questions import Question as Question
from cafleet_core.records import Agent
from cafleet_core.storage.registry import Registry

_LONGEST_QUOTE = 120


def question(member: Agent) -> Question | None:
    """The numbered question on a member's screen now; raises Refused without a pane."""
    return _shown(members.screen_of(member), _cues(member))


def asked(member: Agent, screen: str) -> Question | None:
    """The numbered question on a screen that was seen already, None where there is none."""
    cues = agent_cues.parse(member.placement.cues if member.placement else "")
    return _shown(screen, cues)


def record(registry: Registry, sender: Agent, member: Agent, words: str) -> None:
    """Keep in the conversation that a question was answered, with what."""
    messages.note(registry, sender, member, words)


def answered(asked: Question, digit: int, words: str = "") -> str:
    """What an answer is kept as: the answer, then the question."""
    chosen = asked.option(digit)
    answer = f"{digit} {chosen.label if chosen else ''}".strip()
    if words:
        answer = f"{answer}: {words}"
    question = text.cut(text.one_line(asked.asked), _LONGEST_QUOTE)
    return f"Answered “{answer}” to: {question or 'a question'}"


def choose(member: Agent, digit: int, expected: Question | None = None) -> Question:
    """Press the digit of one of the answers on the screen; the question it answered.

    Raises Refused, with nothing typed, where no such answer is visible, or another
    question than the `expected` one.
    """
    asked = _visible(member, expected)
    if asked.option(digit) is None:
        offered = ", ".join(f"{one.digit} {one.label}" for one in asked.options)
        raise Refused(f"{digit} is not among the answers: {offered}.")
    members.type_in(member, "the choice", keys=str(digit), submit=False, answers=True)
    return asked


def write_answer(
    member: Agent, words: str, expected: Question | None = None
) -> Question:
    """Choose the answer that lets one write, and write; the question it answered.

    Raises InvalidInput for text that is not one plain line, Refused where no question,
    or another than the `expected` one, is visible or none of its answers takes text.
    """
    _refuse_unplain(words)
    if words.lstrip().startswith("!"):
        raise InvalidInput(
            "free text may not start with '!', which runs a shell command;"
            " use 'cafleet member exec'."
        )
    asked = _visible(member, expected)
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


def _visible(member: Agent, expected: Question | None = None) -> Question:
    screen, cues = members.screen_of(member), _cues(member)
    asked = _shown(screen, cues)
    if asked is not None and expected not in (None, asked):
        raise Refused("another question is on the screen by now; nothing was typed.")
    if asked is not None:
        return asked
    waiting = screens.read(screen, "", cues).state == screens.WAITING
    if waiting and questions.read(screen) is None:
        raise Refused(
            "the prompt on the screen has no numbered answers; answer it in the pane."
        )
    raise Refused(f"no question is on the screen of member {member.agent_id}.")


def _shown(screen: str, cues: Cues) -> Question | None:
    """The question, where the agent's own cues agree that it asks one."""
    if cues.waiting and screens.read(screen, "", cues).state != screens.WAITING:
        return None
    return questions.read(screen, cues.idle)


def _cues(member: Agent) -> Cues:
    placement, _ = members.pane_of(member)
    known = catalog.load().get(placement.coding_agent)
    return known.cues if known else Cues()


def _refuse_unplain(words: str) -> None:
    if not words.strip():
        raise InvalidInput("the text is empty.")
    if len(words.splitlines()) > 1 or words.endswith(("\n", "\r")):
        raise InvalidInput("the text may not contain line breaks.")
