"""Translate lines and cues to POSIX extended regular expressions, which tmux evaluates.

They match a line as tmux has it exactly if a reading matches the same line: a reading
strips trailing blanks and takes no-break spaces for spaces, as programs draw either.
"""

from __future__ import annotations

from itertools import groupby, pairwise

from cafleet_core import text
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLANKS = " \u00a0"
_CONTROLS = frozenset(map(chr, (*range(32), *range(127, 160))))
_SPACE = "[:space:]\u00a0\u2007\u202f"  # what Python strips; POSIX knows only the first
_LINE_END = f"[{_SPACE}]*$"
_MOST_REPEATS = 255
"""The largest number of repeats that POSIX allows."""

_SPECIAL = frozenset(".[]()|*+?{}$")
_ANCHORS = {"^": "^", "$": _LINE_END, r"\A": "^", r"\Z": _LINE_END, r"\b": r"\b"}
_CLASSES = {r"\d": "0-9", r"\s": _SPACE, r"\w": "[:alnum:]_"}
_RANGES = (("0", "9"), ("a", "z"), ("A", "Z"))
_MOST_LISTED = 256
_KINDS = {
    **dict.fromkeys(_ANCHORS, "anchor"),
    **dict.fromkeys(("(", "(?:"), "open"),
    ")": "close",
    "|": "or",
    **dict.fromkeys("*+?", "repeat"),
}


def is_sayable(words: str) -> bool:
    """Whether a screen can show these words: no control character, no half of a surrogate pair."""
    return _CONTROLS.isdisjoint(words) and text.is_text(words)


def of_line(line: str) -> str:
    """The expression that matches this line alone, whole."""
    pieces = (
        _blanks(len(list(run))) if blank else "".join(map(_character, run))
        for blank, run in groupby(line.rstrip(), _BLANKS.__contains__)
    )
    return f"^{''.join(pieces)}{_LINE_END}"


def of_cue(pattern: str) -> str | None:
    r"""A cue that is searched in single lines as such an expression; None if it cannot be said.

    `\d` is an ASCII digit. There are no look-arounds, references, lazy repeats, flags,
    empty alternatives, nor anything that spans lines.
    """
    if "\u00a0" in pattern or not is_sayable(pattern) or not _compiles(pattern):
        return None
    tokens = list(_tokens(pattern))
    kinds = ["open", *map(_kind, tokens), "close"]
    pieces = [_piece(token) for token in tokens]
    if None in pieces or not all(_may_follow(*pair) for pair in pairwise(kinds)):
        return None
    return "".join(filter(None, pieces))


def _compiles(pattern: str) -> bool:
    import re  # lines that were seen are translated without it

    try:
        re.compile(pattern, re.MULTILINE)
    except re.error:
        return False
    return True


def _tokens(pattern: str) -> Iterator[str]:
    """The tokens of an expression that Python accepts."""
    at = 0
    while at < len(pattern):
        end = _end(pattern, at)
        yield pattern[at:end]
        at = end


def _end(pattern: str, at: int) -> int:
    match pattern[at]:
        case "\\":
            return at + 2
        case "(" if pattern.startswith("(?", at):
            return at + 3
        case "{":
            return pattern.find("}", at) + 1 or at + 1
        case "[":
            at += 2 if pattern.startswith("[^", at) else 1
            at += pattern[at] == "]"  # a first bracket is a member
            while pattern[at] != "]":
                at += 2 if pattern[at] == "\\" else 1
    return at + 1


def _kind(token: str) -> str:
    return _KINDS.get(token) or ("repeat" if _is_count(token) else "atom")


def _is_count(token: str) -> bool:
    if not token.startswith("{") or not token[1:2].isdecimal():
        return False
    counts = token[1:-1].split(",")
    return len(counts) <= 2 and all(
        not count or (count.isdecimal() and int(count) <= _MOST_REPEATS)
        for count in counts
    )


def _may_follow(kind: str, after: str) -> bool:
    """Whether a token may follow one of `kind`: no alternative is empty, atoms alone repeat."""
    if after == "repeat":
        return kind in ("atom", "close")
    return after not in ("or", "close") or kind not in ("open", "or")


def _piece(token: str) -> str | None:
    kind = _kind(token)
    if kind != "atom":
        return "(" if kind == "open" else _ANCHORS.get(token, token)
    if token[0] == "[" and len(token) > 1:
        return _set(token)
    if token.lower() in _CLASSES:
        return f"[{'^' * token.isupper()}{_CLASSES[token.lower()]}]"
    if token == ".":  # noqa: S105  # any character, in both
        return token
    return _character(token[-1]) if _is_literal(token) else None


def _is_literal(token: str) -> bool:
    """Whether a token is a character, bare or escaped, rather than an escape with a meaning."""
    return len(token) == 1 or (
        len(token) == 2 and token[0] == "\\" and not token[1].isalnum()
    )


def _set(token: str) -> str | None:
    negated = token.startswith("[^")
    members = [_member(text) for text in _members(token[1 + negated : -1])]
    if None in members:
        return None
    return _bracket({member for member in members if member}, negated)


def _members(body: str) -> Iterator[str]:
    """The members of a set: classes, ranges, and characters, bare or escaped."""
    at = 0
    while at < len(body):
        end = at + (2 if body[at] == "\\" else 1)
        if body.startswith("-", end) and end + 1 < len(body):
            end += 3 if body[end + 1] == "\\" else 2
        yield body[at:end]
        at = end


def _member(text: str) -> str | None:
    if len(text) > 2:
        return _range(text[0], text[-1]) if len(text) == 3 else None
    if text in _CLASSES:
        return _CLASSES[text]
    return text[-1] if _is_literal(text) else None


def _range(first: str, last: str) -> str | None:
    """The members of a range, if they are the same in every locale, or can be listed."""
    if any(low <= first <= last <= high for low, high in _RANGES):
        return f"{first}-{last}"
    characters = range(ord(first), ord(last) + 1)
    if first < "\u00a1" or len(characters) > _MOST_LISTED:
        return None
    return "".join(map(chr, characters))


def _bracket(members: set[str], negated: bool) -> str:
    """A bracket expression, ordered so that `]`, `^`, `[` and `-` mean themselves."""
    if "^" in members and not negated:
        others = members - {"^"}
        return f"(\\^|{_bracket(others, negated)})" if others else r"\^"
    if " " in members:
        members = members | set(_BLANKS)
    last = {"]": -1, "[": 1, "-": 2}
    ordered = sorted(members, key=lambda member: (last.get(member, 0), member))
    return f"[{'^' * negated}{''.join(ordered)}]"


def _character(c: str) -> str:
    if c == " ":
        return f"[{_BLANKS}]"
    if c in "^\\":
        return f"\\{c}"
    return f"[{c}]" if c in _SPECIAL else c


def _blanks(count: int) -> str:
    runs, rest = divmod(count, _MOST_REPEATS)
    counts = [_MOST_REPEATS] * runs + [rest] * bool(rest)
    return "".join(f"[{_BLANKS}]{{{number}}}" for number in counts)
