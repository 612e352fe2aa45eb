"""Read the session's messages by sender, recipient, time, words, and whether they are acked."""

from __future__ import annotations

from cafleet_core.broker.messages import filtering, inbox
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import keyset, timeline
from cafleet_core.storage.keyset import END, Among, Edge, Position
from cafleet_core.views import EVERYTHING, Entry, Filter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.storage.registry import Registry

_PAGE = 200


def status(registry: Registry, caller: Caller, reference: str) -> Entry:
    """The message of a task that the caller sent or received, with every recipient's state."""
    task = inbox.show(registry, caller, reference)
    return timeline.by_heads(registry, [task.origin_task_id or task.task_id])[0]


def page(
    registry: Registry,
    session_id: str,
    wanted: Filter,
    limit: int,
    edge: Edge = END,
) -> list[Entry]:
    """The `limit` entries next to `edge` that fit, oldest first; fewer if there are no more.

    A single filter, also with words, costs the same however long the history. Of several
    the most selective provides candidates, which are read until enough fit the others.
    """
    if wanted == EVERYTHING:
        return timeline.page(registry, session_id, edge, limit)
    kept: dict[str, Entry] = {}
    reached = edge
    while len(kept) < limit:
        positions = _leading(registry, session_id, wanted, reached)
        entries = timeline.by_heads(
            registry, list({position.head for position in positions})
        )
        kept |= {
            entry.task_id: entry
            for entry in entries
            if filtering.fits_but_for_words(entry, wanted) and _is_beyond(entry, edge)
        }
        if len(positions) < _PAGE or (_too_old(entries, wanted) and not edge.newer):
            break
        reached = edge._replace(seq=positions[-1].seq)
    fitting = sorted(kept.values())
    return fitting[:limit] if edge.newer else fitting[-limit:]


def everything(registry: Registry, session_id: str, wanted: Filter) -> Iterator[Entry]:
    """Every entry that fits, oldest first, read page by page."""
    since = wanted.since
    start = timeline.first_since(registry, session_id, since) if since else 0
    edge = Edge(start - 1, newer=True)
    while entries := page(registry, session_id, wanted, _PAGE, edge):
        edge = edge._replace(seq=entries[-1].seq)
        yield from entries


def _leading(
    registry: Registry, session_id: str, wanted: Filter, edge: Edge
) -> list[Position]:
    """Positions of a page of candidates by the most selective filter, nearest first."""
    among = Among(session_id, wanted.words)
    if wanted.unacked:
        return keyset.unacked(registry, among, edge, _PAGE)
    if wanted.recipient:
        return keyset.received(registry, among, wanted.recipient, edge, _PAGE)
    if wanted.sender:
        return keyset.sent(registry, among, wanted.sender, edge, _PAGE)
    if wanted.party:
        sent = keyset.sent(registry, among, wanted.party, edge, _PAGE)
        received = keyset.received(registry, among, wanted.party, edge, _PAGE)
        return sorted({*sent, *received}, reverse=not edge.newer)[:_PAGE]
    return keyset.of_session(registry, among, edge, _PAGE)


def _is_beyond(entry: Entry, edge: Edge) -> bool:
    return entry.seq > edge.seq if edge.newer else entry.seq < edge.seq


def _too_old(page: list[Entry], wanted: Filter) -> bool:
    return bool(page and wanted.since and page[0].created_at <= wanted.since)
