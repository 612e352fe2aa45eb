"""Colours that can be told apart, by the measure of WCAG 2."""

from __future__ import annotations

from collections.abc import Mapping

from textual.color import Color, ColorParseError

READABLE = 4.5
"""The ratio that text must have on its ground."""


def contrast(first: Color, second: Color) -> float:
    """The ratio that WCAG 2 defines."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Color) -> float:
    """The relative luminance that WCAG 2 defines."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in colour.normalized
    ]
    return sum(
        weight * part
        for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )


_WRITTEN = (
    *("foreground", "primary", "secondary", "accent", "warning", "error", "success"),
    "orchid",
)
"""The variables of a theme in which words are written."""

_FAINT = {"text-muted": (0.35, 1.2 * READABLE), "text-disabled": (0.5, 3.0)}
"""How much of the ground may be in faint words, and the ratio that they keep.

That of muted ones leaves room for the ground of the chosen line.
"""

_CHOSEN = 0.25
"""How much of the primary colour may be in the ground of the chosen line."""

_GROUND_OF_CHOSEN = "block-cursor-background"
_WORDS_OF_CHOSEN = ("block-cursor-foreground", "block-cursor-blurred-foreground")

_CHOSEN_OF_TERMINAL = {
    paper: {
        **dict.fromkeys((_GROUND_OF_CHOSEN, "block-cursor-blurred-background"), ground),
        **dict.fromkeys(_WORDS_OF_CHOSEN, "ansi_default"),
        "cursor-line": ground,
    }
    for paper, ground in {
        "ansi_black": "ansi_blue",
        "ansi_white": "ansi_white",
    }.items()
}
"""The chosen line by the name of the ground: the words on it keep their own colours."""

_STEP = 0.05


def legible(variables: Mapping[str, str]) -> dict[str, str]:
    """The variables of a theme whose words do not stand out from its background, mended.

    Faint words that are none of the theme's own are made from its usual ones, to be fainter
    than these; and the ground of the chosen line where such words do not stand out from it.
    Where the terminal has the colours, the ground of the chosen line alone.
    """
    try:
        paper = Color.parse(variables["background"])
        ink = {name: Color.parse(variables[name]) for name in _WRITTEN}
    except ColorParseError:
        return {}
    if paper.ansi is not None:
        return _CHOSEN_OF_TERMINAL[variables["ansi-background"]]
    strongest = Color.parse("white" if luminance(paper) < 0.18 else "black")
    mended = {name: _until_readable(ink[name], paper, strongest) for name in _WRITTEN}
    faint = {
        name: _fainter(mended["foreground"], paper, *limits)
        for name, limits in _FAINT.items()
        if variables.get(name, "auto").startswith("auto")
    }
    words = {**mended, **faint}
    chosen = _chosen_line(words, paper, Color.parse(variables[_GROUND_OF_CHOSEN]))
    return {name: colour.hex for name, colour in {**words, **chosen}.items()}


def _chosen_line(
    words: Mapping[str, Color], paper: Color, ground: Color
) -> dict[str, Color]:
    """The colours of the chosen line; empty where its faintest words read as it is."""
    faintest = words.get("text-muted")
    if faintest is None or contrast(faintest, ground) >= READABLE:
        return {}
    shares = [_CHOSEN - step * _STEP for step in range(int(_CHOSEN / _STEP))]
    tints = [paper.blend(words["primary"], share) for share in shares]
    readable = (each for each in tints if contrast(faintest, each) >= READABLE)
    tint = next(readable, tints[-1])
    return {
        **dict.fromkeys((_GROUND_OF_CHOSEN, "block-cursor-blurred-background"), tint),
        **dict.fromkeys(_WORDS_OF_CHOSEN, words["foreground"]),
    }


def _until_readable(ink: Color, paper: Color, strongest: Color) -> Color:
    """A colour of words, with as much of the strongest one as it takes to read them."""
    steps = (ink.blend(strongest, step * _STEP) for step in range(21))
    return next(each for each in steps if contrast(each, paper) >= READABLE)


def _fainter(ink: Color, paper: Color, most: float, ratio: float) -> Color:
    """The faintest mixture of words and their ground that keeps a ratio, down to the words."""
    steps = (ink.blend(paper, most - step * _STEP) for step in range(int(most / _STEP)))
    return next((each for each in steps if contrast(each, paper) >= ratio), ink)
