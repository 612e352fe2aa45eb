"""Entries that are long, narrow or for many: cut with a count, and cheap."""

from __future__ import annotations

import sys
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cafleet_core.views import Entry
from cafleet_tui.render import entry_body, recipient_chips, timeline_entry
from cafleet_tui.render.timeline_entry import Shape
from tests.builders import an_entry, entries


def drawn(entry: Entry, width: int = 60, selected: bool = False) -> list[str]:
    rows = timeline_entry.draw(entry, Shape(width, selected))
    return [row.plain.rstrip() for row in rows]


def test_many_recipients_are_cut_with_a_count() -> None:
    entry = an_entry(to=["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta"])

    assert drawn(entry, width=48)[0] == " 12:01  drafter → alpha, beta, gamma, delta +3"


def test_a_thousand_recipients_take_a_few_rows() -> None:
    entry = an_entry(to=[f"agent-{n}" for n in range(1000)], broadcast=True)

    assert len(drawn(entry, 80)) <= 3 + recipient_chips.MAX_CHIP_ROWS + 2
    assert (
        len(drawn(entry, 80, selected=True)) <= 3 + recipient_chips.MAX_DETAIL_ROWS + 2
    )
    assert "1000 queued" in "".join(drawn(entry, 80))


def test_a_narrow_view_indents_less() -> None:
    assert drawn(an_entry(), width=40)[1].startswith("  The draft")


def test_a_long_body_is_cut_and_says_so() -> None:
    rows = drawn(an_entry(text="\n".join(map(str, range(500)))))

    body = [row.strip() for row in rows[1 : 1 + entry_body.FOLDED_ROWS]]
    assert body == [str(number) for number in range(entry_body.FOLDED_ROWS)]
    assert rows[1 + entry_body.FOLDED_ROWS].strip().startswith("… ~492 more lines")


def drawn_with_calls(text: str) -> tuple[list[str], int]:
    """The rows of a message, and how many calls it took to draw them."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    entry = an_entry(text=text)
    sys.setprofile(count)
    try:
        rows = drawn(entry, 80)
    finally:
        sys.setprofile(None)
    return rows, calls


@pytest.mark.parametrize(
    "piece", ["word ", "x", "x\n", "日本語", "e\u0301", "\u200b", "\t"]
)
def test_a_huge_body_costs_no_more_than_its_beginning(piece: str) -> None:
    _, beginning = drawn_with_calls(piece * 20_000)
    rows, calls = drawn_with_calls(piece * 1_000_000)
    assert calls <= 1.5 * beginning
    assert len(rows) <= entry_body.FOLDED_ROWS + 5
    assert "more lines" in "".join(rows)


texts = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from("ab  \n\t日本語한é👩\u200d👧🇯🇵\u0301\ufe0f–“”"),
    ),
    max_size=200,
)


@given(texts, st.integers(20, 120), st.booleans(), st.lists(texts, max_size=4))
def test_no_row_is_wider_than_the_view_and_the_height_is_known(
    text: str, width: int, selected: bool, names: list[str]
) -> None:
    entry = an_entry(text=text, sender=text[:30], to=names)

    rows = timeline_entry.draw(entry, Shape(width, selected))

    assert 1 + len(rows) == timeline_entry.height(entry, Shape(width, selected))
    assert max(cell_len(row.plain) for row in rows) <= width


def test_a_height_takes_few_calls() -> None:
    many = entries(1, 100)
    calls = 0

    def counted(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(counted)
    try:
        for entry in many:
            timeline_entry.height(entry, Shape(80))
    finally:
        sys.setprofile(None)
    assert calls < 150 * len(many)
