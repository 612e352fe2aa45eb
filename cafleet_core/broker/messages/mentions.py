"""Recipients of a composed text: `@name text`, `@a @b text`, `@all text`."""

from __future__ import annotations

import re

from cafleet_core.errors import InvalidInput
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import AgentKind, AgentStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cafleet_core.records import Agent
    from cafleet_core.views import Entry

EVERYONE = "all"

AT = "@＠"
"""The characters that begin a mention; the second is the one of Japanese input methods."""

_LEADING = re.compile(rf"\s*[{AT}]([^\s{AT}、，：]+?)(?:[,:]?(?=\s|$)|[、，：])")
_NOT_IN_TOKEN = re.compile(r"[^\w.]+")


class Mentions(NamedTuple):
    """The recipients that a text begins with, and the body after them."""

    recipients: tuple[Agent, ...]
    everyone: bool
    body: str


class Mark(NamedTuple):
    """The range of a mention in a text, its @ included, and whether it names a recipient."""

    start: int
    end: int
    known: bool


def token(name: str) -> str:
    """How an agent of this name is written after `@`: lower case, dashes for blanks."""
    return _NOT_IN_TOKEN.sub("-", name.casefold()).strip("-")


def parse(words: str, agents: Sequence[Agent]) -> Mentions:
    """Split leading mentions from the body.

    Raises InvalidInput with one line for the writer: no mention, an unknown or ambiguous
    one, `@all` beside others, or no body.
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


def names(words: str) -> list[str]:
    """The tokens that a text begins with, whether or not they name anybody; `all` is none."""
    return [name for name in _leading_mentions(words)[0] if name != EVERYONE]


def marks(words: str, agents: Sequence[Agent]) -> list[Mark]:
    """The leading mentions of a text, without one that is still being typed."""
    tokens = {token(agent.name) for agent in agents if _may_be_written_to(agent)}
    tokens.add(EVERYONE)
    mentions = [
        Mark(match.start(1) - 1, match.end(1), token(match[1]) in tokens)
        for match in _leading(words)
    ]
    if mentions and not mentions[-1].known and mentions[-1].end == len(words):
        begun = token(words[mentions[-1].start + 1 :])
        if any(each.startswith(begun) for each in tokens):
            mentions.pop()
    return mentions


def written(entry: Entry) -> str:
    """The text that would send a message to the same recipients again."""
    names = [token(delivery.recipient_name) for delivery in entry.deliveries]
    mentioned = [EVERYONE] if entry.broadcast else names
    return " ".join([*(f"@{name}" for name in mentioned), entry.text])


def _leading(words: str) -> Iterator[re.Match[str]]:
    position = 0
    while match := _LEADING.match(words, position):
        yield match
        position = match.end()


def _leading_mentions(words: str) -> tuple[list[str], str]:
    matches = list(_leading(words))
    position = matches[-1].end() if matches else 0
    body = words[position:].lstrip(" \t").removeprefix("\n").rstrip()
    return [token(match[1]) for match in matches], body


def _resolved(name: str, agents: Sequence[Agent]) -> Agent:
    named = [
        agent
        for agent in agents
        if token(agent.name) == name and _may_be_written_to(agent)
    ]
    if not named:
        raise InvalidInput(f"No active agent is named '@{name}'.")
    if len(named) > 1:
        raise InvalidInput(f"'@{name}' may mean {len(named)} agents.")
    return named[0]


def _may_be_written_to(agent: Agent) -> bool:
    return agent.status == AgentStatus.ACTIVE and agent.kind != AgentKind.ADMINISTRATOR
