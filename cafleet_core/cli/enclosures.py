"""Print what messages come with: files, where each is and what became of it; comments."""

from __future__ import annotations

from cafleet_core import comments, ids, text
from cafleet_core.cli.envelope import Enclosed
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.views import AttachmentState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from cafleet_core.broker.messages.attached import SeenFile
    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.comments import Comment
    from cafleet_core.records import Task
    from cafleet_core.views import Entry

_WORDS = {
    AttachmentState.CHANGED: ", changed since",
    AttachmentState.TOUCHED: ", written since",
    AttachmentState.GONE: ", gone",
    AttachmentState.UNREADABLE: ", unreadable",
    AttachmentState.ELSEWHERE: ", on another machine",
}


def of_tasks(run: Invocation, tasks: Sequence[Task]) -> Mapping[str, Enclosed]:
    """What tasks' messages come with, by the messages' heads."""
    from cafleet_core.broker.messages import attached, reviews

    files = attached.of_tasks(run.registry, tasks)
    said = reviews.of_tasks(run.registry, tasks)
    return {
        head: Enclosed(files.get(head, ()), said.get(head, ()))
        for head in {*files, *said}
    }


def of_entry(entry: Entry) -> Enclosed:
    """What an entry comes with."""
    from cafleet_core.broker.messages import attached

    return Enclosed(attached.seen(entry.files), entry.comments)


def marks(enclosed: Enclosed, task_id: str, *, open_here: bool) -> list[str]:
    """The marks of an envelope's head: how many lines about files follow it, and that it is a review.

    Whoever is to ack its comments is told how.
    """
    said = [f"files:{len(enclosed.files)}"] if enclosed.files else []
    if enclosed.comments:
        said.append("kind:review")
    if enclosed.comments and open_here:
        said.append(f"ack:{ids.shown(task_id)}/N")
    return said


def lines(enclosed: Enclosed) -> str:
    """A line for each file, to stand between a head and its body."""
    return "".join(f"file: {line(seen)}\n" for seen in enclosed.files)


def line(seen: SeenFile) -> str:
    """Where a file is, its size, and what has become of it unless it is the same."""
    path = text.label(seen.attachment.path)
    return f"{path} ({seen.attachment.bytes} B{_WORDS.get(seen.state, '')})"


def documents(enclosed: Enclosed) -> dict[str, Any]:
    """All that is known of each file and comment, as keys of a document; no key for none."""
    document: dict[str, Any] = {}
    if enclosed.files:
        document["attachments"] = [
            {**seen.attachment._asdict(), "state": seen.state}
            for seen in enclosed.files
        ]
    if enclosed.comments:
        document["kind"] = "review"
        document["comments"] = [each._asdict() for each in enclosed.comments]
    return document


def status_line(said: Sequence[Comment]) -> str:
    """How many comments are acked, and which are not."""
    waiting = [str(each.number) for each in said if each.acked_at is None]
    acked = len(said) - len(waiting)
    which = f", open: {' '.join(waiting)}" if waiting else ""
    return f"  comments acked {acked} of {len(said)}{which}"


def left(words: str, enclosed: Enclosed) -> str:
    """A message's text, of a review without the comments that are acked."""
    return comments.left(words, enclosed.comments)
