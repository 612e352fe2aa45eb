"""The ways to a filter's entries: which index leads, and what of its hits fits the rest."""

from __future__ import annotations

from cafleet_core.broker.messages import filtering
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import keyset, timeline
from cafleet_core.views import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cafleet_core.storage.keyset import Edge, Position
    from cafleet_core.storage.registry import Registry
    from cafleet_core.views import Entry, Filter

    Lead = Callable[[Edge, int], Sequence[Position]]
    """So many positions next to an edge, the nearest first; fewer where there are no more."""

_MOST_ENTRIES = 200
_FIRST_TEXTS, _MOST_TEXTS = 200, 3200
"""A text is read in a tenth of the time that an entry with its deliveries takes."""


def ways(
    registry: Registry, session_id: str, wanted: Filter, edge: Edge, first: int
) -> list[Iterator[list[Entry]]]:
    """Each way to all entries beyond `edge` that fit, in portions, the nearest first.

    `first` positions are read to begin with: enough where all of them fit.
    """
    lead, words = _lead(registry, session_id, wanted), wanted.words
    if not words:
        portions = [_portions(lead, edge, first, _MOST_ENTRIES)]
    else:
        by_words = _words_lead(registry, session_id, words)
        portions = [_portions(by_words, edge, first, _MOST_ENTRIES)]
        if wanted._replace(words=None, since=None) != EVERYTHING:
            among = _portions(lead, edge, _FIRST_TEXTS, _MOST_TEXTS)
            portions.insert(0, _saying(registry, words, among))
    return [_fitting(registry, wanted, edge, heads) for heads in portions]


def _lead(registry: Registry, session_id: str, wanted: Filter) -> Lead:
    """Where those are that the most telling filter leaves, words apart."""
    recipient, sender, party = wanted.recipient, wanted.sender, wanted.party
    if wanted.unacked:
        return lambda edge, count: keyset.unacked(registry, session_id, edge, count)
    if recipient:
        return lambda edge, count: keyset.received(registry, recipient, edge, count)
    if sender:
        return lambda edge, count: keyset.sent(registry, sender, edge, count)
    if party:
        return lambda edge, count: keyset.of_party(registry, party, edge, count)
    return lambda edge, count: keyset.of_session(registry, session_id, edge, count)


def _words_lead(registry: Registry, session_id: str, words: str) -> Lead:
    return lambda edge, count: keyset.with_words(
        registry, session_id, words, edge, count
    )


def _portions(lead: Lead, edge: Edge, size: int, most: int) -> Iterator[list[int]]:
    """The heads to which a lead leads, by `seq`, in portions that grow from a size to the `most`."""
    while True:
        positions = lead(edge, size)
        heads = dict.fromkeys(position.head for position in positions)
        yield [head for head in heads if head is not None]
        if len(positions) < size:
            return
        edge = edge._replace(seq=positions[-1].seq)
        size = max(size, min(2 * size, most))


def _saying(
    registry: Registry, words: str, portions: Iterator[list[int]]
) -> Iterator[list[int]]:
    """Those of the heads whose text holds all the words."""
    from cafleet_core.broker.messages import word_match  # few ask for words

    for heads in portions:
        texts = timeline.texts(registry, heads)
        yield [head for head in heads if word_match.holds(texts.get(head, ""), words)]


def _fitting(
    registry: Registry, wanted: Filter, edge: Edge, portions: Iterator[list[int]]
) -> Iterator[list[Entry]]:
    """The entries of heads that fit all but the words, as far back as is wanted."""
    for heads in portions:
        entries = timeline.by_seqs(registry, heads)
        yield [
            entry
            for entry in entries
            if filtering.fits_but_for_words(entry, wanted) and _is_beyond(entry, edge)
        ]
        if _too_old(entries, wanted) and not edge.newer:
            return


def _is_beyond(entry: Entry, edge: Edge) -> bool:
    return entry.seq > edge.seq if edge.newer else entry.seq < edge.seq


def _too_old(portion: list[Entry], wanted: Filter) -> bool:
    return bool(portion and wanted.since and portion[0].created_at <= wanted.since)
