"""Print tasks and entries: one envelope, as text and as JSON."""

from __future__ import annotations

from cafleet_core import clock, ids, text
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import SenderProof, TaskState, Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from cafleet_core.broker.messages.attached import SeenFile
    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.comments import Comment
    from cafleet_core.records import PushResult, Task
    from cafleet_core.views import Delivery, Entry


class Enclosed(NamedTuple):
    """What a message comes with: files, and the comments of a review."""

    files: Sequence[SeenFile] = ()
    comments: Sequence[Comment] = ()


NOTHING = Enclosed()


def as_text(
    task: Task,
    limit: int,
    full: bool,
    *,
    own: bool = False,
    enclosed: Enclosed = NOTHING,
) -> str:
    """The bracketed head line and the body, cut to `limit` code points unless `full`.

    The head says how many lines about files come before the body, and how comments are acked;
    a review is never cut. It marks a sender without proof, except in the sender's `own` message.
    """
    open_here = not own and task.status_state == TaskState.INPUT_REQUIRED
    marks = [
        ids.shown(task.task_id),
        *_origin(task.from_name, task.from_agent_id, task.created_at),
        *(() if own else _claim(task.sender_proof)),
        *_marks(task.broadcast, task.origin_task_id, task.reply_to_task_id),
        *timing_marks(task),
    ]
    return _assembled(marks, task, enclosed, limit, full=full, open_here=open_here)


def _origin(sender: str, sender_id: str, at: str) -> tuple[str, str]:
    """Who sent a message, and when."""
    return f"from:{text.label(sender)} {ids.shown(sender_id)}", clock.seconds(at)


def as_document(
    task: Task,
    limit: int,
    full: bool,
    *,
    own: bool = False,
    enclosed: Enclosed = NOTHING,
) -> dict[str, Any]:
    """The envelope's keys, as in `as_text`; with `full` every column and the whole body."""
    if full:
        return task._asdict() | enclosed_documents(enclosed)
    document: dict[str, Any] = {
        "id": task.task_id,
        "from": task.from_agent_id,
        "from_name": task.from_name,
        "to": task.to_agent_id,
        "ts": task.created_at,
        "state": task.status_state,
        **_body_document(task.text, limit),
    }
    if task.broadcast:
        document["kind"] = "broadcast"
    if task.origin_task_id:
        document["origin"] = task.origin_task_id
    if task.reply_to_task_id:
        document["reply_to"] = task.reply_to_task_id
    if task.sender_proof and not own:
        document["sender_proof"] = task.sender_proof
    return document | timing_document(task) | enclosed_documents(enclosed)


def entry_text(
    entry: Entry, limit: int, full: bool, enclosed: Enclosed = NOTHING
) -> str:
    """An entry of the history: an envelope that also names recipients and their states."""
    reached = ", ".join(
        f"{text.label(delivery.recipient_name)} {delivery_state(delivery)}"
        for delivery in entry.deliveries
    )
    marks = [
        entry.task_id,  # whole: what is looked back at is quoted elsewhere, long after
        *_origin(entry.sender_name, entry.sender_id, entry.created_at),
        *_claim(entry.sender_proof),
        *_marks(entry.broadcast, None, entry.reply_to_task_id),
        f"to:{reached}",
    ]
    return _assembled(marks, entry, enclosed, limit, full=full)


def entry_document(
    entry: Entry, limit: int, full: bool, enclosed: Enclosed = NOTHING
) -> dict[str, Any]:
    """An entry of the history with the state of each delivery."""
    document: dict[str, Any] = {
        "id": entry.task_id,
        "from": entry.sender_id,
        "from_name": entry.sender_name,
        "ts": entry.created_at,
        **_body_document(entry.text, 0 if full else limit),
        "deliveries": [
            {
                "id": delivery.task_id,
                "to": delivery.recipient_id,
                "to_name": delivery.recipient_name,
                "state": delivery.state,
                "acked_at": delivery.acked_at,
                **timing_document(delivery),
            }
            for delivery in entry.deliveries
        ],
    }
    if entry.broadcast:
        document["kind"] = "broadcast"
    if entry.reply_to_task_id:
        document["reply_to"] = entry.reply_to_task_id
    if entry.sender_proof:
        document["sender_proof"] = entry.sender_proof
    return document | enclosed_documents(enclosed)


def delivery_state(delivery: Delivery) -> str:
    """The state of a delivery; of one that waits, for what."""
    if delivery.state != TaskState.SCHEDULED:
        return delivery.state
    return f"{delivery.state} {' '.join(timing_marks(delivery))}".strip()


def timing_document(timed: Task | Delivery) -> dict[str, Any]:
    """The conditions that a message waits or has waited for; only those that are set."""
    names = ("not_before", "every", "expires_at", "urgent", "awaits")
    values = ((name, getattr(timed, name)) for name in names)
    return {name: value for name, value in values if value}


def timing_marks(timed: Task | Delivery) -> list[str]:
    """The same as marks of an envelope's head."""
    return [_TIMING[name](value) for name, value in timing_document(timed).items()]


_TIMING: dict[str, Callable[[str], str]] = {
    "not_before": lambda at: f"at:{clock.seconds(at)}",
    "every": lambda fields: f"every:{fields}",
    "expires_at": lambda at: f"expires:{clock.seconds(at)}",
    "urgent": lambda _: "urgent",
    "awaits": lambda awaited: f"awaits:{_awaited(awaited)}",
}


def _awaited(condition: str) -> str:
    agent_id, _, what = condition.partition(" ")
    return f"{ids.shown(agent_id)} {what}"


def body(words: str, task_id: str, limit: int, full: bool) -> str:
    """A body that cannot pass for another envelope; a cut one says how to see the rest."""
    whole = text.sanitise(words)
    shown = whole if full else text.cut(whole, limit)
    if shown != whole:
        shown += f" ({len(whole)} characters; cafleet message show --full {ids.shown(task_id)})"
    return text.quoting_heads(shown)


def push_text(result: PushResult) -> str:
    """One line on the outcome of a push."""
    reason = f" ({result.reason})" if result.reason else ""
    return f"push: {result.outcome}{_BY.get(result.transport, '')}{reason}"


_BY: dict[Transport | None, str] = {
    Transport.INBOX: " by its inbox",
    Transport.KEYS_INSTEAD: " by keys instead of its inbox",
}


def push_document(result: PushResult) -> dict[str, Any]:
    """The outcome of a push, with its reason if it has one."""
    return {key: value for key, value in result._asdict().items() if value is not None}


def _marks(
    broadcast: int | bool, origin: str | None, reply_to: str | None
) -> list[str]:
    marks = ["kind:broadcast"] if broadcast else []
    if origin:
        marks.append(f"origin:{ids.shown(origin)}")
    if reply_to:
        marks.append(f"reply-to:{ids.shown(reply_to)}")
    return marks


def _assembled(
    marks: list[str],
    message: Task | Entry,
    enclosed: Enclosed,
    limit: int,
    *,
    full: bool,
    open_here: bool = False,
) -> str:
    """The head with its marks, lines about files, and the body."""
    if enclosed == NOTHING:
        words = body(message.text, message.task_id, limit, full)
        return f"[{' | '.join(marks)}]\n{words}"
    from cafleet_core.cli import enclosures  # few messages come with anything

    marks += enclosures.marks(enclosed, message.task_id, open_here=open_here)
    left = enclosures.left(message.text, enclosed)
    words = body(left, message.task_id, limit, full or bool(enclosed.comments))
    return f"[{' | '.join(marks)}]\n{enclosures.lines(enclosed)}{words}"


def enclosed_documents(enclosed: Enclosed) -> dict[str, Any]:
    """What is known of each file and comment, as keys of a document."""
    if enclosed == NOTHING:
        return {}
    from cafleet_core.cli import enclosures

    return enclosures.documents(enclosed)


def _claim(proof: SenderProof | None) -> list[str]:
    """The mark of a message whose sender has no proof."""
    return ["sender:claimed"] if proof == SenderProof.CLAIMED else []


def _body_document(words: str, limit: int) -> dict[str, Any]:
    whole = text.sanitise(words)
    shown = text.cut(whole, limit)
    return {"text": shown} | ({"text_length": len(whole)} if shown != whole else {})


def with_enclosed(
    run: Invocation, tasks: Sequence[Task]
) -> list[tuple[Task, Enclosed]]:
    """Tasks with what their messages come with; asks for nothing where none comes with any."""
    if not any(task.attached or task.commented for task in tasks):
        return [(task, NOTHING) for task in tasks]
    from cafleet_core.cli import enclosures

    known = enclosures.of_tasks(run, tasks)
    return [
        (task, known.get(task.origin_task_id or task.task_id, NOTHING))
        for task in tasks
    ]


def enclosed_in(entry: Entry) -> Enclosed:
    """What an entry comes with."""
    if not (entry.files or entry.comments):
        return NOTHING
    from cafleet_core.cli import enclosures

    return enclosures.of_entry(entry)
