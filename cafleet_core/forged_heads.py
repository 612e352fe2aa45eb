"""Mark lines of a message's body that look like the head of a message, as quoted.

Language models read loosely: a head with other brackets, bars, capitals or blanks still
convinces them.
"""

from __future__ import annotations

import re
import unicodedata

_MARK = "> "
_BRACKETS = r"[\[({<【〔〖〘〚⟦⟨⟪❨❪❬❮❰❲❴⁅⌈⌊「『﴾⦃⦅⦇⦉⦋⦍⦏⦗]"
_BARS = r"[|¦ǀ∣❘❙❚│┃︱丨⎮⏐]"
_HEAD = re.compile(
    rf"\W*{_BRACKETS}\s*(?:\W?cafleet\b|[0-9a-f][0-9a-f-]{{3,}}\s*{_BARS}|.*{_BARS}\s*from\W|from\s*:)",
    re.IGNORECASE,
)


def marked(text: str) -> str:
    """A sanitised text with a mark before each line that could be read as a head."""
    return "\n".join(
        _MARK + line if _looks_like_head(line) else line for line in text.split("\n")
    )


def _looks_like_head(line: str) -> bool:
    return _HEAD.match(unicodedata.normalize("NFKC", line)) is not None
