"""Parse the usual command lines by hand: click alone takes twice as long as a poll.

Made from the same table as click's commands. Everything unusual (help, completion, a
mistake, an odd spelling of a value) is left to click, before anything is done.
"""

from __future__ import annotations

import os

from cafleet_core.cli import command_table
from cafleet_core.cli.aliases import SWITCHES, canonical
from cafleet_core.cli.options import SHARED, Kind
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.cli.options import Argument, Command, Option

_COMPLETION = "_CAFLEET_COMPLETE"
_LONGEST_NUMBER = 8
_BEHIND = "--"
"""The key of the arguments that belong to no option, among the parsed values."""


class Call(NamedTuple):
    """A parsed command line: the function's place, its values, the shared options."""

    place: str
    values: dict[str, Any]
    shared: dict[str, Any]

    def on(self, run: Invocation) -> object:
        """Run the command; raises CafleetError."""
        for field, value in self.shared.items():
            setattr(run, field, value)
        module, _, function = self.place.partition(".")
        package = __import__(f"cafleet_core.cli.{module}", fromlist=[function])
        return getattr(package, function)(run, **self.values)


class _Odd(Exception):
    """Something in a command line that click must parse."""


def parse(arguments: list[str]) -> Call | None:
    """The call that these arguments mean; None if click must parse them."""
    if _COMPLETION in os.environ:
        return None
    try:
        return _call(arguments)
    except _Odd:
        return None


def _call(arguments: list[str]) -> Call:
    rest = list(reversed(arguments))
    shared: dict[str, Any] = {}
    words = _words(rest, shared)
    command = command_table.command(words)
    if command is None:
        raise _Odd
    given = _given(words, rest, command)
    for option in SHARED:
        if option.field in given:
            shared[option.field] = given.pop(option.field)
    values = {option.field: _value(option, given) for option in command.options}
    if (argument := command.argument) is not None:
        values[argument.field] = _argument(argument, given, shared)
    return Call(command.place, values, shared)


def _words(rest: list[str], shared: dict[str, Any]) -> str:
    """The words of the command, removed from `rest` with the shared options between them."""
    words = " ".join(canonical([_word(rest, shared)]))
    if words in command_table.GROUPS:
        words += f" {_word(rest, shared)}"
    for *command, switch in SWITCHES:
        if words == " ".join(command) and switch in rest:
            raise _Odd
    return words


def _word(rest: list[str], shared: dict[str, Any]) -> str:
    """The next word; only shared options may precede it."""
    while rest and rest[-1].startswith("-"):
        _take(rest, SHARED, shared)
    if not rest:
        raise _Odd
    return rest.pop()


def _given(words: str, rest: list[str], command: Command) -> dict[str, Any]:
    """The values in the rest of a command line, by parameter name."""
    if command.argument is None:
        try:
            return _taken([*rest], command)
        except _Odd:
            pass  # an argument in the place of an option, or another version's name
    return _taken(_as_options(words, rest, command), command)


def _taken(rest: list[str], command: Command) -> dict[str, Any]:
    given: dict[str, Any] = {}
    options = (*command.options, *SHARED)
    while rest:
        if command.argument is not None and rest[-1] == "--":
            given[_BEHIND] = rest[-2::-1]
            break
        _take(rest, options, given)
    return given


def _as_options(words: str, rest: list[str], command: Command) -> list[str]:
    from cafleet_core.cli import positional

    options = (*command.options, *SHARED)
    valued = [option for option in options if option.kind != Kind.FLAG]
    syntax = positional.Syntax(
        values={name: 1 for option in valued for name in option.names},
        repeatable={
            name for option in valued if option.multiple for name in option.names
        },
        takes_words=command.argument is not None,
        optional={
            name for option in valued if option.optional for name in option.names
        },
    )
    return positional.as_options(words, syntax, rest[::-1])[::-1]


def _argument(
    argument: Argument, given: dict[str, Any], shared: dict[str, Any]
) -> tuple[str, ...] | str | None:
    """The value of the argument: what stands behind the options."""
    words = given.get(_BEHIND, [])
    if any("\0" in word for word in words):
        raise _Odd
    if not words and (argument.required or argument.instead not in ("", *shared)):
        raise _Odd
    if argument.many:
        return tuple(words)
    if len(words) > 1:
        raise _Odd
    return words[0] if words else None


def _value(option: Option, given: dict[str, Any]) -> Any:
    """The value of a parameter: given, or its default."""
    if option.field in given:
        value = given[option.field]
        return tuple(value) if option.multiple else value
    if option.required:
        raise _Odd
    if option.multiple:
        return ()
    if option.kind == Kind.FOLDER:
        return _read(option, str(option.default))
    return False if option.kind == Kind.FLAG else option.default


def _take(rest: list[str], options: Iterable[Option], given: dict[str, Any]) -> None:
    """Remove one option from `rest`, with its value."""
    name, equals, value = rest.pop().partition("=")
    option = next((option for option in options if name in option.names), None)
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
    if option.kind in (Kind.SECONDS, Kind.DOLLARS):
        whole, _, part = value.partition(".")
        _digits(whole)
        return _bounded(option, float(f"{whole}.{_digits(part or '0')}"))
    if option.kind == Kind.TIME:
        return _stamp(value)
    if option.kind == Kind.FOLDER:
        return _folder(value)
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


def _folder(value: str) -> str:
    if not (os.path.isdir(value) and os.access(value, os.R_OK)):
        raise _Odd
    try:
        return os.path.abspath(value)
    except OSError:  # the folder that the caller is in is gone
        raise _Odd from None
