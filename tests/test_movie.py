"""The animation: a terminal is recorded unchanged, and becomes one SVG file without scripts."""

from __future__ import annotations

import re
import sys
from xml.etree import ElementTree

import pytest

from screenshots.animation import animated, cut
from screenshots.movie import MOVIE, STEPS
from screenshots.recording import Frame, Step, camera

SVG = "{http://www.w3.org/2000/svg}"
ASKING = "print('\\033[31mname?\\033[0m'); print('hello', input()); input()"


def texts(svg: str) -> list[str]:
    """Every text element of a drawing, also invisible ones."""
    drawing = ElementTree.fromstring(svg)  # noqa: S314  # our own drawing
    return [element.text or "" for element in drawing.iter(f"{SVG}text")]


def frames(*screens: str) -> list[Frame]:
    """Frames of one second each."""
    return [Frame(float(at), screen, "below") for at, screen in enumerate(screens)]


def test_the_movie_that_is_shown_is_small_and_needs_nothing() -> None:
    svg = MOVIE.read_text("utf-8")
    assert len(svg.encode()) < 600_000
    assert "<script" not in svg
    assert "@import" not in svg
    assert re.findall(r'(?:href|src)="([^#].*?)"|url\(', svg) == []
    shown = texts(svg)
    assert all(step.caption in shown for step in STEPS)


def test_a_terminal_is_filmed_while_keys_are_pressed() -> None:
    with camera([sys.executable, "-c", ASKING], 40, 4) as filmed:
        filmed.play(Step("Who?", (), "name?", 0.1))
        filmed.play(Step("Answer.", (*"Ada", "Enter"), "hello Ada", 0.1))
    screens = [frame.screen for frame in filmed.frames]
    assert any("\x1b[31mname?" in screen for screen in screens), "colours are kept"
    assert "hello Ada" in screens[-1]
    assert [frame.caption for frame in filmed.frames][:: len(screens) - 1] == [
        "Who?",
        "Answer.",
    ]


def test_what_never_comes_is_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("screenshots.recording._PATIENCE", 0.1)
    with (
        camera([sys.executable, "-c", ASKING], 40, 4) as filmed,
        pytest.raises(TimeoutError, match="goodbye"),
    ):
        filmed.play(Step("", (), "goodbye", 0))


def test_a_row_that_stays_is_drawn_once() -> None:
    svg = animated(frames("same\none", "same\ntwo", "same\none"), 10, 2, "A title")
    shown = texts(svg)
    assert [shown.count(words) for words in ("same", "one", "two")] == [1, 1, 1]
    assert svg.count("<use") == 6
    assert svg.count("translateX(-80px)") == 1


def test_colours_and_places_are_the_terminals() -> None:
    svg = animated(
        frames("ab \x1b[1;38;2;1;2;3;48;2;4;5;6mcd\x1b[0m"), 10, 1, "A title"
    )
    assert "fill:#010203;font-weight:700" in svg
    assert re.search(r'<rect class="\w+" x="24" width="16" height="16"/>', svg)
    assert re.search(r'x="24" y="13" textLength="16">cd<', svg)


def test_text_is_never_markup() -> None:
    shown = texts(animated(frames("</text><script>&"), 20, 1, "<title> & more"))
    assert "</text><script>&" in shown


def test_nothing_flickers_and_nothing_drags() -> None:
    seen = [Frame(at, str(at), "") for at in (0.0, 0.05, 1.0, 60.0)]
    film = cut(seen)
    assert [shown.frame.screen for shown in film] == ["0.05", "1.0", "60.0"]
    assert [shown.seconds for shown in film] == [1.0, 1.6, 4.0]
