"""Print the files that messages come with: where each is, and what has become of it."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from cafleet_core.broker.messages.attached import SeenFile
    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.records import Task
    from cafleet_core.views import AttachmentState, Entry


def of_tasks(
    run: Invocation, tasks: Sequence[Task]
) -> Mapping[str, Sequence[SeenFile]]:
    """The files of tasks' messages, by the messages' heads; asks for nothing where none has any."""
    if not any(task.attached for task in tasks):
        return {}
    from cafleet_core.broker.messages import attached

    return attached.of_tasks(run.registry, tasks)


def of_entries(
    run: Invocation, entries: Sequence[Entry]
) -> Mapping[str, Sequence[SeenFile]]:
    """The files of entries, by their ids; asks for nothing where none has any."""
    if not any(entry.attached for entry in entries):
        return {}
    from cafleet_core.broker.messages import attached

    return attached.of_entries(run.registry, entries)


def line(seen: SeenFile) -> str:
    """Where a file is, its size, and what has become of it unless it is the same."""
    path = text.label(seen.attachment.path)
    return f"{path} ({seen.attachment.bytes} B{_fate(seen.state)})"


def _fate(state: AttachmentState) -> str:
    """What has become of a file, in words; nothing of one that is the same."""
    from cafleet_core.views import AttachmentState  # few messages have files

    return {
        AttachmentState.SAME: "",
        AttachmentState.CHANGED: ", changed since",
        AttachmentState.TOUCHED: ", written since",
        AttachmentState.GONE: ", gone",
        AttachmentState.UNREADABLE: ", unreadable",
        AttachmentState.ELSEWHERE: ", on another machine",
    }[state]


def lines(files: Sequence[SeenFile]) -> str:
    """A line for each file, to stand between a head and its body."""
    return "".join(f"file: {line(seen)}\n" for seen in files)


def documents(files: Sequence[SeenFile]) -> dict[str, Any]:
    """All that is known of each file, as the key of a document; no key for no file."""
    if not files:
        return {}
    known = [{**seen.attachment._asdict(), "state": seen.state} for seen in files]
    return {"attachments": known}
