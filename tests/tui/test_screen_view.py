"""A captured pane is painted in its colours, and does nothing else."""

from __future__ import annotations

from textual import on
from textual.app import App, ComposeResult
from textual.widgets import Static

from cafleet_core.readings import PaneReading
from cafleet_core.records import Agent
from cafleet_core.states import PaneState
from cafleet_tui.app import CafleetApp
from cafleet_tui.model.standing import Standing, StandingState
from cafleet_tui.render.screen import screen_strips
from cafleet_tui.widgets.screen_view import ScreenView
from tests.builders import a_member, a_placement, an_agent

GREEN = 2


def test_colours_and_weights_stay() -> None:
    (line,) = screen_strips("\x1b[1;32mok\x1b[0m plain")
    first, second = list(line)
    assert first.style is not None
    assert first.style.bold
    assert first.style.color is not None
    assert first.style.color.number == GREEN
    assert (first.text, second.text) == ("ok", " plain")


def test_blank_lines_at_the_end_go_and_those_between_stay() -> None:
    assert [line.text for line in screen_strips("a\n\nb\n   \n\n")] == ["a", "", "b"]


def test_nothing_that_a_terminal_obeys_survives() -> None:
    hostile = (
        "a\x1b]2;title\x07b\x1b[2Jc\x9b2Jd\x1bP+q544e\x1b\\e\x07\u202ef\n"
        "\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\ \x1b[5mblink\x1b[0m"
    )
    for line in screen_strips(hostile):
        for text, style, control in line:
            assert not control
            assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in text)
            assert "\u202e" not in text
            if style is not None:
                assert style.link is None
                assert not style.blink
                assert not style.meta


def test_markup_on_a_screen_is_text() -> None:
    (line,) = screen_strips("[bold]x[/] [@click=app.quit]y")
    assert line.text == "[bold]x[/] [@click=app.quit]y"


def test_tabs_become_spaces() -> None:
    (line,) = screen_strips("a\tb")
    assert line.text == "a       b"


class Host(App[None]):
    """Shows a screen above something that may take room from it; keeps who is watched."""

    def __init__(self) -> None:
        super().__init__()
        self.watched: list[Agent | None] = []

    @on(ScreenView.Watched)
    def _watch(self, event: ScreenView.Watched) -> None:
        self.watched.append(event.agent)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return CafleetApp.get_theme_variable_defaults(self)  # type: ignore[arg-type]

    def compose(self) -> ComposeResult:
        yield ScreenView()
        yield Static(id="below")


async def test_the_last_line_stays_in_sight_while_the_screen_gets_smaller() -> None:
    capture = "\n".join(f"line {number}" for number in range(30))
    shown = Standing(
        a_member("reviewer"),
        StandingState.BUSY,
        1.0,
        PaneReading(PaneState.BUSY, "", "", capture),
    )
    app = Host()
    async with app.run_test(size=(40, 12)) as pilot:
        view = app.query_one(ScreenView)
        view.show(shown)
        await pilot.pause()
        assert last_row(view) == "line 29"
        app.query_one("#below").styles.height = 5
        await pilot.pause()
        assert last_row(view) == "line 29"

        view.focus()
        await pilot.press("home")
        app.query_one("#below").styles.height = 3
        await pilot.pause()
        assert view.render_line(0).text.rstrip() == "line 0"


async def test_who_gets_a_pane_is_watched_in_that_pane() -> None:
    pending = an_agent("reviewer", placement=a_placement(tmux_pane_id=None))
    placed = an_agent("reviewer")
    app = Host()
    async with app.run_test(size=(40, 12)) as pilot:
        view = app.query_one(ScreenView)
        for agent in (pending, placed, placed):
            view.show(
                Standing(a_member(agent=agent), StandingState.STARTING, 1.0, None)
            )
            await pilot.pause()
    assert app.watched == [pending, placed]


def last_row(view: ScreenView) -> str:
    """What the lowest row of the view reads."""
    return view.render_line(view.scrollable_content_region.height - 1).text.rstrip()
