"""Cues as tmux can search them: nothing that a cue finds on a line is missed, little else is found."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cafleet_core.agents import catalog
from cafleet_core.panes.reading.cue_match import unstyled
from cafleet_core.push import ere, screen_tests
from tests.push.canvas import Canvas
from tests.terminal import Terminal


@pytest.fixture(scope="module")
def canvas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canvas]:
    """A pane for every example."""
    folder: Path = tmp_path_factory.mktemp("ere")
    terminal = Terminal(folder / "tmux.sock", folder / "registry.db")
    yield Canvas(terminal)
    terminal.close()


def matches(canvas: Canvas, expression: str) -> bool:
    shown, compiles = canvas.ask(*screen_tests.no_line([expression]))
    assert compiles != "0"
    return shown == "0"


CHARACTERS = st.sampled_from(" \u00a0aZ09_-.,:;^$[](){}|*+?#%'\"\\\\❯│─日é①٣")
LINES = st.one_of(
    st.text(CHARACTERS, max_size=12),
    st.sampled_from(
        [
            *("❯ 1. Yes", "│ ❯\u00a012.  Yes   ", "Do you want to proceed?", "❯"),
            *("Enter to select · Esc to cancel", "   enter to submitted", "[y/n]"),
        ]
    ),
)
ATOMS = st.one_of(
    CHARACTERS.map(re.escape),
    st.sampled_from([".", r"\d", r"\s", r"\S", r"\D", "[^a]", "[a-z]", "[]^-]"]),
    st.sampled_from([r"[\s│]", r"[^\]^ ]", r"[\^\\[]", "[0-9a-]", "[①-⑨]", "(?:a|❯)"]),
)
PATTERNS = st.recursive(
    st.lists(
        st.tuples(ATOMS, st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,2}"])).map(
            "".join
        ),
        min_size=1,
        max_size=4,
    ).map("".join),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("({0[0]}|{0[1]})".format),
        st.tuples(inner, inner).map("|".join),
        inner.map("^{}".format),
        inner.map("{}$".format),
        st.tuples(inner, inner).map("".join),
    ),
    max_leaves=4,
)


def agree(canvas: Canvas, pattern: str, line: str) -> None:
    """Blanks that end a line may be seen or not; for the rest both find the same."""
    expression = ere.of_cue(pattern)
    assert expression is not None
    (drawn,) = canvas.draw([line])
    (read,) = unstyled(drawn) or [""]
    with_blanks = f"{read}  "
    seen = matches(canvas, expression)
    if re.search(pattern, read, re.MULTILINE):
        assert seen, (pattern, expression, drawn)
    elif not re.search(pattern, with_blanks, re.MULTILINE):
        # an empty line below the drawn one may match
        assert seen == bool(re.search(pattern, "", re.MULTILINE)), (pattern, drawn)


@settings(max_examples=200, deadline=None)
@given(PATTERNS, LINES)
def test_a_cue_and_its_expression_find_the_same_lines(
    canvas: Canvas, pattern: str, line: str
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            re.compile(pattern)
        except (re.error, FutureWarning):
            assume(False)
    assume(ere.of_cue(pattern) is not None)
    agree(canvas, pattern, line)


@pytest.mark.parametrize("agent", ["claude", "codex", "opencode", "standin"])
def test_every_waiting_cue_of_the_known_agents_can_be_said(agent: str) -> None:
    assert all(ere.of_cue(pattern) for pattern in catalog.cues(agent).waiting)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(
        [
            pattern
            for agent in ("claude", "codex", "opencode", "standin")
            for kind in ("waiting", "busy", "idle")
            for pattern in getattr(catalog.cues(agent), kind)
        ]
    ),
    LINES,
)
def test_the_cues_of_the_known_agents_are_found(
    canvas: Canvas, pattern: str, line: str
) -> None:
    agree(canvas, pattern, line)


@pytest.mark.parametrize(
    ("pattern", "line", "expected"),
    [
        (r"^\s*❯\s+\d+\.\s", " ❯\u00a01.\u00a0Yes", True),
        (r"^❯ (No|Yes)$", "❯\u00a0Yes   ", True),
        (r"^❯ (No|Yes)$", "❯ Yes, and", False),
        (r"to (confirm|select)\b", "to selected", False),
        (r"to (confirm|select)\b", "to select", True),
        (r"^[^\s│]+$", "│", False),
        (r"a{3}", "aa", False),
        (r"x[]^-]y", "x^y", True),
        (r"x[^]^-]y", "x]y", False),
        (r"\[y/n\]", "really? [y/n]", True),
        (r"100%|#\{pid\}|a,b", "100%", True),
        (r"100%|#\{pid\}|a,b", "#{pid}", True),
        (r"100%|#\{pid\}|a,b", "a,b", True),
        (r"100%|#\{pid\}|a,b", "a;b", False),
    ],
)
def test_a_cue_finds_what_it_is_for(
    canvas: Canvas, pattern: str, line: str, expected: bool
) -> None:
    canvas.draw([line])
    assert matches(canvas, ere.of_cue(pattern) or "") is expected
    agree(canvas, pattern, line)


@pytest.mark.parametrize(
    "pattern",
    [
        *("a(?=b)", "a(?!b)", "(?<=a)b", "(?i)a", "(?P<name>a)", "a+?", "a*?", "a{2}?"),
        *("a\nb", r"a\nb", r"(a)\1", r"\x41", r"\u2022", r"[\S]", r"[\x00-\x7f]"),
        *("[!-~]", "(a|)", "|a", "a||b", "()", "", "a{300}", "(", "[", "\u00a0", "\0"),
        *("^*", r"\Ba", "a\ud800", "a++"),
    ],
)
def test_what_cannot_be_said_is_none(pattern: str) -> None:
    assert ere.of_cue(pattern) is None


@given(st.text(st.characters(codec=None), max_size=30))
def test_no_pattern_at_all_is_too_much(pattern: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        said = ere.of_cue(pattern)
    assert said is None or ere.is_sayable(said)
