"""The two themes of the control room; text colours are readable on each background."""

from __future__ import annotations

from textual.theme import BUILTIN_THEMES, Theme

DARK = Theme(
    name="cafleet-dark",
    dark=True,
    primary="#86aaf5",
    secondary="#7cc7d9",
    accent="#c9a8f5",
    warning="#efc070",
    error="#f59090",
    success="#93cf94",
    foreground="#d6dae3",
    background="#14161c",
    surface="#191c23",
    panel="#222630",
    boost="#2b303c",
    variables={
        "text": "#d6dae3",
        "text-muted": "#9aa2b3",
        "text-disabled": "#868d9e",
        "orchid": "#e79ad6",
        "rule": "#363c4a",
        "cursor-line": "#2a3040",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-background": "#2c3650",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-foreground": "#ffffff",
        "block-cursor-blurred-background": "#2c3650",
        "block-cursor-blurred-text-style": "none",
        "input-cursor-foreground": "#14161c",
        "input-cursor-background": "#d6dae3",
        "input-cursor-text-style": "none",
        "input-selection-background": "#3b4a70",
        "footer-background": "#14161c",
        "footer-key-foreground": "#86aaf5",
        "footer-description-foreground": "#9aa2b3",
        "scrollbar": "#363c4a",
        "scrollbar-hover": "#4a5265",
        "scrollbar-active": "#86aaf5",
        "scrollbar-background": "#14161c",
        "scrollbar-background-hover": "#14161c",
        "scrollbar-background-active": "#14161c",
    },
)

LIGHT = Theme(
    name="cafleet-light",
    dark=False,
    primary="#2350a8",
    secondary="#0c6070",
    accent="#6c3aa6",
    warning="#7d4e00",
    error="#a8232f",
    success="#1f6630",
    foreground="#23262d",
    background="#fbfaf7",
    surface="#f4f2ed",
    panel="#eae7e0",
    boost="#e0dcd2",
    variables={
        "text": "#23262d",
        "text-muted": "#565b66",
        "text-disabled": "#5f6470",
        "orchid": "#93278a",
        "rule": "#cfcabe",
        "cursor-line": "#dfe5f3",
        "block-cursor-foreground": "#10131a",
        "block-cursor-background": "#d5dff5",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-foreground": "#10131a",
        "block-cursor-blurred-background": "#d5dff5",
        "block-cursor-blurred-text-style": "none",
        "input-cursor-foreground": "#fbfaf7",
        "input-cursor-background": "#23262d",
        "input-cursor-text-style": "none",
        "input-selection-background": "#c3d0ee",
        "footer-background": "#fbfaf7",
        "footer-key-foreground": "#2350a8",
        "footer-description-foreground": "#565b66",
        "scrollbar": "#cfcabe",
        "scrollbar-hover": "#b5afa0",
        "scrollbar-active": "#2350a8",
        "scrollbar-background": "#fbfaf7",
        "scrollbar-background-hover": "#fbfaf7",
        "scrollbar-background-active": "#fbfaf7",
    },
)

THEMES = (DARK, LIGHT)

OF_TERMINAL = ("ansi-dark", "ansi-light")
"""The names of Textual's themes that use the terminal's own sixteen colours."""

_PAIRS = (tuple(theme.name for theme in THEMES), OF_TERMINAL)


def other(theme: Theme) -> str:
    """The name of the light theme for a dark one, and the other way round, of as many colours."""
    dark, light = _PAIRS[theme.name in OF_TERMINAL]
    return light if theme.dark else dark


def names() -> tuple[str, ...]:
    """The names of all themes, ours first."""
    ours = tuple(theme.name for theme in THEMES)
    return (*ours, *sorted(BUILTIN_THEMES))
