"""A search as it is typed: words, and conditions such as `from:drafter is:held since:2h`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from cafleet_core import clock, time_expressions
from cafleet_core.ids import SHORTEST_PREFIX
from cafleet_core.views import Filter

_CONDITION = re.compile(r'(?<!\S)(from|to|with|is|has|since|id):("[^"]*"?|\S*)')
_ID = re.compile(r"#?([0-9a-f][0-9a-f-]{7,35})")
_DIGIT = re.compile(r"\d")
_SELF, _HUMAN = "me", "Administrator"


class Query(NamedTuple):
    """What a search means: the messages that fit, or the one with an id."""

    wanted: Filter = Filter()
    reference: str | None = None


class Misread(Exception):
    """A condition that means nothing; its text says why."""


def parse(text: str, names: Mapping[str, str], now: datetime) -> Query:
    """The meaning of a search; `names` has the ids of agents by name. Raises Misread."""
    wanted, reference = Filter(), None
    for match in _CONDITION.finditer(text):
        key, value = match[1], match[2].strip('"')
        if key == "id":
            reference = _reference(value)
        else:
            wanted = _narrowed(wanted, key, value, names, now)
    words = " ".join(_CONDITION.sub(" ", text).split())
    named = _ID.fullmatch(words)
    if named and _DIGIT.search(words):
        reference = named[1]
    return Query(wanted._replace(words=words or None), reference)


def _narrowed(
    wanted: Filter, key: str, value: str, names: Mapping[str, str], now: datetime
) -> Filter:
    """The filter with one more condition."""
    match key, value:
        case "from", _:
            return wanted._replace(sender=_agent(value, names))
        case "to", _:
            return wanted._replace(recipient=_agent(value, names))
        case "with", _:
            return wanted._replace(party=_agent(value, names))
        case "since", _:
            return wanted._replace(since=_stamp(value, now))
        case "is", "held":
            return wanted._replace(held=True)
        case "is", "unacked":
            return wanted._replace(unacked=True)
        case "has", "file":
            return wanted._replace(file=True)
    raise Misread("there are is:held, is:unacked and has:file")


def _agent(value: str, names: Mapping[str, str]) -> str:
    """The id of the agent that a name, or its beginning, means."""
    name = _HUMAN if value.casefold() == _SELF else value
    if name in names:
        return names[name]
    begun = [known for known in names if known.casefold().startswith(name.casefold())]
    if len(begun) == 1:
        return names[begun[0]]
    if begun:
        raise Misread(f"whose? {', '.join(sorted(begun)[:4])} …")
    raise Misread(f"nobody is called {value}")


def _stamp(value: str, now: datetime) -> str:
    for words in (value, f"{value} ago"):
        try:
            return clock.stamp(time_expressions.parse(words, now))
        except (ValueError, OverflowError):
            continue
    raise Misread('since:2h, since:monday, since:"yesterday 9:00"')


def _reference(value: str) -> str:
    reference = value.removeprefix("#")
    if len(reference) < SHORTEST_PREFIX:
        raise Misread(f"an id has {SHORTEST_PREFIX} letters at least")
    return reference
