"""The timeline's index: which entries its window holds, and which lines they take."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cafleet_core.views import Entry
from cafleet_tui.model.timeline_index import TimelineIndex
from tests.builders import an_entry, entries

CAPACITY = 8


def lines_of(entry: Entry) -> int:
    """A height that differs between entries and between versions of one."""
    return 1 + (entry.seq * 7 + entry.version * 3) % 5


def an_index(*shown: Entry, capacity: int = CAPACITY) -> TimelineIndex:
    index = TimelineIndex(lines_of, capacity)
    index.replace(shown, begins=False, ends=True)
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


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=30),
    st.lists(st.tuples(st.integers(0, 29), st.integers(1, 9)), max_size=20),
)
def test_heights_may_change_one_by_one(
    heights: list[int], changes: list[tuple[int, int]]
) -> None:
    index = TimelineIndex(lambda entry: heights[entry.seq - 1])
    index.replace(entries(1, len(heights)), begins=True, ends=True)
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
    index.replace(entries(10, 20), begins=False, ends=True)
    measured.clear()

    index.upsert([*entries(15, 21), an_entry(12, version=90)], keep_newest=True)
    assert measured == [12, 21]

    measured.clear()
    index.prepend(entries(5, 12), begins=False)
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
    index.replace(entries(1, 3), begins=False, ends=True)
    heights.update({1: 2, 2: 2})

    change = index.upsert(
        [an_entry(1, version=9), an_entry(2, version=10)], keep_newest=True
    )

    assert change.moved


def test_an_entry_that_comes_late_takes_its_place_among_the_others() -> None:
    index = an_index(an_entry(1), an_entry(3))

    change = index.upsert([an_entry(2)], keep_newest=True)

    assert (change.added, change.moved) == (0, True)
    assert seqs(index) == [1, 2, 3]


def test_following_forgets_the_oldest_and_staying_the_newest() -> None:
    following, staying = an_index(*entries(1, 8)), an_index(*entries(1, 8))

    assert following.upsert(entries(9, 10), keep_newest=True).moved
    assert seqs(following) == list(range(3, 11))
    assert (following.begins, following.ends) == (False, True)

    change = staying.upsert(entries(9, 10), keep_newest=False)
    assert (change.added, change.moved) == (2, False)
    assert seqs(staying) == list(range(1, 9))
    assert not staying.ends


def test_what_arrives_behind_the_window_only_counts() -> None:
    index = an_index()
    index.replace(entries(1, 5), begins=True, ends=False)

    change = index.upsert(entries(8, 9), keep_newest=True)
    assert (change.added, seqs(index)) == (2, [1, 2, 3, 4, 5])
    change = index.upsert([an_entry(8, version=90)], keep_newest=True)
    assert (change.added, change.changed) == (0, ())

    index.append(entries(6, 9), ends=True)
    assert seqs(index) == [2, 3, 4, 5, 6, 7, 8, 9]
    assert (index.begins, index.ends) == (False, True)


def test_a_page_of_any_size_leaves_what_was_shown_in_the_window() -> None:
    index = an_index(*entries(101, 108))

    index.prepend(entries(1, 100), begins=True)
    assert seqs(index) == [97, 98, 99, 100, 101, 102, 103, 104]
    assert (index.begins, index.ends) == (False, False)

    index.append(entries(103, 300), ends=True)
    assert seqs(index) == [101, 102, 103, 104, 105, 106, 107, 108]
    assert (index.begins, index.ends) == (False, False)


def test_the_anchor_is_the_first_entry_that_begins_in_the_view() -> None:
    index = TimelineIndex(lambda _: 4)
    index.replace(entries(1, 5), begins=False, ends=True)

    assert index.anchor(4, 10) == (2, 0)
    assert index.anchor(6, 10) == (3, 2)
    assert index.anchor(6, 10, wanted=(None, 4)) == (4, 6)
    assert index.anchor(6, 10, wanted=(5, 1)) == (3, 2)
    assert index.anchor(5, 2) == (2, -1)
    assert TimelineIndex(lambda _: 4).anchor(0, 10) is None


def test_an_anchor_leads_back_to_its_row() -> None:
    index = TimelineIndex(lambda _: 4, capacity=20)
    index.replace(entries(11, 15), begins=False, ends=True)
    anchor = index.anchor(6, 10)

    index.prepend(entries(6, 10), begins=False)

    assert index.line_of(anchor) == 6 + 5 * 4
    assert index.line_of(None) is None


def test_revealing_moves_no_more_than_it_must() -> None:
    index = TimelineIndex(lambda _: 4)
    index.replace(entries(1, 9), begins=False, ends=True)

    assert index.reveal(3, line=10, page=12) == 10
    assert index.reveal(1, line=10, page=12) == 4
    assert index.reveal(6, line=10, page=12) == 16
    assert index.reveal(6, line=10, page=3) == 24
