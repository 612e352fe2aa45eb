"""The human's messages: send, cancel and ack them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import NamedTuple

from cafleet_core.broker.directory import identity
from cafleet_core.broker.directory.identity import Caller
from cafleet_core.broker.messages import history, inbox, mentions, send, unacked
from cafleet_core.broker.messages.cancel import cancel as cancel_message
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.rules import PushRules
from cafleet_core.errors import CafleetError, NotFound, Refused
from cafleet_core.records import Agent, Sent, Session
from cafleet_core.states import UNSETTLED, PushReason, TaskState
from cafleet_core.views import Entry, Filter
from cafleet_tui.model.inbox import Inbox, inbox_of

_WRITTEN_KEPT = 50

UNACKED_SHOWN = 5_000
"""Unacked messages that an inbox has: the oldest."""

_SETTLED_SHOWN = 50


class OutgoingMessage(NamedTuple):
    """A message that the human wrote and that is not stored yet.

    `everyone` means a broadcast, whatever `recipients` are. The message gets the id
    `task_id`, if given.
    """

    sender: Agent
    recipients: tuple[Agent, ...]
    everyone: bool
    body: str
    reply_to: str | None = None
    task_id: str | None = None


def send_message(
    registry: Registry, outgoing: OutgoingMessage, rules: PushRules
) -> Sent:
    """Store the message and push it; the one that it answers is acked.

    Raises Refused if it is stored already.
    """
    sender, body, task_id = outgoing.sender, outgoing.body, outgoing.task_id
    if task_id and sent_ids(registry, sender.session_id, [task_id]):
        raise Refused(f"it was sent already, as message {task_id}.")
    if outgoing.everyone:
        return send.broadcast(registry, sender, body, head_id=task_id, rules=rules)
    sent = send.send(
        registry,
        sender,
        outgoing.recipients,
        body,
        reply_to=outgoing.reply_to,
        head_id=task_id,
        rules=rules,
    )
    if outgoing.reply_to:
        # the message is stored: nothing from here on may make the caller send it again
        with suppress(CafleetError):
            inbox.ack_answered(registry, sender, outgoing.reply_to)
    return sent


def sent_ids(
    registry: Registry, session_id: str, task_ids: Collection[str]
) -> frozenset[str]:
    """Those of the ids that messages of the session have."""
    return frozenset(
        task_id for task_id in task_ids if _is_stored(registry, session_id, task_id)
    )


def _is_stored(registry: Registry, session_id: str, task_id: str) -> bool:
    try:
        return identity.find_task(registry, session_id, task_id).task_id == task_id
    except NotFound:
        return False


def cancel(registry: Registry, session: Session, task_id: str) -> None:
    """Cancel the human's message for all recipients who have not acked it.

    Raises Refused if all have.
    """
    cancel_message(registry, _human(registry, session), task_id)


def ack(registry: Registry, session: Session, entry: Entry) -> None:
    """Ack a message for the human.

    Raises Refused if it is not addressed to the human, or no longer open.
    """
    human = session.administrator_agent_id
    own = [each.task_id for each in entry.deliveries if each.recipient_id == human]
    inbox.ack(registry, _human(registry, session), own or [entry.task_id])


def inbox_of_human(registry: Registry, session: Session) -> Inbox:
    """The messages to the human: the unacked ones, and the newest of the rest."""
    human = session.administrator_agent_id
    waiting = unacked.entries(registry, human, UNACKED_SHOWN + 1)
    received = Filter(recipient=human)
    newest = history.page(registry, session.session_id, received, _SETTLED_SHOWN)
    return Inbox(
        tuple(waiting[:UNACKED_SHOWN]),
        inbox_of(newest, human).settled,
        more=len(waiting) > UNACKED_SHOWN,
    )


def ack_those(registry: Registry, session: Session, entries: Sequence[Entry]) -> None:
    """Ack messages to the human, together; those that are settled by now are left alone."""
    human = session.administrator_agent_id
    own = {
        delivery.task_id
        for entry in entries
        for delivery in entry.deliveries
        if delivery.recipient_id == human
    }
    if open_ids := unacked.those_open(registry, human, own, UNACKED_SHOWN):
        inbox.ack(registry, _human(registry, session), open_ids)


def cancel_refusal(entry: Entry, human: str) -> str | None:
    """Why the human cannot cancel this message; None if that is possible."""
    if entry.sender_id != human:
        return "only who sent it can take it back"
    if not any(each.state in UNSETTLED for each in entry.deliveries):
        return "nobody is left who has not acked it"
    return None


def ack_refusal(entry: Entry, human: str) -> str | None:
    """Why the human cannot ack this message; None if that is possible."""
    own = [each for each in entry.deliveries if each.recipient_id == human]
    if not own:
        return "it was not sent to you"
    if not any(each.state == TaskState.INPUT_REQUIRED for each in own):
        return "you have dealt with it"
    return None


def written(registry: Registry, session: Session) -> Sequence[str]:
    """The human's last messages in a session, newest last, as they would be typed."""
    mine = Filter(sender=session.administrator_agent_id)
    entries = history.page(registry, session.session_id, mine, _WRITTEN_KEPT)
    return [mentions.written(entry) for entry in entries if not _is_answer(entry)]


def _human(registry: Registry, session: Session) -> Caller:
    wanted = session.administrator_agent_id
    return Caller(session, identity.find_agent(registry, session.session_id, wanted))


def _is_answer(entry: Entry) -> bool:
    """Whether an entry records an answered question rather than a message."""
    return any(each.push_reason == PushReason.ANSWER for each in entry.deliveries)
