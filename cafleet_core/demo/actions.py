"""The actions with which a stand-in answers a turn, as data."""

from __future__ import annotations

import re

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_ID = re.compile(r"([0-9a-f]{8})(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Say(NamedTuple):
    """Write one remark in the transcript."""

    text: str


class Work(NamedTuple):
    """Be busy for some seconds; the screen shows with what."""

    seconds: float
    doing: str = "Reading"


class Command(NamedTuple):
    """Run a `cafleet` command; `arguments` lack the caller's identity."""

    arguments: tuple[str, ...]


class Poll(NamedTuple):
    """Run a `cafleet` command that prints messages, and answer each of them."""

    arguments: tuple[str, ...] = ("message", "poll")


class Shell(NamedTuple):
    """Run a shell command and show what it prints."""

    command: str


class Leave(NamedTuple):
    """End the program."""


class Ask(NamedTuple):
    """Show a numbered question and wait; `then` holds what follows each option."""

    question: str
    options: tuple[str, ...]
    then: tuple[tuple[Say | Work | Command, ...], ...]


Action = Say | Work | Command | Poll | Shell | Leave | Ask


def ack(*task_ids: str) -> Command:
    """The command that acks deliveries."""
    flags = [word for task_id in task_ids for word in ("--task-id", task_id)]
    return Command(("message", "ack", *flags))


def send(to: str, text: str, reply_to: str | None = None) -> Command:
    """The command that sends a message to an agent, by id or name."""
    reply = ("--reply-to", reply_to) if reply_to else ()
    return Command(("message", "send", "--to", to, "--text", text, *reply))


def broadcast(text: str) -> Command:
    """The command that sends a message to everyone."""
    return Command(("message", "broadcast", "--text", text))


def shown(arguments: Sequence[str]) -> str:
    """A `cafleet` command for a human to read: ids shortened, sentences quoted."""
    words = map(shortened, arguments)
    return " ".join(
        ["cafleet", *(f'"{word}"' if " " in word else word for word in words)]
    )


def shortened(words: str) -> str:
    """`words` with every id cut to the prefix that a human reads."""
    return _ID.sub(r"\1", words)
