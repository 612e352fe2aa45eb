"""The human's mail: sending it, taking it back, saying that it is dealt with."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from cafleet_core.broker.directory import identity
from cafleet_core.broker.directory.identity import Caller
from cafleet_core.broker.messages import history, inbox, mentions, send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.rules import PushRules
from cafleet_core.errors import CafleetError, Refused
from cafleet_core.records import Agent, Sent, Session
from cafleet_core.states import PushReason, TaskState
from cafleet_core.views import Entry, Filter

_WRITTEN_KEPT = 50


class Letter(NamedTuple):
    """What the composer hands over: who writes what to whom.

    `everyone` means a broadcast; `recipients` is then not looked at.
    """

    sender: Agent
    recipients: tuple[Agent, ...]
    everyone: bool
    body: str
    reply_to: str | None = None


def send_message(registry: Registry, letter: Letter, rules: PushRules) -> Sent:
    """Store the letter and push it; what it answers is dealt with."""
    sender, body = letter.sender, letter.body
    if letter.everyone:
        return send.broadcast(registry, sender, body, rules=rules)
    sent = send.send(
        registry,
        sender,
        letter.recipients,
        body,
        reply_to=letter.reply_to,
        rules=rules,
    )
    if letter.reply_to:
        # the letter is stored: whatever happens now must not have it sent again
        with suppress(CafleetError):
            inbox.ack_answered(registry, sender, letter.reply_to)
    return sent


def cancel(registry: Registry, session: Session, entry: Entry) -> None:
    """Take the human's message back from everybody who has not acked it.

    Raises Refused where everybody has by now.
    """
    caller = _human(registry, session)
    if entry.broadcast:
        send.cancel(registry, caller, entry.task_id)
        return
    open_ones = [
        one for one in entry.deliveries if one.state == TaskState.INPUT_REQUIRED
    ]
    late: list[Refused] = []
    for delivery in open_ones:
        try:
            send.cancel(registry, caller, delivery.task_id)
        except Refused as error:
            late.append(error)
    if late and len(late) == len(open_ones):
        raise late[0]


def ack(registry: Registry, session: Session, entry: Entry) -> None:
    """Say that the human has dealt with a message.

    Raises Refused where it is not addressed to the human, or not open any more.
    """
    human = session.administrator_agent_id
    own = [one.task_id for one in entry.deliveries if one.recipient_id == human]
    inbox.ack(registry, _human(registry, session), own or [entry.task_id])


def cancel_hindrance(entry: Entry, human: str) -> str | None:
    """Why the human cannot take this message back; None where it can be."""
    if entry.sender_id != human:
        return "only who sent it can take it back"
    if not any(one.state == TaskState.INPUT_REQUIRED for one in entry.deliveries):
        return "nobody is left who has not acked it"
    return None


def ack_hindrance(entry: Entry, human: str) -> str | None:
    """Why the human cannot say that it is dealt with; None where that can be said."""
    own = [one for one in entry.deliveries if one.recipient_id == human]
    if not own:
        return "it was not sent to you"
    if not any(one.state == TaskState.INPUT_REQUIRED for one in own):
        return "you have dealt with it"
    return None


def written(registry: Registry, session: Session) -> Sequence[str]:
    """What the human has sent in a session lately, the newest last, as it would be typed."""
    mine = Filter(sender=session.administrator_agent_id)
    found = history.page(registry, session.session_id, mine, _WRITTEN_KEPT)
    return [mentions.written(entry) for entry in found if not _is_answer(entry)]


def _human(registry: Registry, session: Session) -> Caller:
    wanted = session.administrator_agent_id
    return Caller(session, identity.find_agent(registry, session.session_id, wanted))


def _is_answer(entry: Entry) -> bool:
    """Whether it tells of a question that was answered, rather than of a message."""
    return any(one.push_reason == PushReason.ANSWER for one in entry.deliveries)
