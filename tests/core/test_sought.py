"""Marking and live entries go by the very words that the registry's index finds."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cafleet_core.broker.messages.word_match import holds, split
from cafleet_core.broker.registry.open import Registry
from cafleet_core.storage import search

SESSION = "0" * 36
WORDS = ("plan", "Plan", "an", "計", "画", "é", "e", "Ü", "x1", "_", "-", ".", "*", '"')
some_text = st.lists(st.sampled_from((*WORDS, " ", "\n")), max_size=9).map("".join)


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("a plan to plan", "plan", ["plan", "plan"]),
        ("the Planning of it", "pLan", ["Plan"]),
        ("explain it", "plan", []),
        ("plan_b, 1.2-plan", "plan", ["plan", "plan"]),
        ("first and second", "second first", ["first", "second"]),
        ("see src/main.py: main", "src/main.py", ["src/main.py"]),
        ("Über das café", "uber cafe", ["Über", "café"]),
        ("東京都の計画", "計画", ["計画"]),
        ("planning", "plan planning", ["plan", "ning"]),
        ("a (b) [c] .*", ".* [c]", ["c"]),
        ("nothing", "", []),
        ("", "plan", []),
    ],
)
def test_words_are_marked_where_they_begin(
    text: str, words: str, marked: list[str]
) -> None:
    assert [piece for piece, hit in split(text, words) if hit] == marked


@given(st.text(), st.text())
def test_marking_neither_adds_nor_drops_a_character(text: str, words: str) -> None:
    assert "".join(piece for piece, _ in split(text, words)) == text


@settings(
    max_examples=500,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(some_text, some_text.filter(str.strip))
@example("explain", "plan")
@example("計画v2", "計画v2")
@example("計画v22", "計画v2")
def test_a_text_holds_what_the_index_finds_in_it(
    registry: Registry, text: str, words: str
) -> None:
    with registry.write():
        search.add(registry, 1, SESSION, text)
    find = partial(search.find, registry, SESSION, words, 2, False, 1)
    try:
        assert holds(text, words) == (find() == [1])
    finally:
        with registry.write():
            search.remove(registry, 1, SESSION, text)
