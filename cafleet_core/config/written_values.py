"""The values of settings as people write them: in variables, on command lines, in lists."""

from __future__ import annotations

from cafleet_core.config.keys import LONGEST_COUNT
from cafleet_core.errors import InvalidSetting
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from cafleet_core.config.keys import Key, Value

_SWITCH = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}


def from_environment(key: Key[Any], env: Mapping[str, str]) -> Value:
    """The value of the key's variable; raises InvalidSetting for an invalid one."""
    return from_words(key, env[key.variable], key.variable)


def from_words(key: Key[Any], words: str, name: str) -> Value:
    """The value that words stand for, in a variable or on a command line.

    Raises InvalidSetting for an invalid one, as that of `name`.
    """
    if isinstance(key.default, bool):
        if words.casefold() not in _SWITCH:
            raise InvalidSetting(f"{name}={words!r} is neither true nor false.")
        return _SWITCH[words.casefold()]
    if isinstance(key.default, tuple):
        chosen = _words(words, name)
        if why := list_fault(key, chosen):
            raise InvalidSetting(f"{name}: {why}.")
        return chosen
    if key.choices and words not in key.choices:
        known = " nor ".join(key.choices)
        raise InvalidSetting(f"{name}={words!r} is neither {known}.")
    return _count(key, words, name) if isinstance(key.default, int) else words


def list_fault(key: Key[Any], words: Sequence[str]) -> str | None:
    """Why a list of strings cannot be the value of a key; None if it can."""
    if not key.choices:
        return None
    for at, word in enumerate(words):
        if word not in key.choices:
            return f"{word!r} is neither {' nor '.join(key.choices)}"
        if word in words[:at]:
            return f"{word!r} is there twice"
    return None


def is_words(value: object) -> bool:
    """Whether a value of the file is a list of strings that a program can be given."""
    return isinstance(value, list) and all(
        isinstance(word, str) and "\0" not in word for word in value
    )


def _words(words: str, name: str) -> tuple[str, ...]:
    import json  # few settings are lists

    try:
        value = json.loads(words)
    except ValueError:
        value = None
    if not is_words(value):
        raise InvalidSetting(f"{name}={words!r} is not a JSON list of strings.")
    return tuple(value)


def _count(key: Key[Any], words: str, name: str) -> int:
    if not words.isascii() or not words.isdigit() or len(words) > LONGEST_COUNT:
        raise InvalidSetting(f"{name}={words!r} is not a whole number of 0 or more.")
    if int(words) > key.most:
        raise InvalidSetting(f"{name}={words!r} is above {key.most}.")
    return int(words)
