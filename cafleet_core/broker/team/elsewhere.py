"""Operate a member's pane: here, or by a request to the machine that the member lives on."""

from __future__ import annotations

from cafleet_core import host, text
from cafleet_core.broker.delivery import type_now
from cafleet_core.broker.hosts import presence, remote_call
from cafleet_core.broker.team import (
    answer,
    capture,
    delete_member,
    execute,
    interrupt,
    questions,
)
from cafleet_core.broker.team.delete_member import PaneEnd
from cafleet_core.broker.team.interrupt import Interruption
from cafleet_core.broker.team.pane_states import Explanation, explained
from cafleet_core.errors import Refused
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading.cue_match import Trial
from cafleet_core.panes.reading.look import look
from cafleet_core.readings import Option, PaneReading, Question
from cafleet_core.states import Interface, Verb
from cafleet_core.storage import requests

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry

    Arguments = Mapping[str, Any]
    """By name; what is no JSON document is a tuple, which may have become a list."""

    CarryOut = Callable[[Registry, Caller, Agent, Arguments], object]

OF_SCREENS = (Verb.CAPTURE, Verb.LOOK, Verb.SCREEN)
"""Operations whose results contain a screen's text."""

ALWAYS = (Verb.PING, Verb.ANSWER, Verb.WRITE, Verb.PROMPT, Verb.INTERRUPT)
"""Operations that a machine carries out for others whatever its settings."""

_SECONDS = {Verb.DELETE: 40.0, Verb.LOOK: 3.0}
"""Seconds within which an operation must have begun there, if not the usual ones."""

_AFTERWARDS = {Verb.CAPTURE: requests.forget_outcome, Verb.LOOK: requests.remove}
"""Statements that remove a screen's text from the registry once it has been read here."""


class Sight(NamedTuple):
    """A reading without its screen, and how it came about."""

    reading: PaneReading
    explanation: Explanation


def do(
    registry: Registry, caller: Caller, member: Agent, verb: Verb, **arguments: Any
) -> Any:
    """Carry out an operation on a member, wherever it lives.

    Its result, or its error, is the same as here: see `remote_call.ask` for what is raised
    besides.
    """
    placement = member.placement
    if placement is None or placement.host == host.host_id():
        result = carry_out(registry, caller, member, verb, arguments)
    elif arguments.get("force") and presence.is_away(registry, placement.host):
        # its row alone: that machine may never come back
        result = carry_out(registry, caller, member, verb, arguments)
    else:
        result = remote_call.ask(
            *(registry, caller, placement.host, member.agent_id, verb, arguments),
            _SECONDS.get(verb, remote_call.EXPIRES_SECONDS),
            afterwards=_AFTERWARDS.get(verb),
        )
    opened = _OPENED.get(verb)
    return opened(result) if opened else result


def carry_out(
    registry: Registry,
    caller: Caller,
    member: Agent,
    verb: Verb,
    arguments: Arguments,
) -> object:
    """Do it here."""
    return _HERE[verb](registry, caller, member, arguments)


def refuse_command(words: str, accepts: str) -> None:
    """Raise Refused for a prompt from elsewhere that a coding agent would run as a command."""
    if (
        text.sanitise(words).lstrip().startswith("!")
        and Verb.EXEC not in accepts.split()
    ):
        raise Refused("this machine does not accept 'exec' from other machines.")


def _ping(_: Registry, __: Caller, member: Agent, ___: Arguments) -> None:
    type_now.ping(member)


def _choose(
    registry: Registry, caller: Caller, member: Agent, given: Arguments
) -> Question:
    seen = _seen(member, given)
    return answer.choose(
        *(registry, caller, member, given["digit"]),
        seen=seen,
        interface=_interface(given),
    )


def _write(
    registry: Registry, caller: Caller, member: Agent, given: Arguments
) -> Question:
    seen = _seen(member, given)
    return answer.write_answer(
        *(registry, caller, member, given["words"]),
        seen=seen,
        interface=_interface(given),
    )


def _prompt(_: Registry, __: Caller, member: Agent, given: Arguments) -> None:
    answer.prompt(member, given["words"])


def _execute(
    registry: Registry, caller: Caller, member: Agent, given: Arguments
) -> str:
    seconds = float(given.get("seconds") or execute.SECONDS)
    awaited = bool(given.get("awaited"))
    return execute.begin(
        registry, caller, member, given["words"], seconds, awaited=awaited
    )


def _interrupt(
    _: Registry, __: Caller, member: Agent, given: Arguments
) -> Interruption:
    return interrupt.interrupt(member, given["seconds"])


def _capture(_: Registry, __: Caller, member: Agent, given: Arguments) -> list[str]:
    return capture.capture(member, given["lines"], given["ansi"])


def _look(_: Registry, __: Caller, member: Agent, ___: Arguments) -> Sight:
    reading = look([member]).get(member.agent_id)
    if reading is None:
        raise Refused(f"the pane of member {member.agent_id} cannot be seen from here.")
    return Sight(reading._replace(screen=None), explained(member, reading))


def _delete(registry: Registry, _: Caller, member: Agent, given: Arguments) -> PaneEnd:
    return delete_member.delete(registry, member, force=given["force"])


def _seen(member: Agent, given: Arguments) -> Question | None:
    """The question that is to be answered, and no other: by its id, or as the caller saw it.

    Of one that the caller knows from the registry, only the words and answers are stored.
    """
    if wanted := given.get("question_id"):
        return questions.expect(member, wanted)
    seen = _question(given.get("seen"))
    if seen is None or seen.context:
        return seen
    reading = look([member]).get(member.agent_id)
    shows = reading.question if reading else None
    return shows if shows and _words(shows) == _words(seen) else seen


def _words(question: Question) -> tuple[object, ...]:
    answers = ((option.digit, option.label) for option in question.options)
    return (question.asked, *answers)


def _interface(given: Arguments) -> Interface:
    """Through which interface it was asked for; the command line's where that is not told."""
    return Interface(given.get("interface") or Interface.CLI)


def _sight(plain: Any) -> Sight:
    """A sight that may have come as lists of lists."""
    seen, (lines, trials) = plain
    reading = PaneReading(*seen)
    asked = _question(reading.question)
    explanation = Explanation(tuple(lines), tuple(Trial(*trial) for trial in trials))
    overruled = tuple(reading.overruled)
    return Sight(reading._replace(question=asked, overruled=overruled), explanation)


def _question(plain: Any) -> Question | None:
    if plain is None:
        return None
    asked, options, context = plain
    return Question(asked, tuple(Option(*each) for each in options), tuple(context))


_HERE: Mapping[str, CarryOut] = {
    Verb.PING: _ping,
    Verb.ANSWER: _choose,
    Verb.WRITE: _write,
    Verb.PROMPT: _prompt,
    Verb.EXEC: _execute,
    Verb.INTERRUPT: _interrupt,
    Verb.CAPTURE: _capture,
    Verb.LOOK: _look,
    Verb.DELETE: _delete,
}

_OPENED: Mapping[str, Callable[[Any], object]] = {
    Verb.ANSWER: _question,
    Verb.WRITE: _question,
    Verb.INTERRUPT: Interruption,
    Verb.LOOK: _sight,
    Verb.DELETE: lambda ended: PaneEnd(*ended),
}
