"""What tmux is asked about a screen: a line that is there is found, whatever is written in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cafleet_core.panes.reading.cue_match import unstyled
from cafleet_core.panes.tmux.facts import IDENTITY_OPTION
from cafleet_core.push import screen_tests, script
from cafleet_core.push.refusal import MOVED
from cafleet_core.push.script import Turn
from cafleet_core.records import PushResult
from cafleet_core.states import PushOutcome
from tests.push.canvas import WIDTH, Canvas
from tests.push.panes import AGENT, a_turn, type_one
from tests.terminal import Terminal

CANARY = Path("/tmp/cafleet-canary-of-the-screen-tests")

HOSTILE = [
    *("a, b}", "#{pid}", "#{?1,a,b}", f"#(touch {CANARY})", "##", "#,#}", "#[fg=red]x"),
    *(
        "%d %% %Y 100%",
        "$HOME `id` $(id)",
        "a\\b \\\\ \\n",
        "'\"",
        "; kill-server ;",
        "}",
    ),
    *(
        "^a$",
        "(a|b)*",
        "[a]",
        "a{2}",
        ".*",
        "a?",
        "[^]",
        "\\",
        "^",
        "^^",
        "]",
        "[",
        ")",
    ),
    *(
        "-x",
        "--",
        ":a:b:",
        "{ } ; {",
        "%if 1",
        "~root",
        "日本語 評価",
        "👩‍👩‍👧 👍🏽 é",
        "e\u0301",
    ),
    *(
        "─────",
        "│ ❯ 1. Yes │",
        "❯\u00a0draft",
        "שלום עולם",
        "مرحبا",
        "a\u3000b",
        "ｆｕｌｌ",
    ),
    *("x" * WIDTH, "評" * (WIDTH // 2), " " * 40 + "far right", "a" + " " * 100 + "b"),
]
PARTS = st.one_of(
    st.sampled_from([" ", *HOSTILE]),
    st.text(st.characters(codec="utf-8", categories=("L", "M", "N", "P", "S", "Zs"))),
)
LINES = st.lists(PARTS, min_size=1, max_size=3).map("".join)
SCREENS = st.lists(LINES, min_size=1, max_size=12)


@pytest.fixture(scope="module")
def canvas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canvas]:
    """A pane for every example."""
    folder: Path = tmp_path_factory.mktemp("screen")
    terminal = Terminal(folder / "tmux.sock", folder / "registry.db")
    terminal.tmux("set-option", "-p", "-t", terminal.first, IDENTITY_OPTION, AGENT)
    yield Canvas(terminal)
    terminal.close()


def bound(
    canvas: Canvas, shows: tuple[str, ...] = (), hides: tuple[str, ...] = ()
) -> Turn:
    """A turn that types nothing, for the sake of its conditions."""
    turn = a_turn(canvas.terminal, canvas.pane, "")
    return turn._replace(submit=False, shows=shows, hides=hides)


DELIVERED = PushResult(PushOutcome.DELIVERED)


def stands(canvas: Canvas, *lines: str) -> bool:
    """Whether a turn that is bound to these lines is typed."""
    result = type_one(bound(canvas, shows=lines))
    assert result in (DELIVERED, MOVED)
    return result == DELIVERED


@settings(max_examples=120, deadline=None)
@given(SCREENS)
def test_every_line_of_a_screen_is_found_on_it(
    canvas: Canvas, lines: list[str]
) -> None:
    captured = canvas.draw(lines)
    assert stands(canvas, *captured)
    assert stands(canvas, *unstyled("\n".join(captured)))
    assert not CANARY.exists()


@settings(max_examples=120, deadline=None)
@given(SCREENS, st.data())
def test_a_line_that_is_not_there_is_not_found(
    canvas: Canvas, lines: list[str], data: st.DataObject
) -> None:
    captured = [line for line in canvas.draw(lines) if line]
    line = data.draw(st.sampled_from([*captured, *lines]))
    at = data.draw(st.integers(0, len(line)))
    piece = data.draw(st.sampled_from(["", "x", " ", "❯", ".", "\\", "#", "}", ","]))
    other = f"{line[:at]}{piece}{line[at + 1 :]}"
    expected = other.rstrip() in [*unstyled("\n".join(captured)), ""]
    assert stands(canvas, other.replace("\u00a0", " ")) is expected
    assert not CANARY.exists()


@pytest.mark.parametrize("line", HOSTILE)
def test_a_line_of_hostile_text_is_found_and_means_nothing(
    canvas: Canvas, line: str
) -> None:
    (captured,) = canvas.draw([line])
    assert captured.rstrip()
    assert stands(canvas, captured)
    assert not stands(canvas, captured[:-1] if len(captured) > 1 else "other")
    canvas.draw(["something else"])
    assert not stands(canvas, captured)
    assert not CANARY.exists()


def test_a_line_is_whole_and_blanks_at_its_end_do_not_count(canvas: Canvas) -> None:
    canvas.draw(["❯\u00a0half a draft   ", "", "  ? for help"])
    assert stands(canvas, "❯ half a draft")
    assert stands(canvas, "❯\u00a0half a draft\u00a0 ", "  ? for help", "")
    assert not stands(canvas, "❯")
    assert not stands(canvas, "? for help")
    assert not stands(canvas, "❯  half a draft")


@pytest.mark.parametrize("line", ["a\x07b", "a\nb", "\x1b[0m", "a\ud800", "\x7f", "\t"])
def test_what_no_screen_holds_is_on_none(canvas: Canvas, line: str) -> None:
    canvas.draw(["a", "b", "ab"])
    assert not stands(canvas, line)
    assert type_one(bound(canvas, hides=(line,))) in (DELIVERED, MOVED)


def test_a_screen_full_of_long_lines_can_be_asked_for(canvas: Canvas) -> None:
    lines = [f"{row:02} {'#{},│ ' * (WIDTH // 7)}" for row in range(50)]
    assert stands(canvas, *canvas.draw(lines))


def is_hidden(canvas: Canvas, *patterns: str) -> bool:
    """Whether a turn that must not see these is typed."""
    return type_one(bound(canvas, hides=patterns)) == DELIVERED


def test_what_must_not_be_seen_is_looked_for_on_every_line(canvas: Canvas) -> None:
    canvas.draw(["top", "❯ 1. Yes", "", "bottom, #{pid} }"])
    for pattern in ("^top$", "^❯ [0-9][.]", "bottom", ", #[{]pid[}] [}]", "p$|x"):
        assert not is_hidden(canvas, pattern)
        assert not is_hidden(canvas, "elsewhere", pattern, "nowhere")
    assert is_hidden(canvas, "^op", "❯ 2", "bottom$", "a|b c")


@pytest.mark.parametrize("pattern", ["(", "[", "a{2,1}", "[[:nothing:]]", "*(", "a\\"])
def test_an_expression_that_does_not_compile_hides_nothing(
    canvas: Canvas, pattern: str
) -> None:
    canvas.draw(["nothing"])
    assert not is_hidden(canvas, pattern)
    assert not is_hidden(canvas, "elsewhere", pattern)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(st.characters(codec=None), max_size=20), max_size=3))
def test_no_expression_at_all_breaks_the_script(
    canvas: Canvas, patterns: list[str]
) -> None:
    assert type_one(bound(canvas, hides=tuple(patterns))) in (DELIVERED, MOVED)
    assert not CANARY.exists()


def test_the_screen_below_a_mode_is_the_one_that_is_asked_about(canvas: Canvas) -> None:
    (captured,) = canvas.draw(["below"])
    asked = screen_tests.whole_line(captured)
    canvas.terminal.tmux("copy-mode", "-t", canvas.pane)
    try:
        canvas.draw(["drawn meanwhile"])
        assert canvas.ask(asked, screen_tests.whole_line("drawn meanwhile")) == [
            "0",
            "1",
        ]
    finally:
        canvas.terminal.tmux("send-keys", "-t", canvas.pane, "-X", "cancel")


def test_a_hundred_tests_are_not_too_deep(canvas: Canvas) -> None:
    canvas.draw(["here"])
    tests = [screen_tests.whole_line("here")] * 200
    assert canvas.ask(screen_tests.all_of(tests)) == ["1"]
    assert canvas.ask(screen_tests.all_of([*tests, "0"])) == ["0"]
    assert script.typing_script([bound(canvas, shows=("here",) * 200)], "probe")
