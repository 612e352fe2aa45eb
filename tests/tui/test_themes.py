"""Both themes can be read: every text colour on every ground."""

from __future__ import annotations

from typing import cast

import pytest
from rich.terminal_theme import TerminalTheme
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from cafleet_core.config.settings import Settings
from cafleet_tui.app import CafleetApp
from cafleet_tui.appearance import ansi_colours, themes
from cafleet_tui.appearance.contrast import READABLE, contrast, legible
from cafleet_tui.appearance.themes import THEMES
from cafleet_tui.data.source import OpenSource

TEXTS = ("primary", "secondary", "accent", "warning", "error", "success", "foreground")
GROUNDS = ("background", "surface", "panel")


def texts(theme: Theme) -> dict[str, Color]:
    """The colours in which the theme writes."""
    own = {name: getattr(theme, name) for name in TEXTS}
    for name in ("text-muted", "orchid"):
        own[name] = theme.variables[name]
    return {name: Color.parse(value) for name, value in own.items()}


def grounds(theme: Theme) -> dict[str, Color]:
    """What the theme writes on."""
    own = {name: getattr(theme, name) for name in GROUNDS}
    own["cursor-line"] = theme.variables["cursor-line"]
    return {name: Color.parse(value) for name, value in own.items()}


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_text_reads_on_every_ground(theme: Theme) -> None:
    faint = {
        (text, ground): round(contrast(ink, paper), 2)
        for text, ink in texts(theme).items()
        for ground, paper in grounds(theme).items()
        if contrast(ink, paper) < READABLE
    }
    assert not faint


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_chosen_line_reads_too(theme: Theme) -> None:
    paper = Color.parse(theme.variables["block-cursor-background"])
    ink = Color.parse(theme.variables["block-cursor-foreground"])
    assert contrast(ink, paper) >= READABLE
    for words in (theme.warning, theme.variables["text-muted"]):
        assert contrast(Color.parse(words or ""), paper) >= READABLE


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast(Color.parse("#000000"), Color.parse("#ffffff")) == pytest.approx(21)
    assert contrast(Color.parse("#777777"), Color.parse("#ffffff")) == pytest.approx(
        4.48, abs=0.01
    )


@pytest.mark.parametrize(
    ("theme", "colours"),
    [(themes.DARK, ansi_colours.DARK), (themes.LIGHT, ansi_colours.LIGHT)],
    ids=("dark", "light"),
)
def test_what_a_pane_shows_in_its_own_colours_reads_too(
    theme: Theme, colours: TerminalTheme
) -> None:
    paper = Color.parse(theme.background or "")
    sixteen = [Color(*colours.ansi_colors[number]) for number in range(16)]
    written = sixteen[1:] if theme.dark else sixteen  # black is for grounds in the dark
    assert Color(*colours.background_color) == paper
    assert not [ink.hex for ink in written if contrast(ink, paper) < READABLE]


def test_the_frame_of_what_has_the_focus_stands_out() -> None:
    for theme in themes.THEMES:
        paper = Color.parse(theme.background or "")
        assert contrast(Color.parse(theme.primary), paper) > 3
        assert contrast(Color.parse(theme.variables["rule"]), paper) < 3


def variables_of(theme: Theme) -> dict[str, str]:
    """What the application makes of a theme."""
    usual = {"orchid": "#c678bd"}
    return {**usual, **theme.to_color_system().generate(), **theme.variables}


COLOURED = [theme for name, theme in BUILTIN_THEMES.items() if "ansi" not in name]


@pytest.mark.parametrize("theme", COLOURED, ids=lambda theme: theme.name)
def test_every_theme_of_textual_reads_and_faint_words_are_fainter(theme: Theme) -> None:
    mended = {**variables_of(theme), **legible(variables_of(theme))}
    paper = Color.parse(mended["background"])
    ratios = {
        name: contrast(Color.parse(mended[name]), paper)
        for name in (*TEXTS, "orchid", "text-muted", "text-disabled")
    }
    disabled = ratios.pop("text-disabled")
    assert not {
        name: ratio for name, ratio in ratios.items() if ratio < READABLE - 0.01
    }
    chosen = Color.parse(mended["block-cursor-background"])
    for words in ("text-muted", "block-cursor-foreground"):
        assert contrast(Color.parse(mended[words]), chosen) >= 0.9 * READABLE
    assert ratios["foreground"] >= ratios["text-muted"] >= disabled >= 2.99
    assert disabled < ratios["foreground"]


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_a_theme_that_reads_stays_as_it_is(theme: Theme) -> None:
    own = variables_of(theme)
    changed = {
        name: (own[name], colour)
        for name, colour in legible(own).items()
        if Color.parse(own[name]) != Color.parse(colour)
    }
    assert changed == {}


@pytest.mark.parametrize("name", themes.OF_TERMINAL)
def test_the_colours_of_a_terminal_are_its_own_on_the_chosen_line_too(
    name: str,
) -> None:
    mended = legible(variables_of(BUILTIN_THEMES[name]))
    assert mended.keys() >= {"block-cursor-background", "cursor-line"}
    assert {Color.parse(colour).ansi is None for colour in mended.values()} == {False}
    words, ground = mended["block-cursor-foreground"], mended["block-cursor-background"]
    assert (words, ground) != ("ansi_default", "ansi_default")


def test_the_other_theme_has_as_many_colours() -> None:
    dark, light = (BUILTIN_THEMES[name] for name in themes.OF_TERMINAL)
    assert themes.other(dark) == light.name
    assert themes.other(light) == dark.name
    assert themes.other(themes.DARK) == themes.LIGHT.name
    assert themes.other(BUILTIN_THEMES["solarized-light"]) == themes.DARK.name


async def test_the_application_takes_the_mended_colours() -> None:
    app = CafleetApp(
        cast(OpenSource, None), Settings("/nowhere", theme="catppuccin-latte"), None
    )
    muted = Color.parse(app.get_css_variables()["text-muted"])
    paper = Color.parse(BUILTIN_THEMES["catppuccin-latte"].background or "")
    assert contrast(muted, paper) >= READABLE
    assert app.theme_variables["text-muted"] == muted.hex
