"""Parse the usual command lines of what agents call all day: click alone costs a poll.

Made from the same table as click's commands. Everything unusual (help, completion, a
mistake, an odd spelling of a value) is left to click, before anything is done.
"""

from __future__ import annotations

import os

from cafleet_core.cli.aliases import canonical
from cafleet_core.cli.options import HOT, SHARED, Kind
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.cli.options import Option

_COMPLETION = "_CAFLEET_COMPLETE"
_GROUPS = frozenset(words.split()[0] for words in HOT if " " in words)
_LONGEST_NUMBER = 8


class Call(NamedTuple):
    """A parsed command line: the command's words, its values, the shared options."""

    words: str
    values: dict[str, Any]
    shared: dict[str, Any]

    def on(self, run: Invocation) -> object:
        """Run the command; raises CafleetError."""
        for field, value in self.shared.items():
            setattr(run, field, value)
        module, _, function = HOT[self.words].place.partition(".")
        package = __import__(f"cafleet_core.cli.{module}", fromlist=[function])
        return getattr(package, function)(run, **self.values)


class _Odd(Exception):
    """Something in a command line that click must parse."""


def parse(arguments: list[str]) -> Call | None:
    """The call that these arguments mean; None if click must parse them."""
    if _COMPLETION in os.environ:
        return None
    rest = list(reversed(arguments))
    shared: dict[str, Any] = {}
    try:
        words = _words(rest, shared)
        options = HOT[words].options
        given = _given(words, rest, options)
        for option in SHARED:
            if option.field in given:
                shared[option.field] = given.pop(option.field)
        values = {option.field: _value(option, given) for option in options}
    except (_Odd, KeyError):
        return None
    return Call(words, values, shared)


def _words(rest: list[str], shared: dict[str, Any]) -> str:
    """The words of the command, removed from `rest` with the shared options between them."""
    words = " ".join(canonical([_word(rest, shared)]))
    if words in _GROUPS:
        words += f" {_word(rest, shared)}"
    return words


def _word(rest: list[str], shared: dict[str, Any]) -> str:
    """The next word; only shared options may precede it."""
    while rest and rest[-1].startswith("-"):
        _take(rest, SHARED, shared)
    if not rest:
        raise _Odd
    return rest.pop()


def _given(words: str, rest: list[str], options: tuple[Option, ...]) -> dict[str, Any]:
    """The values in the rest of a command line, by parameter name."""
    try:
        return _taken([*rest], options)
    except _Odd:  # an argument in the place of an option, or another version's name
        return _taken(_as_options(words, rest, options), options)


def _taken(rest: list[str], options: tuple[Option, ...]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    while rest:
        _take(rest, (*options, *SHARED), given)
    return given


def _as_options(words: str, rest: list[str], options: tuple[Option, ...]) -> list[str]:
    from cafleet_core.cli import positional

    valued = [each for each in (*options, *SHARED) if each.kind != Kind.FLAG]
    syntax = positional.Syntax(
        values={name: 1 for each in valued for name in each.names},
        repeatable={name for each in valued if each.multiple for name in each.names},
        takes_words=False,
    )
    return positional.as_options(words, syntax, rest[::-1])[::-1]


def _value(option: Option, given: dict[str, Any]) -> Any:
    """The value of a parameter: given, or its default."""
    if option.field in given:
        value = given[option.field]
        return tuple(value) if option.multiple else value
    if option.required:
        raise _Odd
    if option.multiple:
        return ()
    return False if option.kind == Kind.FLAG else option.default


def _take(rest: list[str], options: Iterable[Option], given: dict[str, Any]) -> None:
    """Remove one option from `rest`, with its value."""
    name, equals, value = rest.pop().partition("=")
    option = next((each for each in options if name in each.names), None)
    if option is None:
        raise _Odd
    if option.kind == Kind.FLAG:
        if equals:
            raise _Odd
        given[option.field] = True
        return
    if not equals:
        if not rest:
            raise _Odd
        value = rest.pop()
    if "\0" in value:
        raise _Odd
    read = _read(option, value)
    if option.multiple:
        given.setdefault(option.field, []).append(read)
    else:
        given[option.field] = read


def _read(option: Option, value: str) -> Any:
    """A value in its usual spelling, converted."""
    if option.kind == Kind.COUNT:
        return _bounded(option, int(_digits(value)))
    if option.kind == Kind.SECONDS:
        whole, _, part = value.partition(".")
        _digits(whole)
        return _bounded(option, float(f"{whole}.{_digits(part or '0')}"))
    if option.kind == Kind.TIME:
        return _stamp(value)
    if option.kind == Kind.CHOICE and value not in option.choices:
        raise _Odd
    return value


def _digits(text: str) -> str:
    if not (text.isascii() and text.isdigit()) or len(text) > _LONGEST_NUMBER:
        raise _Odd
    return text


def _bounded(option: Option, number: float) -> float:
    if not option.low <= number <= option.high:
        raise _Odd
    return number


def _stamp(value: str) -> str:
    from cafleet_core import clock, time_expressions  # few commands take a time

    try:
        return clock.stamp(time_expressions.parse(value, clock.now()))
    except (ValueError, OverflowError):
        raise _Odd from None
