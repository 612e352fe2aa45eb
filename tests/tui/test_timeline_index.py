"""The timeline's index, beside a model that counts lines the slow way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cafleet_core.records import Entry
from cafleet_tui.widgets.timeline_index import TimelineIndex
from tests.builders import an_entry, entries

CAPACITY = 8


def lines_of(entry: Entry) -> int:
    """A height that differs between entries and between versions of one."""
    return 1 + (entry.seq * 7 + entry.version * 3) % 5


def an_index(*shown: Entry, capacity: int = CAPACITY) -> TimelineIndex:
    index = TimelineIndex(lines_of, capacity)
    index.replace(shown)
    return index


def seqs(index: TimelineIndex) -> list[int]:
    return [index[position].seq for position in range(len(index))]


def assert_lines_are_consistent(index: TimelineIndex) -> None:
    line = 0
    for position in range(len(index)):
        assert index.top_of(position) == line
        assert index.find(index[position].seq) == position
        for row in range(index.height_of(position)):
            assert index.locate(line) == (position, row)
            line += 1
    assert index.total_lines == line
    with pytest.raises(IndexError):
        index.locate(line)


class Model:
    """All that was ever loaded, and which part of it the window shows."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.capacity = capacity
        self.loaded: dict[int, Entry] = {}
        self.shown: list[int] = []

    def replace(self, new: list[Entry]) -> None:
        self.loaded = {}
        for entry in new:
            self._keep(entry)
        self.shown = sorted(self.loaded)[-self.capacity :]
        self._forget_older()

    def upsert(self, new: list[Entry], keep_newest: bool) -> None:
        waiting = bool(set(self.loaded) - set(self.shown))
        first, last = (min(self.shown), max(self.shown)) if self.shown else (None, None)
        for entry in sorted(new, key=lambda each: each.seq):
            if first is None:
                first = entry.seq
            if entry.seq < first:
                continue
            fresh = entry.seq not in self.loaded
            self._keep(entry)
            if fresh and not (waiting and last is not None and entry.seq > last):
                self.shown = sorted([*self.shown, entry.seq])
        if keep_newest:
            self.shown = self.shown[-self.capacity :]
        self.shown = self.shown[: self.capacity]
        self._forget_older()

    def prepend(self, older: list[Entry]) -> None:
        page = [e for e in older if not self.shown or e.seq < self.shown[0]]
        kept = sorted({e.seq for e in page})[-(self.capacity // 2) :]
        for entry in page:
            if entry.seq in kept:
                self._keep(entry)
        self.shown = (kept + self.shown)[: self.capacity]

    def forward(self, count: int) -> None:
        waiting = sorted(set(self.loaded) - set(self.shown))[:count]
        self.shown = (self.shown + waiting)[-self.capacity :]
        self._forget_older()

    def _keep(self, entry: Entry) -> None:
        known = self.loaded.get(entry.seq)
        if known is None or known.version < entry.version:
            self.loaded[entry.seq] = entry

    def _forget_older(self) -> None:
        if self.shown:
            self.loaded = {s: e for s, e in self.loaded.items() if s >= self.shown[0]}


an_update = st.builds(
    lambda seq, version: an_entry(seq, version=version),
    st.integers(1, 30),
    st.integers(1, 6),
)
some_updates = st.lists(an_update, max_size=12)
operations = st.one_of(
    st.tuples(st.just("replace"), some_updates),
    st.tuples(st.just("follow"), some_updates),
    st.tuples(st.just("stay"), some_updates),
    st.tuples(st.just("prepend"), some_updates),
    st.tuples(st.just("forward"), st.integers(0, 12)),
    st.tuples(st.just("rewrap"), st.none()),
)


@given(st.lists(operations, max_size=12))
def test_any_history_gives_what_the_model_gives(
    history: list[tuple[str, object]],
) -> None:
    index, model = an_index(), Model()
    for operation, argument in history:
        _perform(operation, argument, index, model)
        assert seqs(index) == model.shown
        assert index.newer == len(model.loaded) - len(model.shown)
        shown = [index[position] for position in range(len(index))]
        assert shown == [model.loaded[seq] for seq in model.shown]
        heights = [index.height_of(position) for position in range(len(index))]
        assert heights == [lines_of(entry) for entry in shown]
        assert_lines_are_consistent(index)


def _perform(
    operation: str, argument: object, index: TimelineIndex, model: Model
) -> None:
    if operation == "rewrap":
        index.rewrap()
    elif operation == "forward":
        assert isinstance(argument, int)
        index.forward(argument)
        model.forward(argument)
    else:
        assert isinstance(argument, list)
        if operation == "replace":
            index.replace(argument)
            model.replace(argument)
        elif operation == "prepend":
            index.prepend(argument)
            model.prepend(argument)
        else:
            keep_newest = operation == "follow"
            index.upsert(argument, keep_newest)
            model.upsert(argument, keep_newest)


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=30),
    st.lists(st.tuples(st.integers(0, 29), st.integers(1, 9)), max_size=20),
)
def test_heights_may_change_one_by_one(
    heights: list[int], changes: list[tuple[int, int]]
) -> None:
    index = TimelineIndex(lambda entry: heights[entry.seq - 1])
    index.replace(entries(1, len(heights)))
    for position, height in changes:
        if position < len(heights):
            heights[position] = height
            index.set_height(position, height)
            assert index.total_lines == sum(heights)
    assert_lines_are_consistent(index)


def test_only_what_is_new_or_changed_is_measured() -> None:
    measured: list[int] = []

    def measure(entry: Entry) -> int:
        measured.append(entry.seq)
        return 2

    index = TimelineIndex(measure, capacity=100)
    index.replace(entries(10, 20))
    measured.clear()

    index.upsert([*entries(15, 21), an_entry(12, version=90)], keep_newest=True)
    assert measured == [12, 21]

    measured.clear()
    index.prepend(entries(5, 12))
    assert measured == [5, 6, 7, 8, 9]


def test_an_update_tells_what_it_did() -> None:
    index = an_index(*entries(1, 5))

    change = index.upsert([an_entry(6), an_entry(3, version=4)], keep_newest=True)
    assert (change.added, change.changed, change.moved) == (1, (3,), True)

    same_height = an_entry(3, version=9)
    assert lines_of(same_height) == lines_of(an_entry(3, version=4))
    change = index.upsert([same_height], keep_newest=True)
    assert (change.added, change.changed, change.moved) == (0, (3,), False)

    change = index.upsert([an_entry(3, version=2)], keep_newest=True)
    assert (change.added, change.changed, change.moved) == (0, (), False)


def test_two_heights_that_change_against_each_other_have_moved_lines() -> None:
    heights = {1: 3, 2: 1, 3: 1}
    index = TimelineIndex(lambda entry: heights[entry.seq])
    index.replace(entries(1, 3))
    heights.update({1: 2, 2: 2})

    change = index.upsert(
        [an_entry(1, version=9), an_entry(2, version=10)], keep_newest=True
    )

    assert change.moved


def test_an_entry_that_comes_late_takes_its_place_among_the_others() -> None:
    index = an_index(an_entry(1), an_entry(3))

    change = index.upsert([an_entry(2)], keep_newest=True)

    assert (change.added, change.moved) == (1, True)
    assert seqs(index) == [1, 2, 3]


def test_following_forgets_the_oldest_and_staying_keeps_them() -> None:
    following, staying = an_index(*entries(1, 8)), an_index(*entries(1, 8))

    assert following.upsert(entries(9, 10), keep_newest=True).moved
    assert seqs(following) == list(range(3, 11))

    assert not staying.upsert(entries(9, 10), keep_newest=False).moved
    assert seqs(staying) == list(range(1, 9))
    assert staying.newer == 2
    staying.forward(staying.newer)
    assert seqs(staying) == list(range(3, 11))


def test_a_page_of_any_size_leaves_the_entry_at_the_top_in_the_window() -> None:
    index = an_index(*entries(101, 108))

    assert index.prepend(entries(1, 100)) == CAPACITY // 2
    assert seqs(index) == [97, 98, 99, 100, 101, 102, 103, 104]
    assert index.prepend(entries(90, 108)) == CAPACITY // 2


def test_the_anchor_is_the_first_entry_that_begins_in_the_view() -> None:
    index = TimelineIndex(lambda _: 4)
    index.replace(entries(1, 5))

    assert index.anchor(4, 10) == (2, 0)
    assert index.anchor(6, 10) == (3, 2)
    assert index.anchor(6, 10, wanted=(None, 4)) == (4, 6)
    assert index.anchor(6, 10, wanted=(5, 1)) == (3, 2)
    assert index.anchor(5, 2) == (2, -1)
    assert TimelineIndex(lambda _: 4).anchor(0, 10) is None


def test_an_anchor_leads_back_to_its_row() -> None:
    index = TimelineIndex(lambda _: 4, capacity=20)
    index.replace(entries(11, 15))
    anchor = index.anchor(6, 10)

    index.prepend(entries(6, 10))

    assert index.line_of(anchor) == 6 + 5 * 4
    assert index.line_of(None) is None


def test_revealing_moves_no_more_than_it_must() -> None:
    index = TimelineIndex(lambda _: 4)
    index.replace(entries(1, 9))

    assert index.reveal(3, line=10, page=12) == 10
    assert index.reveal(1, line=10, page=12) == 4
    assert index.reveal(6, line=10, page=12) == 16
    assert index.reveal(6, line=10, page=3) == 24
