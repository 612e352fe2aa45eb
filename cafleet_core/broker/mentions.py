"""Who a composed text is for: `@name text`, `@a @b text`, `@all text`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from cafleet_core.errors import InvalidInput
from cafleet_core.records import ACTIVE, ADMINISTRATOR, Agent

EVERYONE = "all"

_LEADING = re.compile(r"\s*@([^\s@]+?)[,:]?(?=\s|$)")
_NOT_IN_TOKEN = re.compile(r"[^\w.]+")


class Mentions(NamedTuple):
    """The recipients that a text begins with, and the body that follows."""

    recipients: tuple[Agent, ...]
    everyone: bool
    body: str


def token(name: str) -> str:
    """What is written after `@` for an agent of this name: lower case, dashes for blanks."""
    return _NOT_IN_TOKEN.sub("-", name.casefold()).strip("-")


def parse(words: str, agents: Sequence[Agent]) -> Mentions:
    """Split leading mentions from the body.

    Raises InvalidInput, in one line for the one who writes: no mention, an unknown or
    ambiguous one, `@all` beside others, or no body.
    """
    names, body = _leading_mentions(words)
    if not names:
        raise InvalidInput("Start with @name or @all.")
    everyone = EVERYONE in names
    if everyone and len(set(names)) > 1:
        raise InvalidInput("@all already reaches everyone; leave the others out.")
    recipients = () if everyone else tuple(_resolved(name, agents) for name in names)
    if not body.strip():
        raise InvalidInput("The message is empty.")
    return Mentions(tuple(dict.fromkeys(recipients)), everyone, body)


def _leading_mentions(words: str) -> tuple[list[str], str]:
    names = []
    position = 0
    while found := _LEADING.match(words, position):
        names.append(token(found[1]))
        position = found.end()
    return names, words[position:].lstrip(" \t").removeprefix("\n").rstrip()


def _resolved(name: str, agents: Sequence[Agent]) -> Agent:
    found = [
        agent
        for agent in agents
        if token(agent.name) == name
        and agent.status == ACTIVE
        and agent.kind != ADMINISTRATOR
    ]
    if not found:
        raise InvalidInput(f"No active agent is named '@{name}'.")
    if len(found) > 1:
        raise InvalidInput(f"'@{name}' may mean {len(found)} agents.")
    return found[0]
