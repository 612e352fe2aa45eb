"""What a pane's screen must show and must not, as tmux formats that the server evaluates.

`#{C/r:…}` searches the visible lines for an extended regular expression, as the program in
the pane has drawn them, whatever mode the pane is in; it gives the number of the first line
that matches, or 0, also for an expression that does not compile.
"""

from collections.abc import Sequence
from itertools import groupby

_BLANKS = " \u00a0"
"""Screens are compared with no-break spaces as spaces: programs use either."""

_TRAILING = "[[:space:]\u00a0\u2007\u202f]*$"
"""All that Python strips from the end of a line; tmux leaves some of it there."""

_LONGEST_RUN = 255  # POSIX: how often an expression may be repeated
_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ")


def whole_line(line: str) -> str:
    """The test that a visible line is this one, trailing blanks aside.

    A line that no screen can hold is on none: the test of one with a control character or
    half a surrogate pair never holds.
    """
    if not _can_be_drawn(line):
        return "0"
    pieces = (
        _blanks(len(list(run))) if blank else "".join(map(_character, run))
        for blank, run in groupby(line.rstrip(), _BLANKS.__contains__)
    )
    return _search(f"^{''.join(pieces)}{_TRAILING}")


def no_line(patterns: Sequence[str]) -> tuple[str, ...]:
    """The tests that no visible line matches one of these extended regular expressions.

    They do not hold where tmux cannot compile one of them.
    """
    if not patterns:
        return ()
    either = "|".join(f"({pattern})" for pattern in patterns)
    return f"#{{==:{_search(either)},0}}", _search(f"{either}|^")


def all_of(tests: Sequence[str]) -> str:
    """The format that is 1 where all of these are; nested flat, as tmux limits the depth."""
    if len(tests) == 1:
        return tests[0]
    half = len(tests) // 2
    return f"#{{&&:{all_of(tests[:half])},{all_of(tests[half:])}}}"


def _search(expression: str) -> str:
    return f"#{{C/r:{_literal(expression)}}}"


def _literal(text: str) -> str:
    """`text` within a format: what might mean something there is given by its code."""
    return "".join(
        c if c in _BARE or ord(c) > 127 else f"#{{a:{ord(c)}}}" for c in text
    )


def _character(c: str) -> str:
    """An extended regular expression for one character."""
    if c in _BARE or ord(c) > 127:
        return c
    return f"\\{c}" if c in "^\\" else f"[{c}]"


def _blanks(count: int) -> str:
    runs, rest = divmod(count, _LONGEST_RUN)
    lengths = [_LONGEST_RUN] * runs + [rest] * bool(rest)
    return "".join(f"[{_BLANKS}]{{{length}}}" for length in lengths)


def _can_be_drawn(line: str) -> bool:
    return all(
        " " <= c < "\x7f" or "\xa0" <= c < "\ud800" or c >= "\ue000" for c in line
    )
