"""The stand-in's screen, read by the classifier."""

from __future__ import annotations

import pytest

from cafleet_core import cells
from cafleet_core.agents import catalog
from cafleet_core.demo.actions import Ask
from cafleet_core.demo.screen import Face, layout
from cafleet_core.panes.reading import cue_match

QUESTION = Ask("Shall I?", ("Yes", "No"), ((), ()))


def drawn(face: Face, columns: int = 60, height: int = 20) -> list[str]:
    """The rows of a face without their styles."""
    rows, _ = layout(face, columns, height)
    return [row for _, row in rows]


def seen(face: Face, columns: int = 60, height: int = 20) -> str:
    """The state that the classifier reads from a stand-in with this face."""
    cues = catalog.get("standin").cues
    return cue_match.read("\n".join(drawn(face, columns, height)), "", cues).state


@pytest.mark.parametrize(("columns", "height"), [(60, 20), (39, 16), (20, 5), (5, 3)])
def test_the_cues_are_there_at_every_size(columns: int, height: int) -> None:
    assert seen(Face(), columns, height) == "idle"
    assert seen(Face(working="Reading"), columns, height) == "busy"
    assert seen(Face(question=QUESTION), columns, height) == "waiting"


@pytest.mark.parametrize("height", range(3, 30))
def test_a_face_never_outgrows_the_terminal(height: int) -> None:
    face = Face(draft="word " * 400 + "\n" * 30 + "end", working="Reading")
    assert len(drawn(face, 40, height)) <= height


def test_the_cursor_stands_after_the_draft() -> None:
    rows, (row, column) = layout(Face(draft="one\ntwo 漢字"), 60, 20)
    assert rows[row][1] == "  two 漢字"
    assert column == 2 + len("two ") + 4


def test_a_long_draft_shows_its_end() -> None:
    shown = drawn(Face(draft="\n".join(f"line {n}" for n in range(500))))
    assert any("line 499" in row for row in shown)
    assert not any("line 3 " in row for row in shown)


def test_a_draft_cannot_obey_itself() -> None:
    assert "\x1b" not in "".join(drawn(Face(draft="\x1b[2J\x9b31m")))


@pytest.mark.parametrize(
    "line",
    ["", "short", "two words more", "漢字" * 9, "x" * 40, "e\u0301" * 30, "a  b  "],
)
@pytest.mark.parametrize("columns", [2, 7, 12])
def test_folding_loses_nothing_and_fits(line: str, columns: int) -> None:
    folded = cells.rows(line, columns)
    assert "".join(folded) == line
    assert all(cells.span(row) <= columns for row in folded)


def test_words_stay_whole_where_they_can() -> None:
    assert cells.rows("the draft is ready", 10) == ["the draft ", "is ready"]
