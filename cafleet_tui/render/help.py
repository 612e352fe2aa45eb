"""Draw the keys and signs of the control room, as far as words that are sought occur in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.cells import cell_len
from textual.content import Content

from cafleet_tui.keys.actions import REGIONS, Action, in_region
from cafleet_tui.render.legend import Sign, legend

TITLE = "Keys and signs"
NOTHING = Content.styled("No key and no sign has these words.", "$text-warning")

_KEYS_WIDTH, _NARROW_KEYS_WIDTH = 16, 12
_NARROW = 70
"""Cells below which the keys leave more of a line to what they do."""

_SIGN_WIDTH = 4

KeysOf = Callable[[str], Sequence[str]]
"""Tells the keys of an action, as they are written for humans."""


def document(here: Sequence[str], sought: str, keys_of: KeysOf, width: int) -> Content:
    """The regions that work `here` in their order, all others, and the signs.

    An action's command is left out where its line has no room for it in `width` cells.
    """
    words = sought.casefold().split()
    elsewhere = [region for region in REGIONS if region not in here]
    parts = [*_keys(here, words, keys_of, width, "bold $primary")]
    others = [*_keys(elsewhere, words, keys_of, width, "bold $text-muted")]
    if parts and others:
        others.insert(0, Content.styled("These work elsewhere:", "$text-muted"))
    blocks = [*parts, *others, *_signs(words)]
    return Content("\n\n").join(blocks) if blocks else NOTHING


def _keys(
    regions: Sequence[str], words: list[str], keys_of: KeysOf, width: int, style: str
) -> Iterator[Content]:
    for region in regions:
        heading = REGIONS[region]
        lines = []
        for action in in_region(region):
            keys = " ".join(keys_of(action.id))
            if _has(words, heading, keys, action.label, action.tooltip, action.command):
                lines.append(_action(action, keys, width))
        if lines:
            yield Content("\n").join([Content.styled(heading, style), *lines])


def _signs(words: list[str]) -> Iterator[Content]:
    for heading, signs in legend():
        lines = [_sign(sign) for sign in signs if _has(words, heading, *sign[:3])]
        if lines:
            title = Content.styled(heading, "bold $primary")
            yield Content("\n").join([title, *lines])


def _has(words: list[str], *texts: str | None) -> bool:
    """Whether each word occurs in one of the texts."""
    text = "\n".join(filter(None, texts)).casefold()
    return all(word in text for word in words)


def _action(action: Action, keys: str, width: int) -> Content:
    column = _NARROW_KEYS_WIDTH if width < _NARROW else _KEYS_WIDTH
    line = Content.assemble(("  " + keys.ljust(column), "bold"), action.tooltip)
    command = Content.styled(f"  $ {action.command}", "$text-muted")
    fits = line.cell_length + command.cell_length <= width
    return line + command if action.command and fits else line


def _sign(sign: Sign) -> Content:
    gap = " " * max(1, _SIGN_WIDTH - cell_len(sign.glyph))
    word = sign.word.ljust(_KEYS_WIDTH - _SIGN_WIDTH)
    return Content.assemble(
        ("  " + sign.glyph + gap, sign.style), (word, "bold"), sign.meaning
    )
