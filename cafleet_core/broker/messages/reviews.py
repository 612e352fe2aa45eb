"""Reviews: messages of comments on lines of files, each of which is acked on its own."""

from __future__ import annotations

from functools import partial

from cafleet_core import clock, comments, text
from cafleet_core.broker.directory import identity
from cafleet_core.broker.messages import attached, inbox, send
from cafleet_core.errors import InvalidInput, NotFound, Refused
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.records import AT_ONCE
from cafleet_core.storage import comments as rows
from cafleet_core.storage import tasks

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence
    from typing import Any

    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.comments import Comment
    from cafleet_core.records import Agent, Sent, Task, Timing
    from cafleet_core.storage.registry import Registry


class OpenComment(NamedTuple):
    """A comment that its recipient has not acked, and the id of its review."""

    task_id: str
    comment: Comment


class Acked(NamedTuple):
    """What became of a review: how many comments were acked by now, how many are left."""

    task: Task
    acked: int
    left: int


def send_review(
    registry: Registry,
    sender: Agent,
    recipients: Sequence[Agent],
    words: str,
    said: Sequence[Comment],
    paths: Sequence[str] = (),
    copied: bool = False,
    timing: Timing = AT_ONCE,
    **more: Any,
) -> Sent:
    """Send comments, with words before them, to one agent; `more` is as of `send.send`.

    Files come with it as by `attached.send_with`. Raises InvalidInput for several
    recipients, and for what is sent again and again.
    """
    if len(recipients) != 1:
        raise InvalidInput("--review: a review goes to one agent.")
    if timing.every:
        raise InvalidInput("a message that is sent --every time cannot be a --review.")
    numbered = comments.numbered(said)
    body = comments.body(words, numbered)
    more |= {"timing": timing, "comments": numbered}
    if paths:
        sending = partial(attached.send_with, paths=paths, copied=copied)
        return sending(registry, sender, recipients, body, **more)
    return send.send(registry, sender, recipients, body, **more)


def ack(registry: Registry, caller: Caller, references: Sequence[str]) -> list[Acked]:
    """Ack comments of reviews to the caller: `ID/NUMBER` each; the last one acks its review.

    Nothing is acked where one of them is not the caller's, is settled, or is no comment:
    raises NotFound, Refused, InvalidInput. Each review changes in a transaction of its own.
    """
    wanted: dict[str, set[int]] = {}
    reviews: dict[str, Task] = {}
    for reference in references:
        whole, _, number = reference.partition("/")
        task = _open_review(registry, caller, whole)
        known = rows.of_reviews(registry, [task.task_id]).get(task.task_id, [])
        wanted.setdefault(task.task_id, set()).add(_number(known, reference, number))
        reviews[task.task_id] = task
    at = clock.stamp()
    for task_id, numbers in wanted.items():
        rows.ack(registry, caller.agent, task_id, sorted(numbers), at)
    return [
        _acked(registry, task, wanted[task_id]) for task_id, task in reviews.items()
    ]


def of_tasks(
    registry: Registry, known: Sequence[Task]
) -> Mapping[str, Sequence[Comment]]:
    """The comments of those tasks that are reviews, by their ids."""
    reviews = [each for each in known if each.commented]
    said = rows.of_reviews(registry, [each.task_id for each in reviews])
    return {
        each.task_id: comments.settled(said.get(each.task_id, ()), each.acked_at)
        for each in reviews
    }


def open_to(registry: Registry, agent: Agent) -> list[OpenComment]:
    """The comments that an agent has not acked, oldest first."""
    return [OpenComment(*each) for each in rows.open_to(registry, agent.agent_id)]


def _open_review(registry: Registry, caller: Caller, reference: str) -> Task:
    task = identity.find_own_task(registry, caller, reference, received=True)
    inbox.refuse_settled(task, caller)
    return task


def _number(known: Sequence[Comment], reference: str, number: str) -> int:
    """The number of a comment that is open still."""
    shown = text.one_line(reference)
    for comment in known:
        if str(comment.number) == number:
            if comment.acked_at:
                raise Refused(f"comment {shown} is acked already; nothing was acked.")
            return comment.number
    raise NotFound(f"there is no comment '{shown}'; nothing was acked.")


def _acked(registry: Registry, task: Task, wanted: Container[int]) -> Acked:
    """What has become of a review; raises Refused where it was settled before its ack."""
    known = rows.of_reviews(registry, [task.task_id]).get(task.task_id, [])
    if any(each.acked_at is None for each in known if each.number in wanted):
        raise Refused("The review was settled meanwhile; its comments were not acked.")
    done = sum(comment.acked_at is not None for comment in known)
    [present] = tasks.get(registry, [task.task_id])
    return Acked(present, done, len(known) - done)
