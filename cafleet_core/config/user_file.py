"""Read the user's `config.toml`, checked key by key, with the line of each fault."""

from __future__ import annotations

import re

from cafleet_core.config import toml_file
from cafleet_core.config.folders import registry_path, user_file
from cafleet_core.config.keys import KEYS, Value
from cafleet_core.config.written_values import is_words, list_fault
from cafleet_core.errors import InvalidSetting
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.suggestion import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

AGENTS = "agents"
RULES = "on"
KEYMAP = "tui.keys"

_BY_NAME = {key.name: key for key in KEYS}
_TABLES = {name.partition(".")[0] for name in _BY_NAME}
_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_ASSIGNED = re.compile(r"\s*([\w.\"'-]+)\s*=")
_AT_LINE = re.compile(r" ?\(at line (\d+), column \d+\)")


class Fault(NamedTuple):
    """What is wrong at a line of the file; 0 if no line can be named."""

    line: int
    words: str


def read(path: str) -> tuple[dict[str, Value], dict[str, str]]:
    """The settings by their names, and the user's keys by action.

    Raises InvalidSetting for the first fault, naming file, line and key.
    """
    document, text, wrong = _parsed(path)
    wrong = wrong or faults(document, text)
    if wrong:
        raise InvalidSetting(blame(path, wrong[0]))
    values = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in _flat(document)
        if name in _BY_NAME
    }
    return values, dict(document.get("tui", {}).get("keys", {}))


def check(path: str) -> list[Fault]:
    """All faults of the settings in the file, from top to bottom."""
    document, text, wrong = _parsed(path)
    return sorted(wrong or faults(document, text))


def blame(path: str, fault: Fault) -> str:
    """A fault as one line."""
    where = f"{path}:{fault.line}" if fault.line else path
    return f"{where}: {ended(fault.words)}"


def ended(words: str) -> str:
    """The words of a fault as a sentence."""
    return words if words.endswith("?") else f"{words}."


def traced(name: str, words: str, env: Mapping[str, str]) -> str:
    """An invalid setting in one line, which begins with its variable or its line in the file."""
    key = _BY_NAME.get(name)
    if key and env.get(key.variable):
        return f"{key.variable}: {ended(words)}"
    path = user_file(env)
    return blame(path, Fault(lines_of(path).get(name, 0), f"{name}: {words}"))


def lines_of(path: str) -> dict[str, int]:
    """The line of each setting in a readable file."""
    _, text, _ = _parsed(path)
    return _lines(text)


def faults(document: dict[str, Any], text: str) -> list[Fault]:
    """The faults of a parsed document."""
    lines = _lines(text)
    faults = []
    for name, value in _flat(document):
        why = fault(name, value)
        if why:
            faults.append(Fault(lines.get(name, 0), f"{name}: {why}"))
    return faults


def _parsed(path: str) -> tuple[dict[str, Any], str, list[Fault]]:
    try:
        text = toml_file.text(path)
        return toml_file.parsed(text), text, []
    except OSError as error:
        return {}, "", [Fault(0, f"cannot be read: {error.strerror}")]
    except ValueError as error:
        line = _AT_LINE.search(str(error))
        words = f"is not TOML: {_AT_LINE.sub('', str(error))}"
        return {}, "", [Fault(int(line[1]) if line else 0, words)]


def _flat(document: dict[str, Any]) -> list[tuple[str, Any]]:
    """Every value by its dotted name; agents and rules are read elsewhere."""
    values = []
    for table, content in document.items():
        if table in (AGENTS, RULES):
            continue
        if not isinstance(content, dict):
            values.append((table, content))
            continue
        for key, value in content.items():
            if f"{table}.{key}" == KEYMAP and isinstance(value, dict):
                values += [
                    (f"{KEYMAP}.{action}", keys) for action, keys in value.items()
                ]
            else:
                values.append((f"{table}.{key}", value))
    return values


def fault(name: str, value: object) -> str | None:
    """Why a setting cannot have this value; None if it can."""
    if name.startswith(f"{KEYMAP}."):
        return None if isinstance(value, str) else "not a string of keys"
    key = _BY_NAME.get(name)
    if key is None:
        meant = nearest(name, _BY_NAME)
        known = name.partition(".")[0] in _TABLES
        return ("no such key" if known else "no such table") + (
            f"; did you mean {meant}?" if meant else ""
        )
    if isinstance(key.default, tuple):
        if not isinstance(value, list) or not is_words(value):
            return f"{value!r} is not a list of strings"
        return list_fault(key, value)
    if type(value) is not type(key.default):
        wanted = {bool: "true or false", int: "a whole number", str: "a string"}
        return f"{value!r} is not {wanted[type(key.default)]}"
    if isinstance(value, int) and value < 0:
        return f"{value} is below 0"
    if isinstance(value, int) and value > key.most:
        return f"{value} is above {key.most}"
    if key.choices and value not in key.choices:
        return f"{value!r} is neither {' nor '.join(key.choices)}"
    return _url_fault(str(value)) if name == "registry.url" else None


def _url_fault(url: str) -> str | None:
    try:
        registry_path({}, url)
    except InvalidSetting as error:
        return error.message.removesuffix(".")
    return None


def _lines(text: str) -> dict[str, int]:
    numbers: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.split("\n"), 1):
        if header := _HEADER.match(line):
            table = header[1].replace('"', "") + "."
        elif assigned := _ASSIGNED.match(line):
            name = assigned[1].replace('"', "").replace("'", "")
            numbers.setdefault(table + name, number)
    return numbers
