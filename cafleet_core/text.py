"""The one sanitiser, and the cuts and joins of every text that is printed or typed."""

from __future__ import annotations

ELLIPSIS = "…"
LINE_MARK = "⏎"

# `re` is imported when first needed: most texts hold only printable characters.
_DROPPED = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and line feed, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional controls
    "\u2028\u2029]"
)
_HIDDEN_PRINTABLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
    "\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f"
).union(map(chr, range(0xE0100, 0xE01F0)))
"""Characters that `str.isprintable` accepts although `invisible` may remove them."""

_ASCII_BRACKETS = frozenset("[({<")
_LONE_SURROGATE = "[\ud800-\udfff]"


def sanitise(text: str) -> str:
    """`text` without anything that a terminal or pane would obey, or that no reader sees.

    Dropped are what `disarmed` drops, and invisible characters without a use (`invisible`).
    Idempotent; the result always encodes as UTF-8.
    """
    text = disarmed(text)
    return text if text.isascii() else _without_hidden(text)


def disarmed(text: str) -> str:
    """`text` without anything that a terminal or pane would obey.

    Dropped: C0 but line feed and tab, DEL, C1 (so every escape sequence loses its
    introducer), U+2028/2029 and the bidirectional controls. Line ends become `\\n`,
    lone surrogates U+FFFD.
    """
    if text.replace("\n", "").isprintable():
        return text
    import re

    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(_LONE_SURROGATE, "\ufffd", re.sub(_DROPPED, "", text))


def _without_hidden(text: str) -> str:
    shown = text.replace("\n", "").replace("\u3000", "")
    if shown.isprintable() and _HIDDEN_PRINTABLE.isdisjoint(shown):
        return text
    from cafleet_core import invisible  # most texts need nothing more

    return invisible.without_hidden(text)


def one_line(text: str) -> str:
    """`text` sanitised, its lines joined with a visible mark, tabs as spaces."""
    return sanitise(text).strip("\n").replace("\n", LINE_MARK).replace("\t", " ")


def label(text: str) -> str:
    """`text` sanitised for a place that has one line and no mark: runs of space collapse."""
    return " ".join(sanitise(text).split())


def quoting_heads(text: str) -> str:
    """A sanitised `text` in which no line can be read as the head of a message."""
    if not any(map(_may_be_head, text.split("\n"))):
        return text
    from cafleet_core import forged_heads  # most bodies hold no such line

    return forged_heads.marked(text)


def _may_be_head(line: str) -> bool:
    """Whether a bracket, or a character that looks like one, precedes the line's first letter."""
    for character in line:
        if character.isalnum() or character == "_":
            return False
        if character in _ASCII_BRACKETS or not character.isascii():
            return True
    return False


def cut(text: str, limit: int) -> str:
    """The first `limit` code points of `text` and `…` where any were dropped; 0 = no limit."""
    if limit <= 0 or len(text) <= limit:
        return text
    return text[:limit] + ELLIPSIS


def comparable(name: str) -> str:
    """A name in the form in which it is compared: without differences of form or case."""
    return label(_compatible(name)).casefold()


def as_drawn(name: str) -> str:
    """`comparable` of a name whose letters became the Latin ones that are drawn like them.

    Empty where nothing is drawn.
    """
    from cafleet_core import lookalikes

    return label(_compatible(name).translate(lookalikes.AS_LATIN)).casefold()


def same_name(name: str, other: str) -> bool:
    """Whether a reader may take one name for the other."""
    return comparable(name) == comparable(other) or as_drawn(name) == as_drawn(other)


def _compatible(name: str) -> str:
    import unicodedata  # only who registers or looks for a name in another form needs it

    return unicodedata.normalize("NFKC", sanitise(name))


def is_text(text: str) -> bool:
    """Whether `text` encodes as UTF-8; bytes that do not decode become lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def storable(text: str) -> str:
    """`text` as the registry stores it: whole, but encodable and without NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
