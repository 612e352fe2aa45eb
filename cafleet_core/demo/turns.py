"""Choose a stand-in's actions for a turn."""

from __future__ import annotations

import json
import re

from cafleet_core.demo import conversation
from cafleet_core.demo.actions import Action, Leave, Poll, Say, Shell, ack
from cafleet_core.demo.conversation import Message
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

QUIET = "quiet"
ACK = "ack"
DEMO = "demo"
BEHAVIOURS = (QUIET, ACK, DEMO)

_ANNOUNCEMENT = re.compile(r"\[cafleet msg \S+ from \S+ \S+\]$")
_POLL = re.compile(r"cafleet\s(?:.*\s)?(?:message\s+)?poll(?:\s.*)?$")


_ENVELOPE = ("id", "from", "from_name", "text")


class Profile(NamedTuple):
    """A stand-in's name and behaviour: quiet, acking only, or the whole conversation."""

    name: str
    behaviour: str


def decide(turn: str, who: Profile) -> list[Action]:
    """The actions that answer a submitted turn, in order."""
    words = turn.strip()
    if words == "/exit":
        return [Leave()]
    if who.behaviour == QUIET:
        return []
    if _ANNOUNCEMENT.match(words.partition("\n")[0]):
        return [Poll()]
    if _POLL.match(words):
        return [Poll(tuple(words.split()[1:]))]
    if words.startswith("!"):
        return [Shell(words[1:].strip())]
    opening = conversation.opening(who.name, words) if who.behaviour == DEMO else []
    return [*opening] or [Say(conversation.small_talk(who.name))]


def answer(
    messages: Sequence[Message], who: Profile, heard: frozenset[str]
) -> list[Action]:
    """The actions that answer polled messages; `heard` names earlier senders."""
    if not messages:
        return [Say("Nothing new.")]
    if who.behaviour != DEMO:
        return [ack(*(message.task_id for message in messages))]
    actions: list[Action] = []
    for message in messages:
        actions += conversation.reply(who.name, message, heard)
        heard |= {message.sender}
    return actions


def messages_in(printed: str) -> list[Message]:
    """The messages in the output of a poll with `--json`; other output is ignored."""
    try:
        envelopes = json.loads(printed)
    except ValueError:
        return []
    return [
        Message(*(str(envelope[key]) for key in _ENVELOPE))
        for envelope in envelopes
        if isinstance(envelope, dict) and all(key in envelope for key in _ENVELOPE)
    ]
