"""A long line is wrapped and drawn as Textual would, without reading all of it for a key."""

from __future__ import annotations

import random
from typing import Any
from unittest.mock import patch

import pytest
from textual._wrap import compute_wrap_offsets
from textual.app import App, ComposeResult
from textual.document import _wrapped_document
from textual.document._document import Document
from textual.document._wrapped_document import WrappedDocument
from textual.widgets.text_area import Selection

from cafleet_tui.widgets import long_line
from cafleet_tui.widgets.composer import Composer
from cafleet_tui.widgets.draft import Draft
from cafleet_tui.widgets.long_line import LONG, LongLineWrapping

WORDS = ("a", "word", "日本語", "x" * 90, "é" * 12, "   ", "(", "end.", "y" * 40)


def prose(seed: int, length: int) -> str:
    chosen = random.Random(seed)  # noqa: S311  # the same text each time
    text = ""
    while len(text) < length:
        text += chosen.choice(WORDS) + " " * chosen.choice((0, 1, 1, 1, 2))
    return text[:length]


@pytest.mark.parametrize("seed", range(8))
def test_edits_leave_a_line_wrapped_as_if_it_were_wrapped_anew(seed: int) -> None:
    chosen = random.Random(seed)  # noqa: S311  # the same text each time
    document = Document(prose(seed, 3 * LONG))
    wrapped = LongLineWrapping(document, width=40)
    for number in range(60):
        length = len(document.get_line(0))
        start = chosen.randrange(length)
        end = min(length, start + chosen.choice((0, 0, 1, 3, 60)))
        new = prose(number, chosen.choice((0, 1, 1, 2, 50)))
        result = document.replace_range((0, start), (0, end), new)
        wrapped.wrap_range((0, start), (0, end), result.end_location)
        anew = WrappedDocument(document, width=40)
        assert wrapped.get_offsets(0) == anew.get_offsets(0)
        assert wrapped.height == anew.height
        assert wrapped.get_sections(0) == anew.get_sections(0)


@pytest.mark.parametrize(
    ("text", "place"),
    [("word " * 20_000, 50_001), ("x" * 99_990, 50_001), ("x" * 99_990, 0)],
    ids=["words", "within a word", "before a word"],
)
def test_a_key_in_a_long_line_wraps_only_what_is_near(text: str, place: int) -> None:
    document = Document(text)
    wrapped = LongLineWrapping(document, width=43)
    read: list[int] = []

    def counting(text: str, width: int, tab_size: int, **more: Any) -> list[int]:
        read.append(len(text))
        return compute_wrap_offsets(text, width, tab_size, **more)

    with (
        patch.object(long_line, "compute_wrap_offsets", counting),
        patch.object(_wrapped_document, "compute_wrap_offsets", counting),
    ):
        document.replace_range((0, place), (0, place), "s")
        wrapped.wrap_range((0, place), (0, place), (0, place + 1))
    assert len(read) == 1
    assert read[0] < 2 * LONG
    assert wrapped.get_offsets(0) == WrappedDocument(document, 43).get_offsets(0)


class Host(App[None]):
    def compose(self) -> ComposeResult:
        yield Composer()


@pytest.mark.parametrize("tabs", [False, True], ids=["plain", "tabs"])
async def test_a_long_line_is_drawn_as_textual_draws_it(tabs: bool) -> None:
    app = Host()
    async with app.run_test(size=(60, 20)) as pilot:
        draft = app.query_one(Draft)
        draft.focus()
        body = prose(1, 2 * LONG)
        draft.write(f"@all {body.replace('(', chr(9)) if tabs else body}(\nshort")
        await pilot.pause()
        for selection in (
            Selection.cursor((0, 0)),
            Selection.cursor((0, len(draft.document.get_line(0)))),
            Selection((0, 300), (0, 20)),
            Selection((1, 2), (0, 3900)),
        ):
            draft.selection = selection
            await pilot.pause()
            rows = range(draft.size.height)
            drawn = [draft.render_line(row) for row in rows]
            draft._line_cache.clear()
            with patch.object(long_line, "LONG", 10**9):
                textual_s = [draft.render_line(row) for row in rows]
            assert [list(strip.simplify()) for strip in drawn] == [
                list(strip.simplify()) for strip in textual_s
            ]
