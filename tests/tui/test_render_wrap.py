"""How text is cut into rows and to widths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment

from cafleet_core.text import sanitise
from cafleet_tui.render.safe_text import label
from cafleet_tui.render.wrap import clip, shorten, wrap


@given(
    st.text(st.sampled_from("abc   日本é–\u0301👩🇯\u200d\ufe0f❤"), max_size=120),
    st.integers(2, 30),
)
def test_wrapping_loses_nothing_but_spaces(line: str, width: int) -> None:
    rows = list(wrap(line, width))

    assert rows
    assert "".join(rows).replace(" ", "") == line.replace(" ", "")
    assert all(cell_len(row) <= width for row in rows)


def test_characters_without_a_width_are_kept() -> None:
    assert list(wrap("aa \u0301", 2)) == ["aa", "\u0301"]
    assert clip("\u0301" * 99 + "drafter", 5) == "\u0301" * 20 + "…"


@given(
    st.text(st.sampled_from("ab 日–\u0301\u200b\u200d👩🇯\ufe0f❤"), max_size=80),
    st.integers(3, 20),
)
def test_what_is_clipped_or_shortened_fits(text: str, width: int) -> None:
    assert cell_len(clip(text, width)) <= width
    assert cell_len(shorten(text, width)) <= width


@pytest.mark.parametrize(
    ("name", "width", "shown"),
    [
        ("member-17", 9, "member-17"),
        ("member-17", 8, "mem…r-17"),
        ("implementation-reviewer-2", 12, "imple…ewer-2"),
        ("開発者一号機", 8, "開…号機"),
        ("abc", 3, "abc"),
        ("abcd", 3, "a…d"),
    ],
)
def test_a_name_that_is_shortened_keeps_both_ends(
    name: str, width: int, shown: str
) -> None:
    assert shorten(name, width) == shown


def test_of_thirty_members_no_two_look_alike() -> None:
    names = [f"member-{number}" for number in range(1, 31)]
    for width in range(6, 12):
        assert len({shorten(name, width) for name in names}) == len(names)


@given(st.text(st.sampled_from("a日\u0301\u200b\u200d👩🏳🌈🏻🇯\ufe0f❤"), max_size=12))
def test_what_lies_under_a_dialog_can_be_cut_anywhere(text: str) -> None:
    drawn = label(text)
    width = cell_len(drawn)
    for place in range(width + 1):
        left, right = Segment(drawn).split_cells(place)
        assert (left.cell_length, right.cell_length) == (place, width - place)


def test_words_stay_whole_where_they_can() -> None:
    assert list(wrap("  one two three", 9)) == ["  one two", "three"]
    assert list(wrap("see abcdefghijkl ok", 8)) == ["see", "abcdefgh", "ijkl ok"]
    assert list(wrap("übung macht den", 11)) == ["übung macht", "den"]
    assert list(wrap("漢字 ab", 4)) == ["漢字", "ab"]
    assert list(wrap("", 5)) == [""]


def test_no_character_is_taken_for_narrower_than_it_is() -> None:
    for code in range(0x20, 0x3000):
        text = sanitise(chr(code)) * 4
        assert all(cell_len(row) <= 2 for row in wrap(text, 2)), hex(code)


def test_clipping_counts_cells() -> None:
    assert clip("drafter", 7) == "drafter"
    assert clip("drafter", 5) == "draf…"
    assert clip("日本語日本語", 6) == "日本…"
