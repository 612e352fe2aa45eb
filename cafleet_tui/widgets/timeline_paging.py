"""Which page the timeline's window asks for, and how it takes in what was read meanwhile."""

from __future__ import annotations

from collections.abc import Iterable

from cafleet_core.views import Entry, Newer, Older, Page, Reach
from cafleet_tui.data.updates import Ask
from cafleet_tui.model.timeline_index import Change, TimelineIndex


class TimelinePaging:
    """Keeps an index one piece of the history, though pages are read by another thread.

    One page is awaited at a time; asking for another forgets the one before. A page
    may be older than what is told of while it is awaited, so that is kept for it.
    """

    def __init__(self, index: TimelineIndex) -> None:
        self._index = index
        self._number = 0
        self._awaited: Ask | None = None
        self._meanwhile: dict[int, Entry] = {}

    @property
    def idle(self) -> bool:
        """Whether no page is awaited."""
        return self._awaited is None

    def ask(self, reach: Reach) -> Ask:
        """From now on this page is awaited."""
        self._number += 1
        self._awaited = Ask(self._number, reach)
        return self._awaited

    def awaits(self, ask: Ask) -> bool:
        """Whether this very page is awaited."""
        return ask == self._awaited

    def edge(self, above: int, below: int, page: int) -> Reach | None:
        """What to ask for with so many lines above and below a view of `page` lines."""
        if not (self.idle and len(self._index)):
            return None
        if above < page and not self._index.begins:
            return Older(self._index[0].seq)
        if below < page and not self._index.ends:
            return Newer(self._index[-1].seq)
        return None

    def show_newest(self, entries: Iterable[Entry], *, begins: bool) -> None:
        """Begin anew at the end of the history; no page is awaited any more."""
        self._settle()
        self._index.replace(entries, begins=begins, ends=True)

    def advance(self, entries: Iterable[Entry], keep_newest: bool) -> Change:
        """Take in what is new or changed; see `TimelineIndex.upsert`."""
        told = list(entries)
        if not self.idle:
            self._keep(told)
        return self._index.upsert(told, keep_newest)

    def take(self, page: Page) -> None:
        """Put the awaited page where it belongs, with what was told since it was asked for."""
        reach = self._awaited.reach if self._awaited else None
        meanwhile = self._settle()
        match reach:
            case Older(before):
                if len(self._index) and self._index[0].seq == before:
                    self._index.prepend(page.entries, begins=page.begins)
            case Newer(after):
                if len(self._index) and self._index[-1].seq == after:
                    self._index.append(page.entries, ends=page.ends)
            case _:
                self._index.replace(page.entries, begins=page.begins, ends=page.ends)
        self._index.upsert(meanwhile, keep_newest=not isinstance(reach, Older))

    def give_up(self) -> None:
        """There is no such page."""
        self._settle()

    def _keep(self, told: Iterable[Entry]) -> None:
        for entry in told:
            known = self._meanwhile.get(entry.seq)
            if known is None or known.version < entry.version:
                self._meanwhile[entry.seq] = entry

    def _settle(self) -> list[Entry]:
        meanwhile = list(self._meanwhile.values())
        self._meanwhile = {}
        self._awaited = None
        return meanwhile
