"""Both themes can be read: every text colour on every ground."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import Theme

from cafleet_tui.themes import THEMES
from tests.tui.contrast import READABLE, contrast

TEXTS = ("primary", "secondary", "accent", "warning", "error", "success", "foreground")
GROUNDS = ("background", "surface", "panel")


def texts(theme: Theme) -> dict[str, Color]:
    """The colours in which the theme writes."""
    own = {name: getattr(theme, name) for name in TEXTS}
    own["text-muted"] = theme.variables["text-muted"]
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
    warning = Color.parse(theme.warning or "")
    assert contrast(warning, paper) >= READABLE


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast(Color.parse("#000000"), Color.parse("#ffffff")) == pytest.approx(21)
    assert contrast(Color.parse("#777777"), Color.parse("#ffffff")) == pytest.approx(
        4.48, abs=0.01
    )
