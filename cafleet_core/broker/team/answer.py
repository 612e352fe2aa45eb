"""Answer, prompt and command a member in its pane."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial

from cafleet_core import clock, host, ids, text
from cafleet_core.agents import catalog
from cafleet_core.agents.cues import Cues
from cafleet_core.broker.delivery import type_now
from cafleet_core.broker.directory import placements
from cafleet_core.errors import InvalidInput, Refused
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading import question
from cafleet_core.panes.reading.look import look
from cafleet_core.panes.tmux.client import ServerSilent
from cafleet_core.records import Agent, PushResult
from cafleet_core.states import (
    EventKind,
    Interface,
    PaneState,
    PushOutcome,
    PushReason,
    TaskState,
    TaskType,
)
from cafleet_core.storage import events, new_tasks, outbox, unsettled_tasks
from cafleet_core.storage.new_tasks import NewTask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.readings import Option, PaneReading, Question
    from cafleet_core.storage.registry import Registry


def choose(
    registry: Registry,
    caller: Caller,
    member: Agent,
    digit: int,
    *,
    seen: Question | None = None,
    interface: Interface = Interface.CLI,
) -> Question:
    """Press the key of an answer on the screen: its digit, and Enter if the agent needs it.

    Returns the question that was answered. The answer is stored in the timeline, and
    recorded with the `interface` that it came through. Raises Refused, with nothing typed or
    stored, if no such answer shows, or another question than the caller has `seen`. If the
    question goes while it is being answered, the stored answer is failed.
    """
    asked, reading = question_of(member, seen)
    option = asked.option(digit)
    if option is None:
        offered = ", ".join(f"{each.digit} {each.label}" for each in asked.options)
        raise Refused(f"{digit} is not among the answers: {offered}.")
    digits = "" if option.key else str(digit)
    enter = bool(digits) and question.wants_enter(reading.screen or "", _cues(member))
    with kept(registry, caller, member, _told(asked, option), option, interface):
        if _is_servers(asked):
            _answer_server(reading, asked, option)
            return asked
        still = partial(_question, member, seen=asked)
        type_now.type_in(
            *(member, "the choice"),
            keys=digits,
            press=option.key,
            submit=enter,
            answers=still,
        )
    return asked


def write_answer(
    registry: Registry,
    caller: Caller,
    member: Agent,
    words: str,
    *,
    seen: Question | None = None,
    interface: Interface = Interface.CLI,
) -> Question:
    """Choose the answer that takes text, and type it; returns the question that was answered.

    The answer is stored in the timeline. Raises InvalidInput for text that is not one plain
    line, Refused if no question shows, or another than the caller has `seen`, or one
    without an answer that takes text.
    """
    _refuse_unplain(words)
    if text.sanitise(words).lstrip().startswith("!"):
        raise InvalidInput(
            "free text may not start with '!', which runs a shell command;"
            " use 'cafleet member exec'."
        )
    asked, reading = question_of(member, seen)
    option = asked.free_text
    if option is None:
        raise Refused("none of the answers on the screen takes free text.")
    with kept(registry, caller, member, _told(asked, option, words), option, interface):
        if _is_servers(asked):
            _answer_server(reading, asked, option, words)
            return asked
        still = partial(_question, member, seen=asked)
        type_now.type_in(
            member, "the answer", keys=str(option.digit), words=words, answers=still
        )
    return asked


def _is_servers(asked: Question) -> bool:
    from cafleet_core.panes.reading import opencode_questions  # answers are few

    return opencode_questions.is_servers(asked)


def _answer_server(
    reading: PaneReading, asked: Question, option: Option, words: str = ""
) -> None:
    """Give an answer to the agent's own server; raises SendFailed unless that takes it."""
    from cafleet_core.panes.reading import opencode_questions  # as above

    if not opencode_questions.answer(reading.pane.pid, asked, option, words):
        raise type_now.SendFailed(
            "send failed: its own server has not taken the answer; answer it in the pane."
        )


def execute(member: Agent, command: str) -> None:
    """Type a shell command as the member's coding agent runs one."""
    _refuse_unplain(command)
    placement, _ = placements.pane_of(member)
    known = catalog.load().get(placement.coding_agent)
    prefix = known.shell_prefix if known else "! "
    type_now.type_in(member, "the command", keys=prefix.strip(), words=" " + command)


def prompt(member: Agent, words: str) -> None:
    """Submit a prompt of one or more lines; raises InvalidInput for an empty one."""
    if not text.sanitise(words).strip():
        raise InvalidInput("the prompt is empty.")
    type_now.type_in(member, "the prompt", words=words)


def question_of(member: Agent, seen: Question | None) -> tuple[Question, PaneReading]:
    """The question that a member asks now, and its pane's reading; raises Refused without one."""
    placements.pane_of(member)
    reading = look([member]).get(member.agent_id)
    if reading is None:
        raise Refused(f"no question is on the screen of member {member.agent_id}.")
    return _question(member, reading, seen), reading


def _question(member: Agent, reading: PaneReading, seen: Question | None) -> Question:
    """The question in a reading.

    Raises Refused if it shows none, or another than `seen`, or the pane is not provably the
    member's; ServerSilent if tmux could not be asked.
    """
    if reading.refusal in (PushReason.NOT_THE_AGENT, PushReason.ANOTHER_AGENT):
        raise Refused(f"{reading.evidence}; nothing was typed.")
    if reading.refusal is not None:
        raise ServerSilent(reading.evidence)
    asked = reading.question
    if asked is not None and seen in (None, asked):
        return asked
    if asked is not None:
        raise Refused("another question is on the screen by now; nothing was typed.")
    if reading.state == PaneState.WAITING:
        raise Refused(
            "the prompt on the screen has no numbered answers; answer it in the pane."
        )
    raise Refused(f"no question is on the screen of member {member.agent_id}.")


def _told(asked: Question, option: Option, words: str = "") -> str:
    """An answer as the timeline shows it: what was chosen, and the question as a quotation."""
    chosen = f"Answered {option.digit} {text.label(option.label)}"
    quoted = [f"> {line}" for line in text.sanitise(asked.asked).splitlines()]
    return "\n".join([f"{chosen}: {words}" if words else chosen, *quoted])


@contextmanager
def kept(
    registry: Registry,
    caller: Caller,
    member: Agent,
    words: str,
    option: Option,
    interface: Interface = Interface.CLI,
) -> Iterator[None]:
    """Store an answer as a settled task that owes no push, then have the caller type it.

    The task shows the result of the typing, and fails with it. The event that the question
    was answered, by whom and how, is recorded once it was.
    """
    task_id = _stored(registry, caller, member, words)
    result = PushResult(PushOutcome.NONE, PushReason.ANSWER)
    try:
        yield
        result = PushResult(PushOutcome.DELIVERED, PushReason.ANSWER)
    finally:
        at = clock.stamp()
        with registry.write():
            registry.execute(*outbox.record([task_id], result, at, None))
            if result.notified:
                answered = _Answered(caller, member, option, interface)
                _record(registry, answered, task_id, at)
            else:
                unsettled_tasks.fail(registry, task_id, at)


class _Answered(NamedTuple):
    """An answer: its caller, the member that asked, the option, and the interface."""

    caller: Caller
    member: Agent
    option: Option
    interface: Interface


def _stored(registry: Registry, caller: Caller, member: Agent, words: str) -> str:
    """Store an answer that is about to be typed, and return its id.

    The stamp is taken under the lock: times grow as the tasks' order does.
    """
    task_id = ids.new()
    with registry.write():
        new = NewTask(
            task_id=task_id,
            session_id=member.session_id,
            context_id=member.agent_id,
            sender_id=caller.agent.agent_id,
            recipient_id=member.agent_id,
            kind=TaskType.UNICAST,
            text=text.storable(words),
            origin=None,
            reply_to=None,
            state=TaskState.COMPLETED,
            at=clock.stamp(),
        )
        for statement in new_tasks.insert(registry, [new]):
            registry.execute(*statement)
    return task_id


def _record(registry: Registry, answered: _Answered, task_id: str, at: str) -> None:
    """Record the event of an answer, for the audit of permissions: by whom, from where, what."""
    import json  # answers are few

    caller, member, option, interface = answered
    detail = {
        "by": caller.agent.agent_id,
        "by_name": caller.agent.name,
        "proof": caller.proof,
        "host": host.host_id(),
        "interface": interface,
        "digit": option.digit,
        "label": option.label,
    }
    events.add(
        registry,
        EventKind.ANSWERED,
        at,
        member.session_id,
        member.agent_id,
        new=str(option.digit),
        reference=task_id,
        detail=json.dumps(detail),
    )


def _cues(member: Agent) -> Cues:
    placement, _ = placements.pane_of(member)
    known = catalog.load().get(placement.coding_agent)
    return known.cues if known else Cues()


def _refuse_unplain(words: str) -> None:
    if not text.sanitise(words).strip():
        raise InvalidInput("the text is empty.")
    if len(words.splitlines()) > 1 or words.endswith(("\n", "\r")):
        raise InvalidInput("the text may not contain line breaks.")
