"""What the sanitiser, the joins and the cuts promise for any text at all."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cafleet_core import text
from cafleet_core.invisible import SUSPECT

ANYTHING = st.text(st.characters(codec=None), max_size=80)
"""Any code points, lone surrogates included."""

OBEYED = {
    *(chr(code) for code in range(32) if chr(code) not in "\n\t"),
    *(chr(code) for code in range(127, 160)),
    *"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    *"\u2028\u2029",
}
UNSEEN = [chr(code) for code in range(0x110000) if re.match(SUSPECT, chr(code))]
"""Characters that may be invisible."""

HOSTILE = st.lists(
    st.one_of(
        st.sampled_from([*sorted(OBEYED), "\r\n"]),
        st.sampled_from([*UNSEEN, *"❤👩🏴葛مक1x"]),
        st.characters(codec=None),
    ),
    max_size=60,
).map("".join)


@given(HOSTILE)
def test_a_sanitised_text_holds_nothing_that_a_terminal_obeys(words: str) -> None:
    clean = text.sanitise(words)
    assert not OBEYED & set(clean)
    assert not [c for c in clean if unicodedata.category(c) == "Cc" and c not in "\n\t"]


@given(HOSTILE)
def test_sanitising_twice_is_sanitising_once(words: str) -> None:
    assert text.sanitise(text.sanitise(words)) == text.sanitise(words)


@given(ANYTHING)
def test_a_sanitised_text_always_encodes(words: str) -> None:
    text.sanitise(words).encode("utf-8")


@given(
    st.text(
        st.characters(exclude_categories=["C", "Z"], exclude_characters=UNSEEN),
        max_size=40,
    )
)
def test_harmless_text_stays_as_it_is(words: str) -> None:
    assert text.sanitise(words) == words


@pytest.mark.parametrize(
    ("words", "clean"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("tab\tstays", "tab\tstays"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x9b31mred", "31mred"),
        ("bell\a del\x7f nul\0", "bell del nul"),
        ("evil\u202egpj.exe", "evilgpj.exe"),
        ("one\u2028two\u2029three", "onetwothree"),
        ("half \ud83d", "half \ufffd"),
        ("日本語 👩‍👩‍👧 é", "日本語 👩‍👩‍👧 é"),
        ("tags\U000e0064\U000e0065\U000e006c", "tags"),
        (
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        ),
        ("🏴\U000e0072\U000e006d\U000e007f", "🏴"),
        ("a\u200bl\u2060p\ufeffh\u00ada\u034f", "alpha"),
        ("x\ufe0f\ufe0e\U000e0121\U000e0122", "x"),
        ("❤\ufe0f 1\ufe0f\u20e3 葛\U000e0100", "❤\ufe0f 1\ufe0f\u20e3 葛\U000e0100"),
        ("❤\ufe0f\ufe0f 葛\U000e0100\U000e0101", "❤\ufe0f 葛\U000e0100"),
        ("👩🏽\u200d💻 🏳\ufe0f\u200d🌈", "👩🏽\u200d💻 🏳\ufe0f\u200d🌈"),
        ("می\u200cخواهم क\u094d\u200dष", "می\u200cخواهم क\u094d\u200dष"),
        ("می\u200c\u200c\u200dخ", "می\u200cخ"),
        ("ภาษา\u200bไทย", "ภาษา\u200bไทย"),
        ("\u115f\u1160\u3164\uffa0hi", "hi"),
    ],
)
def test_what_becomes_of_known_texts(words: str, clean: str) -> None:
    assert text.sanitise(words) == clean


@given(HOSTILE)
def test_one_line_is_one_line(words: str) -> None:
    line = text.one_line(words)
    assert len(line.splitlines()) <= 1
    assert "\t" not in line


def test_one_line_marks_where_the_lines_were() -> None:
    assert text.one_line("\nfirst\nsecond\tend\n\n") == "first⏎second end"


@given(HOSTILE)
def test_a_label_has_single_blanks_and_none_outside(words: str) -> None:
    label = text.label(words)
    assert label == " ".join(label.split())
    assert text.label(label) == label


@given(ANYTHING, st.integers(min_value=1, max_value=100))
def test_a_cut_keeps_a_whole_beginning(words: str, limit: int) -> None:
    cut = text.cut(words, limit)
    if len(words) <= limit:
        assert cut == words
    else:
        assert cut == words[:limit] + "…"


def test_a_cut_counts_code_points_and_never_splits_one() -> None:
    assert text.cut("👍👍👍", 2) == "👍👍…"
    assert text.cut("日本語", 3) == "日本語"


@given(ANYTHING)
def test_a_limit_of_0_cuts_nothing(words: str) -> None:
    assert text.cut(words, 0) == words


@given(ANYTHING)
@example("a\0b\ud800")
def test_a_storable_text_encodes_and_has_no_nul(words: str) -> None:
    stored = text.storable(words)
    assert stored.encode("utf-8").decode("utf-8") == stored
    assert "\0" not in stored


def test_the_registry_keeps_escapes_that_only_printing_drops() -> None:
    assert text.storable("\x1b[31mred\r\n") == "\x1b[31mred\r\n"
