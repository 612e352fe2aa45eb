"""Updates that threads post to a screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol

from textual.message import Message

from cafleet_core.readings import PaneReading
from cafleet_core.records import Session
from cafleet_core.views import (
    EVERYTHING,
    Asking,
    Entry,
    Filter,
    Held,
    Member,
    MemberFacts,
    Pulse,
    Reach,
)


class Receiver(Protocol):
    """A screen that receives updates, and drops them once it is gone."""

    def post_message(self, message: Message, /) -> bool:
        """Take a message from any thread, without waiting."""


class Ask(NamedTuple):
    """A page that the timeline awaits; each request has a number of its own."""

    number: int
    reach: Reach


class FeedUpdate(NamedTuple):
    """The session as one read showed it.

    `entries` is the newest page if `whole`, else the new and changed entries; `wanted` is
    their filter, `held` the messages that wait for their pane, `pulses` the acts of each
    agent by minute, `elsewhere` who waits in other sessions, as stored some 2 s ago at most;
    `facts` are those of each agent, where a column shows some, or it shares a file.
    """

    session: Session
    members: tuple[Member, ...]
    entries: tuple[Entry, ...]
    whole: bool
    wanted: Filter = EVERYTHING
    held: Held = Held()
    pulses: Mapping[str, Pulse] = MappingProxyType({})
    elsewhere: tuple[Asking, ...] = ()
    facts: Mapping[str, MemberFacts] = MappingProxyType({})


class FeedAdvanced(Message):
    """Something was committed; the feed waits until this one is handled."""

    def __init__(self, update: FeedUpdate) -> None:
        super().__init__()
        self.update = update


class FeedTrouble(Message):
    """`reader` cannot go on at present; `text` says why in one line."""

    def __init__(self, text: str, reader: str) -> None:
        super().__init__()
        self.text = text
        self.reader = reader


class FeedRecovered(Message):
    """`reader` reads again."""

    def __init__(self, reader: str) -> None:
        super().__init__()
        self.reader = reader


class PanesSeen(Message):
    """Changed states or screens of panes; no readings without tmux."""

    def __init__(self, readings: Mapping[str, PaneReading]) -> None:
        super().__init__()
        self.readings = readings


class TreesSeen(Message):
    """The lines that worktrees have more and less, by agent id: `+12 -3`, or empty."""

    def __init__(self, changes: Mapping[str, str]) -> None:
        super().__init__()
        self.changes = changes


class JobDone(Message):
    """A job has ended; `deliver` passes its result, or its error, to its caller."""

    def __init__(self, deliver: Callable[[], None]) -> None:
        super().__init__()
        self.deliver = deliver
