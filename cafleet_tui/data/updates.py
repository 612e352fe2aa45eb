"""The facts that threads tell the control room, and how they reach it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol

from textual.message import Message

from cafleet_core.records import Sent, Session
from cafleet_core.requests import MemberRequest, StartResult, UpRequest, UpResult
from cafleet_core.views import (
    EVERYTHING,
    Entry,
    Filter,
    Held,
    Member,
    Page,
    PaneView,
    Pulse,
    Reach,
    SessionSummary,
)
from cafleet_tui.operations.mail import Letter
from cafleet_tui.operations.member_operations import Done, Order


class Room(Protocol):
    """Who is told."""

    def post_message(self, message: Message, /) -> bool:
        """Take a message from any thread, without waiting."""


class Ask(NamedTuple):
    """A page that the timeline awaits; each has a number of its own."""

    number: int
    reach: Reach


class FeedUpdate(NamedTuple):
    """The session as one read found it.

    `entries` is the newest page where `whole`, else what is new or changed;
    `wanted` is what they are restricted to, `held` what still waits for its pane,
    `pulses` how often each agent acted lately.
    """

    session: Session
    members: tuple[Member, ...]
    entries: tuple[Entry, ...]
    whole: bool
    wanted: Filter = EVERYTHING
    held: Held = Held()
    pulses: Mapping[str, Pulse] = MappingProxyType({})


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
    """`reader` goes on."""

    def __init__(self, reader: str) -> None:
        super().__init__()
        self.reader = reader


class PanesSeen(Message):
    """The panes have other states or screens than before; no views without tmux."""

    def __init__(self, views: Mapping[str, PaneView]) -> None:
        super().__init__()
        self.views = views


class PageRead(Message):
    """What the timeline asked for; no page where there is nothing of the kind."""

    def __init__(self, ask: Ask, page: Page | None) -> None:
        super().__init__()
        self.ask = ask
        self.page = page


class PageFailed(Message):
    """A page could not be read; the feed says why, and it is worth trying again."""

    def __init__(self, ask: Ask, wanted: Filter) -> None:
        super().__init__()
        self.ask = ask
        self.wanted = wanted


class LetterSent(Message):
    """The broker stored a letter; `sent` says what became of its pushes."""

    def __init__(self, letter: Letter, sent: Sent) -> None:
        super().__init__()
        self.letter = letter
        self.sent = sent


class LetterFailed(Message):
    """A letter was not stored; `text` says why in one line."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class SessionsRead(Message):
    """The sessions that the picker offers; `trouble` says why there are none to offer."""

    def __init__(
        self, summaries: tuple[SessionSummary, ...], trouble: str | None = None
    ) -> None:
        super().__init__()
        self.summaries = summaries
        self.trouble = trouble


class OrderDone(Message):
    """What the human wanted of a member was done."""

    def __init__(self, order: Order, done: Done) -> None:
        super().__init__()
        self.order = order
        self.done = done


class OrderFailed(Message):
    """It was not done; `text` says why in one line."""

    def __init__(self, order: Order, text: str) -> None:
        super().__init__()
        self.order = order
        self.text = text


class WrittenRead(Message):
    """What the human has sent in this session, the newest last, as it would be typed."""

    def __init__(self, written: tuple[str, ...]) -> None:
        super().__init__()
        self.written = written


class CancelDone(Message):
    """A message was taken back; `trouble` says why it was not."""

    def __init__(self, entry: Entry, trouble: str | None) -> None:
        super().__init__()
        self.entry = entry
        self.trouble = trouble


class AckDone(Message):
    """The human has dealt with a message; `trouble` says why that was not stored."""

    def __init__(self, entry: Entry, trouble: str | None) -> None:
        super().__init__()
        self.entry = entry
        self.trouble = trouble


class MailRead(Message):
    """The newest of what an agent got and sent, oldest first; `trouble` says why there is none."""

    def __init__(
        self,
        agent_id: str,
        inbox: tuple[Entry, ...],
        sent: tuple[Entry, ...],
        trouble: str | None = None,
    ) -> None:
        super().__init__()
        self.agent_id = agent_id
        self.inbox = inbox
        self.sent = sent
        self.trouble = trouble


class Hired(Message):
    """A new member is in its pane; `started` says whether it is ready."""

    def __init__(self, wish: MemberRequest, started: StartResult) -> None:
        super().__init__()
        self.wish = wish
        self.started = started


class Founded(Message):
    """A new session is there; `raised` says where, and whether its Director is ready."""

    def __init__(self, wish: UpRequest, raised: UpResult) -> None:
        super().__init__()
        self.wish = wish
        self.raised = raised


class FoundFailed(Message):
    """There is no new session; `text` says why in one line."""

    def __init__(self, wish: UpRequest, text: str) -> None:
        super().__init__()
        self.wish = wish
        self.text = text


class HireFailed(Message):
    """There is no new member; `text` says why in one line."""

    def __init__(self, wish: MemberRequest, text: str) -> None:
        super().__init__()
        self.wish = wish
        self.text = text
