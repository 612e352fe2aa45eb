"""Invisible characters: removed unless a script or an emoji needs them.

A model reads what a human cannot see, so hidden words would be instructions without an
author. Ranges from Unicode 15: Default_Ignorable_Code_Point, and fillers that are drawn as
nothing.
"""

from __future__ import annotations

import re

SUSPECT = (
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
"""Every character that may be invisible."""

_SUSPECT = re.compile(SUSPECT)

_FLAGS = re.compile(
    "\U0001f3f4\U000e0067\U000e0062"
    "(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074|\U000e0077\U000e006c\U000e0073)"
    "\U000e007f"
)
"""The flags of England, Scotland and Wales: the only ones that are written with tags."""

_EMOJI = re.compile(
    "[#*0-9\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff"
    "\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_IDEOGRAPH = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_JOINED_SCRIPT = re.compile(
    "[\u0600-\u06ff\u0700-\u074f\u0750-\u07ff\u0840-\u085f\u0860-\u08ff\u0900-\u0dff"
    "\u0f00-\u109f\u1700-\u1aff\u1b00-\u1c4f\ua840-\ua87f\ua8e0-\ua9ff\uaa00-\uaadf"
    "\uabc0-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00010a5f\U00011000-\U00011fff]"
)
"""Scripts in which a joiner or a non-joiner changes how a letter is written."""

_UNSPACED_SCRIPT = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df]")
"""Scripts without blanks between words, in which a zero-width space allows a line break."""

_MONGOLIAN = re.compile("[\u1820-\u18aa]")
_VARIED_SYMBOL = re.compile("[\u2200-\u22ff\u2a00-\u2aff\u3001-\u3002\uff01-\uff5e]")
_EMOJI_STYLES = "\ufe0e\ufe0f"
_NON_JOINER, _JOINER, _SPACE = "\u200c", "\u200d", "\u200b"


def without_hidden(text: str) -> str:
    """`text` without invisible characters, except those that the character before them needs.

    These are: one selector after a character that has variants, one joiner between two
    emoji or after a letter of a joining script, one break between unspaced words, whole
    known flags.
    """
    while _SUSPECT.search(text) and (shown := _pass(text)) != text:
        text = shown
    return text


def _pass(text: str) -> str:
    kept: list[str] = []
    position = 0
    for suspect in _SUSPECT.finditer(text):
        start = suspect.start()
        if start < position:
            continue
        kept.append(text[position:start])
        position = start + 1
        if flag := _FLAGS.match(text, start - 1) if start else None:
            kept.append(text[start : flag.end()])
            position = flag.end()
        elif start and _needed(
            text[start - 1], text[start], text[start + 1 :][:1], text[:start]
        ):
            kept.append(text[start])
    kept.append(text[position:])
    return "".join(kept)


def _needed(before: str, character: str, after: str, head: str) -> bool:
    if character in _EMOJI_STYLES:
        return bool(_EMOJI.match(before) or _VARIED_SYMBOL.match(before))
    if character == "\ufe00":
        return bool(_VARIED_SYMBOL.match(before) or _IDEOGRAPH.match(before))
    if "\ufe01" <= character <= "\ufe02" or "\U000e0100" <= character <= "\U000e01ef":
        return bool(_IDEOGRAPH.match(before))
    if "\u180b" <= character <= "\u180f":
        return bool(_MONGOLIAN.match(before))
    if character == _JOINER and after and _EMOJI.match(after):
        base = head[-2:-1] if before in _EMOJI_STYLES else before
        return bool(base and _EMOJI.match(base) and not base.isascii())
    if character in (_JOINER, _NON_JOINER):
        return bool(_JOINED_SCRIPT.match(before))
    if character == _SPACE:
        return bool(_UNSPACED_SCRIPT.match(before))
    return False
