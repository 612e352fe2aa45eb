"""Read the rules in the tables `[[on]]` of the user's file, checked key by key."""

from __future__ import annotations

import os
import os.path
import re
from datetime import time

from cafleet_core.config import toml_file
from cafleet_core.config.keys import FileSettings
from cafleet_core.errors import InvalidSetting
from cafleet_core.event_rules.rule import EventRule
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import EventKind
from cafleet_core.suggestion import nearest

if TYPE_CHECKING:
    from typing import Any

TABLE = "on"
_KEYS = (
    *("name", "event", "agent", "session", "after", "quiet_hours"),
    *("run", "notify", "link"),
)
_KINDS = tuple(str(kind) for kind in EventKind)
_SPAN = re.compile(r"(\d{1,6})([smhd])")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_HOURS = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


def load(path: str) -> list[EventRule]:
    """The rules of a file, in their order; none where there is no file.

    Raises InvalidSetting for the first fault, naming file and rule.
    """
    rules: list[EventRule] = []
    document = _document(path)
    server = document.get("server", {})
    for number, table in enumerate(_tables(document, path), 1):
        try:
            rule = _rule(table, number, _origin(server))
            if rule.name in [each.name for each in rules]:
                raise ValueError(f"name: another one is called {rule.name!r}")
        except ValueError as error:
            raise InvalidSetting(f"{path}: [[on]] number {number}: {error}.") from None
        rules.append(rule)
    return rules


def _document(path: str) -> dict[str, Any]:
    if not os.path.exists(path):
        return {}
    try:
        return toml_file.parsed(toml_file.text(path))
    except OSError as error:
        raise InvalidSetting(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise InvalidSetting(f"{path} is not TOML: {error}.") from None


def _tables(document: dict[str, Any], path: str) -> list[Any]:
    tables = document.get(TABLE, [])
    if not isinstance(tables, list):
        raise InvalidSetting(f"{path}: write [[on]], with two brackets, for each rule.")
    return tables


def _origin(server: object) -> str:
    """Where the phone reaches the server, by variable or in the file; empty if nothing says."""
    key = FileSettings.server_url
    written = server.get("url", "") if isinstance(server, dict) else ""
    return str(os.environ.get(key.variable) or written).rstrip("/")


def _link(table: dict[str, Any], origin: str) -> str:
    """The origin of the rule's link; empty where it wants none."""
    wanted = table.get("link", False)
    if not isinstance(wanted, bool):
        raise ValueError(f"link: {wanted!r} is neither true nor false")
    if wanted and not origin.startswith(("http://", "https://")):
        raise ValueError('link: set url = "https://..." in [server] first')
    return origin if wanted else ""


def _rule(table: object, number: int, origin: str) -> EventRule:
    """One rule; raises ValueError with the key and what is wrong with it."""
    if not isinstance(table, dict):
        raise ValueError("not a table")
    for key in table:
        if key not in _KEYS:
            meant = nearest(key, _KEYS)
            hint = f"; did you mean {meant}?" if meant else ""
            raise ValueError(f"{key}: no such key{hint}")
    run, notify = _command(table.get("run", [])), _text(table, "notify", "")
    if bool(run) == bool(notify):
        raise ValueError('give either run = ["command", ...] or notify = "url"')
    return EventRule(
        name=_text(table, "name", str(number)),
        key=_key(table),
        kinds=_kinds(table.get("event")),
        agents=_text(table, "agent", "*"),
        sessions=_text(table, "session", "*"),
        after=_seconds(_text(table, "after", "0s")),
        quiet=_hours(_text(table, "quiet_hours", "")),
        run=run,
        notify=notify,
        link_at=_link(table, origin),
    )


def _key(table: dict[str, Any]) -> str:
    """A hash of all that a rule says: a rule that was changed is another, with its own cursor."""
    from hashlib import sha256

    content = repr(sorted(table.items())).encode("utf-8", "backslashreplace")
    return sha256(content).hexdigest()[:16]


def _text(table: dict[str, Any], key: str, default: str) -> str:
    value = table.get(key, default)
    if not isinstance(value, str):
        raise ValueError(f"{key}: {value!r} is not a string")
    return value


def _command(words: object) -> tuple[str, ...]:
    if not isinstance(words, list) or not all(
        isinstance(word, str) and "\0" not in word for word in words
    ):
        raise ValueError("run: not a list of strings")
    return tuple(words)


def _kinds(named: object) -> frozenset[EventKind]:
    names = [named] if isinstance(named, str) else named
    if not isinstance(names, list) or not names:
        raise ValueError(f"event: name one, or a list, of {', '.join(_KINDS)}")
    for name in names:
        if name not in _KINDS:
            meant = nearest(str(name), _KINDS)
            hint = f"; did you mean {meant}?" if meant else ""
            raise ValueError(f"event: {name!r} is none{hint}")
    return frozenset(EventKind(name) for name in names)


def _seconds(words: str) -> float:
    span = _SPAN.fullmatch(words)
    if span is None:
        raise ValueError(f"after: {words!r} is no span such as 30s, 5m, 2h")
    return float(int(span[1]) * _UNITS[span[2]])


def _hours(words: str) -> tuple[time, time] | None:
    if not words:
        return None
    hours = _HOURS.fullmatch(words)
    try:
        if hours is not None:
            begin, end = (
                time(int(hours[first]), int(hours[first + 1])) for first in (1, 3)
            )
            return begin, end
    except ValueError:
        pass
    raise ValueError(f"quiet_hours: {words!r} is not written as 22:00-07:00")
