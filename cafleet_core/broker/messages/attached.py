"""Messages with files: sending them, and looking at the files of those that were sent."""

from __future__ import annotations

from cafleet_core import attachments
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry import left_behind
from cafleet_core.errors import InvalidInput, NotFound, Refused
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.storage import attachments as rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cafleet_core.comments import Comment
    from cafleet_core.config.rules import PushRules
    from cafleet_core.records import Agent, Attachment, Sent, Task, Timing
    from cafleet_core.states import SenderProof
    from cafleet_core.storage.registry import Registry
    from cafleet_core.views import AttachmentState


class SeenFile(NamedTuple):
    """A file of a message, and what has become of it."""

    attachment: Attachment
    state: AttachmentState


def send_with(
    registry: Registry,
    sender: Agent,
    recipients: Sequence[Agent],
    body: str,
    *,
    paths: Sequence[str],
    copied: bool,
    reply_to: str | None,
    head_id: str | None,
    proof: SenderProof | None,
    rules: PushRules,
    timing: Timing,
    comments: Sequence[Comment] = (),
) -> Sent:
    """Send a message with the files at these paths: see `send.send` and `attachments.taken`.

    Raises Refused where `head_id` came with others.
    """
    _refuse_repeated(timing)
    taken = _taken(registry, paths, copied)
    try:
        sent = send.send(
            *(registry, sender, recipients, body),
            reply_to=reply_to,
            head_id=head_id,
            proof=proof,
            rules=rules,
            timing=timing,
            attached=taken,
            comments=comments,
        )
    except (InvalidInput, NotFound, Refused):  # nothing was stored
        attachments.discard(taken)
        raise
    attachments.settle(taken)
    if head_id:
        _refuse_others(registry, head_id, taken)
    return sent


def _taken(registry: Registry, paths: Sequence[str], copied: bool) -> list[Attachment]:
    """What is at these paths; before it is copied, what the dead have left goes."""
    if copied:
        left_behind.drop(registry)
    return attachments.taken(paths, copied=copied, owner=registry.where)


def _refuse_repeated(timing: Timing) -> None:
    """Refuse files for a message that comes again and again: they would be others each time."""
    if timing.every:
        raise InvalidInput("a message that is sent --every time cannot --attach files.")


def _refuse_others(
    registry: Registry, head_id: str, taken: Sequence[Attachment]
) -> None:
    """Refuse a message that was sent by this id before, with other files."""
    stored = rows.of_messages(registry, [head_id]).get(head_id, [])
    if stored == list(taken):
        return
    attachments.discard(taken)
    if list(map(_origin, stored)) != list(map(_origin, taken)):
        raise Refused(f"--id {head_id} is another message's; nothing was sent.")


def _origin(attachment: Attachment) -> str:
    """Where the sender had a file."""
    return attachment.copied_from or attachment.path


def of_tasks(registry: Registry, tasks: Iterable[Task]) -> Mapping[str, list[SeenFile]]:
    """The files of these tasks' messages, by the messages' heads."""
    heads = [task.origin_task_id or task.task_id for task in tasks if task.attached]
    known = rows.of_messages(registry, list(dict.fromkeys(heads)))
    return {head: seen(files) for head, files in known.items()}


def seen(files: Iterable[Attachment]) -> list[SeenFile]:
    """These files, with what has become of each."""
    return [SeenFile(each, attachments.state(each)) for each in files]
