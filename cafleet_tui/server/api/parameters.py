"""The values of a command from a request: JSON, or the query, checked as a command line is."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from cafleet_core import clock, time_expressions
from cafleet_core.cli.options import Kind, Option
from cafleet_core.errors import InvalidInput
from cafleet_core.suggestion import nearest
from cafleet_tui.server.api.routes import Route

_SWITCH = {"true": True, "false": False}
_LONGEST_NUMBER = 15


def of_request(
    route: Route,
    path: Mapping[str, str],
    query: Sequence[tuple[str, str]],
    body: Mapping[str, Any],
) -> dict[str, Any]:
    """The value of each parameter of the command; raises InvalidInput, naming the parameter."""
    options = {option.field: option for option in route.parameters}
    within = {name: path[name] for name in options if name in path}
    given = {**_parsed(query, options), **body}
    known = [name for name in options if name not in within]
    for name in given:
        if name not in known:
            raise InvalidInput(_unknown(name, known))
    values = {**given, **within}
    read = {name: _value(option, values) for name, option in options.items()}
    argument = route.command.argument
    if argument is not None and argument.many:
        words = read.get(argument.field)
        read[argument.field] = () if words is None else (words,)
    return {**_left_out(route), **read}


def _left_out(route: Route) -> dict[str, Any]:
    """The parameters that a request cannot set, at their defaults."""
    command = route.command
    values = {option.field: _default(option) for option in command.options}
    if command.argument is not None:
        values[command.argument.field] = () if command.argument.many else None
    return {**values, **route.fixed}


def _parsed(
    query: Sequence[tuple[str, str]], options: Mapping[str, Option]
) -> dict[str, Any]:
    """A query's texts as what JSON would have held."""
    values: dict[str, Any] = {}
    for name, words in query:
        option = options.get(name)
        value = words if option is None else _from_text(option, words)
        if option is not None and option.multiple:
            values.setdefault(name, []).append(value)
        elif name in values:
            raise InvalidInput(f"{name} is given twice.")
        else:
            values[name] = value
    return values


def _from_text(option: Option, words: str) -> Any:
    if option.kind == Kind.FLAG:
        return _SWITCH.get(words, words)
    digits = words.isascii() and words.isdigit() and len(words) <= _LONGEST_NUMBER
    return int(words) if option.kind == Kind.COUNT and digits else words


def _value(option: Option, values: Mapping[str, Any]) -> Any:
    if values.get(option.field) is None:
        if option.required:
            raise InvalidInput(f"{option.field} is missing.")
        return _default(option)
    value = values[option.field]
    if not option.multiple:
        return _checked(option, value)
    if not isinstance(value, list) or (option.required and not value):
        raise InvalidInput(f"{option.field} is not a list of one or more.")
    return tuple(_checked(option, each) for each in value)


def _default(option: Option) -> Any:
    if option.multiple:
        return ()
    if option.kind == Kind.FOLDER:
        return os.path.abspath(str(option.default))
    return False if option.kind == Kind.FLAG else option.default


def _checked(option: Option, value: Any) -> Any:
    if option.kind == Kind.FLAG:
        return _of_type(option, value, bool, "true or false")
    if option.kind == Kind.COUNT:
        number = _of_type(option, value, int, "a whole number")
        if isinstance(value, bool) or not option.low <= number <= option.high:
            raise InvalidInput(
                f"{option.field} is not between {option.low} and {option.high}."
            )
        return number
    words = _of_type(option, value, str, "a text")
    if "\0" in words:
        raise InvalidInput(f"{option.field} holds a NUL, which no text may.")
    return _text(option, words)


def _text(option: Option, words: str) -> str:
    if option.kind == Kind.CHOICE and words not in option.choices:
        raise InvalidInput(f"{option.field} is none of {', '.join(option.choices)}.")
    if option.kind == Kind.TIME:
        try:
            return clock.stamp(time_expressions.parse(words, clock.now()))
        except (ValueError, OverflowError):
            raise InvalidInput(f"{option.field} is no time such as 2h.") from None
    if option.kind == Kind.FOLDER and not (
        os.path.isabs(words) and os.path.isdir(words)
    ):
        raise InvalidInput(f"{option.field} is not the absolute path of a folder.")
    return words


def _of_type(option: Option, value: Any, wanted: type, words: str) -> Any:
    if not isinstance(value, wanted):
        raise InvalidInput(f"{option.field} is not {words}.")
    return value


def _unknown(name: str, known: Sequence[str]) -> str:
    meant = nearest(name, known)
    hint = f"; did you mean {meant!r}?" if meant else "."
    return f"no parameter is called {name[:40]!r}{hint}"
