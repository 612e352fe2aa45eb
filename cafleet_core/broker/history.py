"""Looking back: the session's messages by who, when and what words."""

import sys
from collections.abc import Iterator
from typing import NamedTuple

from cafleet_core.records import Entry
from cafleet_core.storage import timeline
from cafleet_core.storage.registry import Registry
from cafleet_core.storage.timeline import Place

_PAGE = 200


class Filter(NamedTuple):
    """What is kept: agent ids, a stamp (strict), words; None where it does not matter.

    `party` sent or received; `words` must all occur, the last letters of each may be missing.
    """

    party: str | None = None
    sender: str | None = None
    recipient: str | None = None
    since: str | None = None
    words: str | None = None


EVERYTHING = Filter()


def newest(
    registry: Registry,
    session_id: str,
    wanted: Filter,
    limit: int,
    before: int = sys.maxsize,
) -> list[Entry]:
    """The newest `limit` entries that fit, of those before the `seq` `before`, oldest first.

    One filter alone costs the same however long the history; of several the most telling
    leads, and its hits are read until enough fit the others.
    """
    kept: dict[str, Entry] = {}
    while len(kept) < limit:
        places = _leading(registry, session_id, wanted, before)
        page = timeline.by_heads(registry, list({place.head for place in places}))
        kept |= {entry.task_id: entry for entry in page if _fits(entry, wanted)}
        if len(places) < _PAGE or _too_old(page, wanted):
            break
        before = places[-1].seq
    return sorted(kept.values())[-limit:]


def fits(entry: Entry, wanted: Filter) -> bool:
    """Whether an entry fits, its words taken for what they look like."""
    body = entry.text.casefold()
    return _fits(entry, wanted) and all(
        word in body for word in (wanted.words or "").casefold().split()
    )


def everything(registry: Registry, session_id: str, wanted: Filter) -> Iterator[Entry]:
    """Every entry that fits, oldest first, read in pages."""
    hits = wanted.words and set(_every_hit(registry, session_id, wanted.words))
    after = 0
    while page := timeline.after(registry, session_id, after, _PAGE):
        after = page[-1].seq
        for entry in page:
            if _fits(entry, wanted) and (not wanted.words or entry.seq in (hits or ())):
                yield entry


def _leading(
    registry: Registry, session_id: str, wanted: Filter, before: int
) -> list[Place]:
    """A page of the candidates that the most telling filter leaves, newest first."""
    if wanted.words:
        return timeline.heads_found(registry, session_id, wanted.words, before, _PAGE)
    if wanted.recipient:
        return timeline.heads_received(registry, wanted.recipient, before, _PAGE)
    if wanted.sender:
        return timeline.heads_sent(registry, wanted.sender, before, _PAGE)
    if wanted.party:
        sent = timeline.heads_sent(registry, wanted.party, before, _PAGE)
        received = timeline.heads_received(registry, wanted.party, before, _PAGE)
        return sorted({*sent, *received}, reverse=True)[:_PAGE]
    return timeline.heads_of(registry, session_id, before, _PAGE)


def _every_hit(registry: Registry, session_id: str, words: str) -> Iterator[int]:
    before = sys.maxsize
    while places := timeline.heads_found(registry, session_id, words, before, _PAGE):
        yield from (place.seq for place in places)
        before = places[-1].seq


def _fits(entry: Entry, wanted: Filter) -> bool:
    received = {delivery.recipient_id for delivery in entry.deliveries}
    return (
        (wanted.sender in (None, entry.sender_id))
        and (wanted.recipient is None or wanted.recipient in received)
        and (wanted.party is None or wanted.party in {entry.sender_id, *received})
        and (wanted.since is None or entry.created_at > wanted.since)
    )


def _too_old(page: list[Entry], wanted: Filter) -> bool:
    return bool(page and wanted.since and page[0].created_at <= wanted.since)
