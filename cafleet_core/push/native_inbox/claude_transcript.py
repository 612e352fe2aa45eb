"""Claude Code's transcripts as receipts: which messages it has queued, and which it has read."""

from __future__ import annotations

import os

from cafleet_core import clock
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading import foreign_files
from cafleet_core.push import preview
from cafleet_core.states import Receipt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

_TAIL = 1 << 20
"""Bytes at the end of a transcript in which a message is looked for."""

_WHOLE = 1 << 26
"""Bytes at the end of a transcript that must not hold a message for it to be missing."""

_AT_REST = frozenset(("idle", "shell"))


def receipts(
    home: str,
    transcript: str,
    status: str,
    task_ids: Sequence[str],
    begun: float,
    since: float = 0.0,
) -> dict[str, Receipt]:
    """The receipt of each message, from the files of an agent with this status.

    The agent's process began at `begun`, in epoch seconds: a message that was queued before
    and not read ended with its process. MISSING means that no transcript written after
    `since`, in epoch seconds, holds it: a message may have been read in an earlier
    conversation.
    """
    here = clock.here()
    queued_since = clock.stamp_after(here, begun - here.timestamp())
    seen = _in_transcript(transcript, task_ids, queued_since)
    missing = [task_id for task_id in task_ids if task_id not in seen]
    if missing and since:
        for path in _others(home, since):
            seen |= _in_transcript(path, missing, queued_since, _WHOLE)
    without = _without_trace(transcript, status)
    return {task_id: seen.get(task_id, without) for task_id in task_ids}


def _without_trace(transcript: str, status: str) -> Receipt:
    if status == "waiting":
        return Receipt.ASKED
    rests = bool(transcript) and status in _AT_REST
    return Receipt.MISSING if rests else Receipt.UNKNOWN


def _in_transcript(
    path: str, task_ids: Sequence[str], queued_since: str, tail: int = _TAIL
) -> dict[str, Receipt]:
    """READ or ACCEPTED, by task id, of those messages that a transcript holds."""
    heads = {task_id: preview.head(task_id) for task_id in task_ids}
    marks = [head.encode() for head in heads.values()]
    seen: dict[str, Receipt] = {}
    if not path or not marks:
        return seen
    for entry in foreign_files.newest_entries(path, *marks, tail=tail):
        receipt = _receipt(entry, queued_since)
        if receipt is None:
            continue
        words = _words(entry)
        for task_id, head in heads.items():
            if head in words and seen.get(task_id) != Receipt.READ:
                seen[task_id] = receipt
    return seen


def _receipt(entry: Mapping[str, Any], queued_since: str) -> Receipt | None:
    if entry.get("type") == "queue-operation":
        is_queued = str(entry.get("timestamp")) >= queued_since
        is_new = entry.get("operation") == "enqueue"
        return Receipt.ACCEPTED if is_new and is_queued else None
    if _is(entry, "attachment", "type", "queued_command"):
        return Receipt.READ  # put between two calls of tools, while it was at work
    is_peers = _is(entry, "origin", "kind", "peer")
    return Receipt.READ if entry.get("type") == "user" and is_peers else None


def _is(entry: Mapping[str, Any], part: str, key: str, value: str) -> bool:
    inner = entry.get(part)
    return isinstance(inner, dict) and inner.get(key) == value


def _words(entry: Mapping[str, Any]) -> str:
    """The text of an entry of a transcript: of a queue operation, an attachment, or a turn."""
    inner = entry.get("message") or entry.get("attachment")
    message = inner if isinstance(inner, dict) else {}
    content = message.get("content") or message.get("prompt") or entry.get("content")
    if isinstance(content, str):
        return content
    blocks = content if isinstance(content, list) else []
    return "\n".join(str(each.get("text")) for each in blocks if isinstance(each, dict))


def _others(home: str, since: float) -> Iterator[str]:
    """The transcripts of the agent's other conversations that were written since then."""
    projects = os.path.join(home, "projects")
    for folder in foreign_files.names(projects):
        yield from foreign_files.logs_since(os.path.join(projects, folder), since)


def lately(transcript: str) -> int:
    """How many messages have come in within a minute, whoever sent them."""
    if not transcript:
        return 0
    since, count = clock.stamp_after(clock.here(), -60.0), 0
    for entry in foreign_files.newest_entries(transcript, b'"enqueue"', tail=_TAIL):
        if entry.get("operation") != "enqueue":
            continue
        if str(entry.get("timestamp")) < since:
            break
        count += 1
    return count
