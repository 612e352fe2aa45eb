"""Candidates for a filter: the heads that an index yields, checked against the other conditions."""

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

    Index = Callable[[Edge, int], Sequence[Position]]
    """Up to a number of positions next to an edge, nearest first; fewer only at the end."""

_MOST_ENTRIES = 200
_FIRST_TEXTS, _MOST_TEXTS = 200, 3200
"""A text is read in a tenth of the time that an entry with its deliveries takes."""


def searches(
    registry: Registry, session_id: str, wanted: Filter, edge: Edge, first: int
) -> list[Iterator[list[Entry]]]:
    """Alternative searches for all entries beyond `edge` that fit, in portions, nearest first.

    Each begins with `first` positions, which is enough if all of them fit.
    """
    index, words = _index(registry, session_id, wanted), wanted.words
    if not words:
        portions = [_portions(index, edge, first, _MOST_ENTRIES)]
        if wanted.file:
            among = _portions(index, edge, _FIRST_TEXTS, _MOST_TEXTS)
            portions = [_saying(registry, filtering.names_file, among)]
    else:
        by_words = _word_index(registry, session_id, words)
        portions = [_portions(by_words, edge, first, _MOST_ENTRIES)]
        if wanted._replace(words=None, since=None) != EVERYTHING:
            among = _portions(index, edge, _FIRST_TEXTS, _MOST_TEXTS)
            portions.insert(
                0, _saying(registry, lambda text: _holds(words, text), among)
            )
    return [_fitting(registry, wanted, edge, heads) for heads in portions]


def _index(registry: Registry, session_id: str, wanted: Filter) -> Index:
    """The index of the filter's most selective condition, words apart."""
    recipient, sender, party = wanted.recipient, wanted.sender, wanted.party
    if wanted.thread:
        heads = wanted.thread
        return lambda edge, count: keyset.of_heads(registry, heads, edge, count)
    if wanted.held:
        return lambda edge, count: keyset.held(registry, session_id, edge, count)
    if wanted.unacked:
        return lambda edge, count: keyset.unacked(registry, session_id, edge, count)
    if recipient:
        return lambda edge, count: keyset.received(registry, recipient, edge, count)
    if sender:
        return lambda edge, count: keyset.sent(registry, sender, edge, count)
    if party:
        return lambda edge, count: keyset.of_party(registry, party, edge, count)
    return lambda edge, count: keyset.of_session(registry, session_id, edge, count)


def _word_index(registry: Registry, session_id: str, words: str) -> Index:
    return lambda edge, count: keyset.with_words(
        registry, session_id, words, edge, count
    )


def _portions(index: Index, edge: Edge, size: int, most: int) -> Iterator[list[int]]:
    """The heads, by `seq`, that an index yields, in portions that grow from `size` to `most`."""
    while True:
        positions = index(edge, size)
        heads = dict.fromkeys(position.head for position in positions)
        yield [head for head in heads if head is not None]
        if len(positions) < size:
            return
        edge = edge._replace(seq=positions[-1].seq)
        size = max(size, min(2 * size, most))


def _saying(
    registry: Registry, fits: Callable[[str], bool], portions: Iterator[list[int]]
) -> Iterator[list[int]]:
    """The heads whose text fits."""
    for heads in portions:
        texts = timeline.texts(registry, heads)
        yield [head for head in heads if fits(texts.get(head, ""))]


def _holds(words: str, text: str) -> bool:
    """Whether a text contains all the words."""
    from cafleet_core.broker.messages import word_match  # few ask for words

    return word_match.holds(text, words)


def _fitting(
    registry: Registry, wanted: Filter, edge: Edge, portions: Iterator[list[int]]
) -> Iterator[list[Entry]]:
    """The heads' entries that fit all conditions but the words, back to the filter's `since`."""
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
