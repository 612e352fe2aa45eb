"""Change a setting in the user's `config.toml`, whose comments and order stay."""

from __future__ import annotations

import os

from cafleet_core import user_files
from cafleet_core.config import toml_file, user_file
from cafleet_core.errors import InvalidSetting
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from cafleet_core.config.keys import Value


def change(path: str, name: str, value: Value | None) -> None:
    """Write a setting into the file, which is made where it is missing; None takes it out.

    Raises InvalidSetting for a value that the setting cannot have, and for a file that is
    not TOML; Refused where it cannot be written, or was changed by someone else meanwhile.
    """
    before = user_files.read(path) if _is_there(path) else None
    try:
        after = changed(before or "", name, value)
    except ValueError as error:
        raise InvalidSetting(f"{path} {error}.") from None
    if after != (before or ""):
        user_files.write(path, before, after)


def _is_there(path: str) -> bool:
    """Whether there is a file; raises InvalidSetting for a pipe or the like, which is not read."""
    if not os.path.lexists(path):
        return False
    try:
        toml_file.text(path)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise InvalidSetting(f"{path} cannot be read: {why}.") from None
    return True


def changed(text: str, name: str, value: Value | None) -> str:
    """A text of the file with a setting changed, or taken out.

    Raises InvalidSetting for a value that the setting cannot have, ValueError for a text that
    is not TOML, or that cannot be changed without touching anything else.
    """
    import tomlkit  # few commands change settings
    from tomlkit.exceptions import TOMLKitError

    written = list(value) if isinstance(value, tuple) else value
    tables, key = _place(name)
    wanted = _with(_parsed(text), tables, key, written)
    if written is not None and (why := user_file.fault(name, written)):
        raise InvalidSetting(f"{name}: {why}.")
    try:
        document = tomlkit.parse(text)
        edited = tomlkit.dumps(_with(document, tables, key, written))
    except (TOMLKitError, RecursionError):
        edited = text
    if _parsed(edited) != wanted:
        line = f"{key} = {written!r}" if written is not None else f"no {key}"
        raise ValueError(f"needs a hand: it wants {line} in [{'.'.join(tables)}]")
    return edited


def _place(name: str) -> tuple[tuple[str, ...], str]:
    """The tables in which a setting stands, and its key there."""
    if name.startswith(f"{user_file.KEYMAP}."):
        return ("tui", "keys"), name.removeprefix(f"{user_file.KEYMAP}.")
    table, _, key = name.partition(".")
    return (table,), key


def _parsed(text: str) -> dict[str, Any]:
    try:
        return toml_file.parsed(text)
    except ValueError as error:
        raise ValueError(f"is not TOML: {error}") from None


def _with(
    document: dict[str, Any], tables: tuple[str, ...], key: str, value: object
) -> dict[str, Any]:
    """A document in which a key of nested tables has a value, or is not there."""
    table = document
    for each in tables:
        if value is None and each not in table:
            return document
        table = table.setdefault(each, {})
        if not isinstance(table, dict):
            raise ValueError(f"needs a hand: {each} is no table")
    if value is None:
        table.pop(key, None)
    else:
        table[key] = value
    return document
