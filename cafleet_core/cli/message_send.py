"""A sender's commands: `cafleet message send`, `broadcast` and `cancel`."""

from __future__ import annotations

from cafleet_core import clock, ids, text
from cafleet_core.broker.directory import identity
from cafleet_core.cli import envelope
from cafleet_core.errors import InvalidInput
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.records import Timing
from cafleet_core.states import PushReason, TaskState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.records import Agent, PushResult, Sent, Task

    Recipients = Mapping[str, Agent]
    """By agent id."""


def send(
    run: Invocation,
    to: tuple[str, ...],
    words: str | None,
    file: str | None,
    reply_to: str | None,
    own_id: str | None,
    at: str | None,
    every: str | None,
    expires: str | None,
    urgent: bool,
    attach: tuple[str, ...],
    copied: bool,
    review: str | None,
    full: bool,
    quiet: bool,
) -> None:
    """Send a message to one or more agents of the session.

    With --at or --every it waits for its time, and `message cancel` takes it back until then.
    A --review has lines `PATH:LINE TEXT`, `-` before the number of a line that was removed,
    and what goes on with one is indented. Its recipient acks each comment as ID/N.
    """
    caller = run.caller(*to)
    recipients = run.agents(caller.session, to)
    session_id = caller.session.session_id
    answered = reply_to and identity.find_task(run.registry, session_id, reply_to)
    sent = _sending(attach, copied, review, file)(
        run.registry,
        caller.agent,
        list(dict.fromkeys(recipients)),
        _body(words, file, review),
        reply_to=answered.task_id if answered else None,
        head_id=own_id,
        proof=caller.proof,
        rules=run.settings.push_rules,
        timing=_timing(at, every, expires, urgent),
    )
    known = {agent.agent_id: agent for agent in recipients}
    _say_sent(run, sent, known, full, quiet)


def _body(words: str | None, file: str | None, review: str | None) -> str:
    """The body; a review needs none beside its comments."""
    if review is not None and words is file is None:
        return ""
    from cafleet_core.cli.message_body import read_body

    return read_body(words, file)


def _sending(
    attach: tuple[str, ...], copied: bool, review: str | None, file: str | None
) -> Callable[..., Sent]:
    """What sends a message, with these files and comments if there are any."""
    if copied and not attach:
        raise InvalidInput("--copy goes with --attach.")
    if review is None and not attach:
        from cafleet_core.broker.messages import send

        return send.send
    from functools import partial  # few have files, or are reviews

    from cafleet_core.broker.messages import attached

    if review is None:
        return partial(attached.send_with, paths=attach, copied=copied)
    from cafleet_core.cli import review as reviews

    return partial(reviews.sending(review, file), paths=attach, copied=copied)


def _timing(
    at: str | None, every: str | None, expires: str | None, urgent: bool
) -> Timing:
    if at is every is expires is None:
        return Timing(urgent=urgent)
    from cafleet_core.broker.messages import timing  # few messages have a time

    return timing.read(at, every, expires, urgent)


def broadcast(
    run: Invocation, words: str | None, file: str | None, full: bool, quiet: bool
) -> None:
    """Send a message to every other active agent of the session."""
    from cafleet_core.broker.messages import send
    from cafleet_core.cli.message_body import read_body

    caller = run.caller()
    sent = send.broadcast(
        run.registry,
        caller.agent,
        read_body(words, file),
        proof=caller.proof,
        rules=run.settings.push_rules,
    )
    recipients = len(sent.deliveries)
    delivered = sum(result.notified for _, result in sent.deliveries)
    if quiet:
        run.say(sent.task.task_id, {"id": sent.task.task_id})
        return
    run.say(
        f"broadcast id={ids.shown(sent.task.task_id)} recipients={recipients} delivered={delivered}",
        {
            "task": envelope.as_document(
                sent.task, run.settings.max_text_len, full, own=True
            ),
            "recipients": recipients,
            "notifications_sent_count": delivered,
        },
    )


def cancel(run: Invocation, task_id: str, full: bool, quiet: bool) -> None:
    """Take back a message from everybody who has not acked it yet."""
    from cafleet_core.broker.messages import cancel
    from cafleet_core.cli.message_inbox import say_settled

    canceled = cancel.cancel(run.registry, run.caller(), task_id)
    say_settled(run, "Task canceled.", canceled, full, quiet)


def _say_sent(
    run: Invocation, sent: Sent, recipients: Recipients, full: bool, quiet: bool
) -> None:
    limit = run.settings.max_text_len
    if quiet:
        known = [task.task_id for task, _ in sent.deliveries]
        document = {"id": known[0]} if len(known) == 1 else {"ids": known}
        run.say("\n".join(known), document)
        return
    [(_, enclosed)] = envelope.with_enclosed(run, [sent.task])
    documents = [
        {
            "task": envelope.as_document(
                task, limit, full, own=True, enclosed=enclosed
            ),
            "notification_sent": result.notified,
            "push": _push_document(result, recipients.get(task.to_agent_id or "")),
        }
        for task, result in sent.deliveries
    ]
    words = _sent_whole(sent) if full else _sent_text(sent, recipients)
    if enclosed.files:
        from cafleet_core.cli import enclosures

        words += f"\n{enclosures.lines(enclosed).rstrip()}"
    run.say(words, documents[0] if len(documents) == 1 else documents)


def _sent_text(sent: Sent, recipients: Recipients) -> str:
    """Ids and what became of the pushes: the sender knows the rest, and pays for each word."""
    if len(sent.deliveries) > 1:
        return "\n".join(
            (_done(sent), *(_part(*each, recipients) for each in sent.deliveries))
        )
    [(task, result)] = sent.deliveries
    pushed = _push_text(result, recipients.get(task.to_agent_id or ""))
    return f"{_done(sent)} {_known(task)}\n{pushed}"


def _part(task: Task, result: PushResult, recipients: Recipients) -> str:
    """One recipient's line of a message to several."""
    recipient = recipients.get(task.to_agent_id or "")
    name = text.label(recipient.name if recipient else "")
    return f"{_known(task)} to:{name} {_push_text(result, recipient)}"


def _push_text(result: PushResult, recipient: Agent | None) -> str:
    words, until = envelope.push_text(result), _left_alone_until(result, recipient)
    if until is None:
        return words
    end = clock.local_end(until, clock.now())
    return f"{words}: its account is at its limit, until {end}"


def _push_document(result: PushResult, recipient: Agent | None) -> dict[str, Any]:
    until = _left_alone_until(result, recipient)
    return envelope.push_document(result) | ({"until": until} if until else {})


def _left_alone_until(result: PushResult, recipient: Agent | None) -> str | None:
    """The end of the limit for which a push is held; None where that is not known."""
    if result.reason != PushReason.LIMIT or not (recipient and recipient.placement):
        return None
    return recipient.placement.parked_until


def _sent_whole(sent: Sent) -> str:
    parts = [
        f"{envelope.as_text(task, 0, True, own=True)}\n{envelope.push_text(result)}"
        for task, result in sent.deliveries
    ]
    return f"{_done(sent)}\n" + "\n\n".join(parts)


def _done(sent: Sent) -> str:
    scheduled = sent.task.status_state == TaskState.SCHEDULED
    return f"Message {'scheduled' if scheduled else 'sent'}."


def _known(task: Task) -> str:
    """A message's id, and what it waits for."""
    return " | ".join((ids.shown(task.task_id), *envelope.timing_marks(task)))
