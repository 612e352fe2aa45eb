"""A message that is to be stored, as the rows of its deliveries."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.broker.delivery import turns
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.records import AT_ONCE, Agent, Timing
from cafleet_core.states import SenderProof, TaskState, TaskType
from cafleet_core.storage.new_tasks import NewTask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.comments import Comment
    from cafleet_core.records import Attachment
    from cafleet_core.storage.registry import Statement


class Message(NamedTuple):
    """A message that is to be stored: `summary_id` makes it a broadcast.

    One with `comments` is a review, and has one recipient.
    """

    sender: Agent
    body: str
    recipients: Sequence[Agent]
    task_ids: Sequence[str]
    summary_id: str | None
    reply_to: str | None
    proof: SenderProof | None
    timing: Timing = AT_ONCE
    attached: Sequence[Attachment] = ()
    comments: Sequence[Comment] = ()

    def enclosed(self, at: str) -> list[Statement]:
        """What stores the files and comments of it, after its rows of the same stamp."""
        if not (self.attached or self.comments):
            return []
        from cafleet_core.storage import attachments, comments  # few messages have any

        head_id = self.summary_id or self.task_ids[0]
        session_id = self.sender.session_id
        return [
            *attachments.insert(head_id, session_id, at, self.attached),
            *comments.insert(head_id, session_id, at, self.comments),
        ]

    def rows(self, at: str) -> list[NewTask]:
        """The rows to store, stamped `at`: the summary of a broadcast, and each delivery."""
        several = len(self.task_ids) > 1
        origin = self.summary_id or (self.task_ids[0] if several else None)
        sender_id = self.sender.agent_id
        summary = NewTask(
            task_id=self.summary_id or "",
            session_id=self.sender.session_id,
            context_id=sender_id,
            sender_id=sender_id,
            recipient_id=None,
            kind=TaskType.BROADCAST_SUMMARY,
            text=text.storable(self.body),
            origin=origin,
            reply_to=self.reply_to,
            state=TaskState.COMPLETED,
            at=at,
            proof=self.proof,
            timing=self.timing,
            attached=len(self.attached),
            commented=len(self.comments),
        )
        waits = self.timing.waits
        state = TaskState.SCHEDULED if waits else TaskState.INPUT_REQUIRED
        deliveries = [
            summary._replace(
                task_id=task_id,
                context_id=recipient.agent_id,
                recipient_id=recipient.agent_id,
                kind=TaskType.UNICAST,
                state=state,
                result=None if waits else turns.foregone(sender_id, recipient),
            )
            for task_id, recipient in zip(self.task_ids, self.recipients, strict=True)
        ]
        return [summary, *deliveries] if self.summary_id else deliveries
