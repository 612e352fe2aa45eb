"""The timeline's window, moved at will over a history that others write at the same time."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import example, given
from hypothesis import strategies as st

from cafleet_core.views import Around, Entry, Newer, Newest, Older, Page, Reach
from cafleet_tui.model.timeline_index import TimelineIndex
from cafleet_tui.widgets.timeline_paging import TimelinePaging
from tests.builders import an_entry
from tests.tui.test_timeline_index import assert_lines_are_consistent, lines_of

CAPACITY = 8
LIMIT = 4

SAY, CHANGE, HEAR, FOLLOW = "say", "change", "hear", "follow"
"""Others write or ack a message; what they did is told to one who reads, or follows."""


class Event(NamedTuple):
    kind: str
    number: int = 0


class Journey(NamedTuple):
    """A page that is asked for, and what happens until it is read, and until it is taken."""

    to: str
    place: int = 0
    before: tuple[Event, ...] = ()
    asked: tuple[Event, ...] = ()
    read: tuple[Event, ...] = ()


class Room:
    """A window on a history that is a list; `told_up_to` is the last change that was heard of."""

    def __init__(self, count: int) -> None:
        self.history: list[Entry] = []
        self.version = self.told_up_to = 0
        self.index = TimelineIndex(lines_of, CAPACITY)
        self.paging = TimelinePaging(self.index)
        for _ in range(count):
            self.happen(Event(SAY))
        self.told_up_to = self.version
        newest = self.page(Newest())
        self.paging.show_newest(newest.entries, begins=newest.begins)

    def happen(self, event: Event) -> None:
        if event.kind == SAY:
            self.version += 1
            seq = 1 + 2 * len(self.history)
            self.history.append(an_entry(seq, version=self.version))
        elif event.kind == CHANGE and self.history:
            at = event.number % len(self.history)
            self.version += 1
            self.history[at] = self.history[at]._replace(version=self.version)
        elif event.kind in (HEAR, FOLLOW):
            news = [entry for entry in self.history if entry.version > self.told_up_to]
            self.told_up_to = self.version
            follows = event.kind == FOLLOW and self.index.ends
            self.paging.advance(news[::-1], keep_newest=follows)
        self.look()

    def travel(self, journey: Journey) -> None:
        self.happen_all(journey.before)
        ask = self.paging.ask(self.reach(journey))
        self.happen_all(journey.asked)
        page = self.page(ask.reach)
        self.happen_all(journey.read)
        assert self.paging.awaits(ask)
        self.paging.take(page)
        self.look()

    def happen_all(self, events: tuple[Event, ...]) -> None:
        for event in events:
            self.happen(event)

    def reach(self, journey: Journey) -> Reach:
        if journey.to == "newest" or not len(self.index):
            return Newest()
        if journey.to == "older":
            return Older(self.index[0].seq)
        if journey.to == "newer":
            return Newer(self.index[-1].seq)
        return Around(journey.place % (2 * len(self.history) + 2))

    def page(self, reach: Reach) -> Page:
        """What the registry would give now."""
        history = tuple(self.history)
        match reach:
            case Older(seq):
                older = tuple(entry for entry in history if entry.seq < seq)
                return Page(older[-LIMIT:], begins=len(older) < LIMIT, ends=False)
            case Newer(seq):
                newer = tuple(entry for entry in history if entry.seq > seq)
                return Page(newer[:LIMIT], begins=False, ends=len(newer) < LIMIT)
            case Around(seq):
                past = tuple(entry for entry in history if entry.seq < seq)
                since = history[len(past) :]
                found = past[-2:] + since[:2]
                return Page(found, begins=len(past) < 2, ends=len(since) < 2)
            case _:
                return Page(history[-LIMIT:], begins=len(history) < LIMIT, ends=True)

    def shown(self) -> list[Entry]:
        return [self.index[at] for at in range(len(self.index))]

    def look(self) -> None:
        """The window is one bounded piece of the history, with its lines counted right."""
        seqs = [entry.seq for entry in self.history]
        shown = [entry.seq for entry in self.shown()]
        start = seqs.index(shown[0]) if shown else 0
        assert shown == seqs[start : start + len(shown)]
        assert len(shown) <= CAPACITY
        assert not (shown and self.index.begins) or start == 0
        assert_lines_are_consistent(self.index)

    def rest(self) -> None:
        """When all is told, the window shows what there is, in its newest version."""
        self.happen(Event(HEAR))
        shown = self.shown()
        seqs = [entry.seq for entry in self.history]
        start = seqs.index(shown[0].seq) if shown else 0
        assert shown == self.history[start : start + len(shown)]
        assert bool(shown) == bool(self.history)
        assert not self.index.ends or shown[-1:] == self.history[-1:]


kinds = st.sampled_from((SAY, CHANGE, HEAR, FOLLOW))
events = st.lists(st.builds(Event, kinds, st.integers(0, 40)), max_size=5).map(tuple)
journeys = st.builds(
    Journey,
    st.sampled_from(("older", "newer", "place", "newest")),
    st.integers(0, 80),
    events,
    events,
    events,
)
SPOKEN = (Event(SAY),) * 6


@given(st.integers(0, 30), st.lists(journeys, min_size=1, max_size=8))
@example(9, [Journey("older", read=(Event(CHANGE, 4), Event(HEAR)))]).via("stale page")
@example(
    20, [Journey("place", 1), Journey("newer", read=(Event(CHANGE, 3), Event(HEAR)))]
).via("stale page")
@example(
    20, [Journey("place", 30), Journey("newer", read=(Event(SAY), Event(HEAR)))]
).via("new while read")
@example(9, [Journey("older", before=SPOKEN, asked=(Event(FOLLOW),))]).via(
    "the top moves away"
)
@example(2, [Journey("older", before=(*SPOKEN, *SPOKEN, Event(FOLLOW)))]).via(
    "the beginning leaves"
)
@example(20, [Journey("place", 3, read=(Event(SAY), Event(HEAR)))]).via("new elsewhere")
def test_the_window_shows_one_piece_of_the_history_whatever_happens(
    count: int, travelled: list[Journey]
) -> None:
    room = Room(count)
    for journey in travelled:
        room.travel(journey)
        room.rest()
