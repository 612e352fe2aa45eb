"""The user's own coding agents: tables of `config.toml`, checked key by key."""

from __future__ import annotations

import re
from typing import Any

from cafleet_core.agents.cues import OF_AGENT, Cues
from cafleet_core.config import toml_file
from cafleet_core.errors import InvalidSetting
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.suggestion import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Table = dict[str, Any]

_LISTS = frozenset(
    (
        *("argv", "director_argv", "model_argv", "effort_argv", "prompt_argv"),
        *("folder_argv", "process_names", "environment_marks", "models", "efforts"),
        *("conversation_argv", "resume_argv", "interrupt_keys", "account"),
    )
)
_KEY = re.compile(r"Escape|C-[a-z]")
"""Keys that have a program stop what it does; no other may be pressed for that."""

_PRESSED = re.compile(r"Enter|Escape|Tab|BTab|Space|Up|Down|Left|Right|[A-Za-z0-9]")
"""Keys that may answer a question, by tmux's names for them."""

_STYLE = re.compile(r"[0-9]+(;[0-9]+)*")
_LONGEST_DELAY = 250
"""Milliseconds; after 300 a text that still stands in the box gets another Enter."""

_WORDS = frozenset(("exit_command", "shell_prefix", "conversation_variable"))
_ENVIRONMENT = "environment"
_FEWEST_LINES = 3
"""Lines of a turn with one message: its head, its text, and how many more wait."""

_STARTUP = "startup"
_ANSWERS = "answers"
_CUES = frozenset(Cues._fields) - frozenset(OF_AGENT)
_KEYS = (*_LISTS, *_WORDS, *OF_AGENT, _ENVIRONMENT, _STARTUP, "cues")


class _Place(NamedTuple):
    """Where a value stands in the user's file, to name in errors."""

    path: str
    agent: str

    def wrong(self, key: str, why: str) -> InvalidSetting:
        from cafleet_core.config import user_file

        line = user_file.lines_of(self.path).get(f"agents.{self.agent}.{key}", 0)
        words = f"[agents.{self.agent}] {key}: {why}"
        return InvalidSetting(user_file.blame(self.path, user_file.Fault(line, words)))

    def unknown(self, key: str, known: Iterable[str]) -> InvalidSetting:
        table, _, word = key.rpartition(".")
        meant = nearest(word, known)
        hint = f"; did you mean {f'{table}.' if table else ''}{meant}?" if meant else ""
        return self.wrong(key, f"no such key{hint}")


def merged(known: Mapping[str, Table], path: str) -> dict[str, Table]:
    """The `known` agents, overridden and extended key by key by the file at `path`.

    A file that does not exist changes nothing. Raises InvalidSetting, naming file, agent
    and key, for an invalid value.
    """
    own = _tables(path)
    for name, table in own.items():
        place = _Place(path, name)
        _check(place, table)
        if name not in known and not table.get("argv"):
            raise place.wrong("argv", "a new agent needs the command that starts it")
    return {
        name: _over(known.get(name, {}), own.get(name, {})) for name in {**known, **own}
    }


def _tables(path: str) -> dict[str, Table]:
    try:
        document = toml_file.parsed(toml_file.text(path))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise InvalidSetting(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise InvalidSetting(f"{path} is not TOML: {error}.") from None
    agents = document.get("agents", {})
    if not isinstance(agents, dict):
        raise InvalidSetting(f"{path}: agents is not a table of agents.")
    return agents


def _check(place: _Place, table: object) -> None:
    if not isinstance(table, dict):
        raise InvalidSetting(f"{place.path}: agents.{place.agent} is not a table.")
    for key, value in table.items():
        if key in _LISTS:
            _check_words(place, key, value)
        elif key in _WORDS:
            if not isinstance(value, str):
                raise place.wrong(key, "not a string")
        elif check := _CHECKS.get(key):
            check(place, value)
        else:
            raise place.unknown(key, _KEYS)
    if "argv" in table and not table["argv"]:
        raise place.wrong("argv", "empty")
    if not all(map(_KEY.fullmatch, table.get("interrupt_keys", ()))):
        raise place.wrong("interrupt_keys", "neither Escape nor such as C-c")


def _check_words(place: _Place, key: str, value: object) -> None:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise place.wrong(key, "not a list of strings")


def _check_environment(place: _Place, value: object) -> None:
    if not isinstance(value, dict):
        raise place.wrong(_ENVIRONMENT, "not a table")
    for name, words in value.items():
        if not name or "=" in name or not isinstance(words, str) or "\0" in words:
            raise place.wrong(f"{_ENVIRONMENT}.{name}", "not a variable and its value")


def _check_program(place: _Place, value: object) -> None:
    if not isinstance(value, str) or not value:
        raise place.wrong("program", "not a string")
    _check_expressions(place, "program", [value])


def _check_delay(place: _Place, value: object) -> None:
    if type(value) is not int or not 0 < value <= _LONGEST_DELAY:
        why = f"not a number of milliseconds from 1 to {_LONGEST_DELAY}"
        raise place.wrong("submit_delay", why)


def _check_lines(place: _Place, value: object) -> None:
    if type(value) is not int or value < _FEWEST_LINES:
        why = f"not a number of lines, {_FEWEST_LINES} or more"
        raise place.wrong("paste_lines", why)


def _check_startup(place: _Place, value: object) -> None:
    _check_pressed(place, _STARTUP, value, ("shows", "key"))


def _check_pressed(
    place: _Place, named: str, value: object, parts: tuple[str, ...]
) -> None:
    """Check a list of tables of strings, each with a line of the screen and a key to press."""
    form = f"not a list of tables such as {{ {', '.join(f'{part} = …' for part in parts)} }}"
    if not isinstance(value, list):
        raise place.wrong(named, form)
    for each in value:
        if not isinstance(each, dict) or set(each) != set(parts):
            raise place.wrong(named, form)
        if not all(
            isinstance(word, str) and word.isprintable() for word in each.values()
        ):
            raise place.wrong(named, form)
        if not _PRESSED.fullmatch(each["key"]):
            why = f"{each['key']!r} is neither a letter, a digit nor such as Enter, Tab"
            raise place.wrong(named, why)
        _check_expressions(place, named, [each["shows"]])


def _check_cues(place: _Place, cues: object) -> None:
    if not isinstance(cues, dict):
        raise place.wrong("cues", "not a table")
    for key, patterns in cues.items():
        named = f"cues.{key}"
        if key not in _CUES:
            raise place.unknown(named, _CUES)
        if key == _ANSWERS:
            _check_pressed(place, named, patterns, ("shows", "key", "words"))
            continue
        _check_words(place, named, patterns)
        if key == "suggestion_style" and not all(map(_STYLE.fullmatch, patterns)):
            raise place.wrong(named, "not the numbers of a style such as 38;5;103")
        if key == "marks" and not all(len(sign) == 1 for sign in patterns):
            raise place.wrong(named, "not single signs")
        _check_expressions(place, named, patterns)


def _check_expressions(place: _Place, named: str, patterns: Iterable[str]) -> None:
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            raise place.wrong(named, f"{pattern!r}: {error}") from None


_CHECKS = {
    _ENVIRONMENT: _check_environment,
    _STARTUP: _check_startup,
    "program": _check_program,
    "submit_delay": _check_delay,
    "paste_lines": _check_lines,
    "cues": _check_cues,
}


def _over(base: Table, changes: Table) -> Table:
    cues = {**base.get("cues", {}), **changes.get("cues", {})}
    # a user's `argv` replaces the built-in one for Directors, too
    kept = {key: value for key, value in base.items() if key != "director_argv"}
    return {**(kept if "argv" in changes else base), **changes, "cues": cues}
