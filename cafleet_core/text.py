"""The one sanitiser, and the cuts and joins that every printed or typed text passes."""

from __future__ import annotations

ELLIPSIS = "…"
LINE_MARK = "⏎"

_KEPT_CONTROLS = "\n\t"
_BIDIRECTIONAL = (
    0x061C,
    0x200E,
    0x200F,
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
)
_LINE_SEPARATORS = (0x2028, 0x2029)

_REPLACED: dict[int, str | None] = {
    **{code: None for code in range(0x20) if chr(code) not in _KEPT_CONTROLS},
    **dict.fromkeys(range(127, 160)),
    **dict.fromkeys((*_BIDIRECTIONAL, *_LINE_SEPARATORS)),
}


class _Replacements(dict[int, str | None]):
    """Lone surrogates, too many to list, become the replacement character."""

    def __missing__(self, code: int) -> str | int:
        return "\ufffd" if 0xD800 <= code <= 0xDFFF else code


_TABLE = _Replacements(_REPLACED)


def sanitise(text: str) -> str:
    """`text` without anything that a terminal or pane would obey.

    Dropped: C0 but line feed and tab, DEL, C1 (so every escape sequence loses its
    introducer), U+2028/2029 and the bidirectional controls. Line ends become `\\n`,
    lone surrogates U+FFFD. Idempotent; the result always encodes as UTF-8.
    """
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_TABLE)


def one_line(text: str) -> str:
    """`text` sanitised, its lines joined with a visible mark, tabs as spaces."""
    return sanitise(text).strip("\n").replace("\n", LINE_MARK).replace("\t", " ")


def label(text: str) -> str:
    """`text` sanitised for a place that has one line and no mark: runs of space collapse."""
    return " ".join(sanitise(text).split())


def cut(text: str, limit: int) -> str:
    """The first `limit` code points of `text` and `…` where any were dropped; 0 = no limit."""
    if limit <= 0 or len(text) <= limit:
        return text
    return text[:limit] + ELLIPSIS


def storable(text: str) -> str:
    """`text` as the registry keeps it: whole, but encodable and without NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
