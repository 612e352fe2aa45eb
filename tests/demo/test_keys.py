"""The stand-in's decoding of a terminal's bytes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cafleet_core.demo.keys import Decoder, Event, Pasted, Pressed, Typed

EVERYTHING = (
    "héllo 漢字🙂".encode()
    + b"\x1b[A"  # a cursor key, which is dropped
    + b"\x1bOP"  # F1, dropped too
    + b"\x7f\n\r"
    + b"\x1b[200~two\nlines; $(id) \x1b[31m red\x1b[201~"
    + b"\x1b\r\x03\x04"
)


def decoded(*chunks: bytes) -> list[Event]:
    """The events of these chunks of bytes; one event for each typed character."""
    decoder = Decoder()
    events: list[Event] = []
    for chunk in chunks:
        for event in decoder.feed(chunk):
            events += map(Typed, event.text) if isinstance(event, Typed) else [event]
    return events


def test_keys_text_and_pastes_are_told_apart() -> None:
    assert decoded(EVERYTHING) == [
        *map(Typed, "héllo 漢字🙂"),
        Pressed("backspace"),
        Pressed("ctrl+j"),
        Pressed("enter"),
        Pasted("two\nlines; $(id) \x1b[31m red"),
        Pressed("ctrl+j"),
        Pressed("ctrl+c"),
        Pressed("ctrl+d"),
    ]


@given(st.lists(st.integers(0, len(EVERYTHING)), max_size=12))
def test_it_does_not_matter_where_reads_cut(cuts: list[int]) -> None:
    at = [0, *sorted(cuts), len(EVERYTHING)]
    chunks = [EVERYTHING[a:b] for a, b in pairwise(at)]
    assert decoded(*chunks) == decoded(EVERYTHING)


@given(st.lists(st.binary(max_size=20), max_size=8))
def test_no_bytes_are_too_strange(chunks: list[bytes]) -> None:
    decoder = Decoder()
    for chunk in chunks:
        decoder.feed(chunk)
    decoder.flush()
    assert not decoder.undecided


def test_an_escape_waits_for_what_may_follow() -> None:
    decoder = Decoder()
    assert decoder.feed(b"\x1b") == []
    assert decoder.undecided
    assert decoder.feed(b"[A") == []
    assert not decoder.undecided


def test_a_lone_escape_does_not_swallow_what_is_typed_later() -> None:
    decoder = Decoder()
    decoder.feed(b"\x1b")
    decoder.flush()
    assert decoder.feed(b"[A") == [Typed("[A")]


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_line_ends_of_a_paste_become_line_feeds(ending: str) -> None:
    paste = f"\x1b[200~a{ending}b\x1b[201~".encode()
    assert decoded(paste) == [Pasted("a\nb")]


def test_an_unfinished_paste_is_no_text_yet() -> None:
    decoder = Decoder()
    assert decoder.feed(b"\x1b[200~half a \r") == []
    assert decoder.flush() == []
    assert decoder.feed(b"paste\x1b[201~") == [Pasted("half a \npaste")]
