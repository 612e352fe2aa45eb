"""A screen in a text column comes back whole, or not at all."""

from __future__ import annotations

import pytest

from cafleet_core.storage import packed_screen

SCREEN = "\x1b[32mready\x1b[0m\n❯ 你好\n" * 40


@pytest.mark.parametrize("level", [1, 9])
def test_it_comes_back_as_it_was(level: int) -> None:
    packed = packed_screen.pack(SCREEN, level)
    assert packed.isascii()
    assert packed_screen.unpack(packed) == SCREEN


@pytest.mark.parametrize(
    "damaged", ["", "no base 85 \x7f", packed_screen.pack(SCREEN)[:-10]]
)
def test_what_is_damaged_shows_nothing(damaged: str) -> None:
    assert packed_screen.unpack(damaged) == ""


def test_more_than_is_wanted_shows_nothing() -> None:
    packed = packed_screen.pack("x" * 100_000)
    assert packed_screen.unpack(packed, 100_000) == "x" * 100_000
    assert packed_screen.unpack(packed, 99_999) == ""
