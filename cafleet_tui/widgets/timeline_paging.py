"""Choose the page to load next, and merge loaded pages with updates since the request."""

from __future__ import annotations

from collections.abc import Iterable

from cafleet_core.views import Entry, Newer, Older, Page, Reach
from cafleet_tui.data.updates import Ask
from cafleet_tui.model.timeline_index import LineChange, TimelineIndex


class TimelinePaging:
    """Loads pages into an index without gaps, while another thread reads them.

    One page is awaited at a time; a new request replaces the one before. Updates that
    arrive meanwhile may be newer than the page, so they are kept and applied after it.
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
        """Request a page and await it."""
        self._number += 1
        self._awaited = Ask(self._number, reach)
        return self._awaited

    def awaits(self, ask: Ask) -> bool:
        """Whether the page of this request is awaited."""
        return ask == self._awaited

    def edge(self, above: int, below: int, page: int) -> Reach | None:
        """The page to request with `above` and `below` lines around a view of `page` lines."""
        if not (self.idle and len(self._index)):
            return None
        if above < page and not self._index.begins:
            return Older(self._index[0].seq)
        if below < page and not self._index.ends:
            return Newer(self._index[-1].seq)
        return None

    def show_newest(self, entries: Iterable[Entry], *, begins: bool) -> None:
        """Replace the window by the history's end, and cancel an awaited page."""
        self._settle()
        self._index.replace(entries, begins=begins, ends=True)

    def advance(self, entries: Iterable[Entry], keep_newest: bool) -> LineChange:
        """Apply new and changed entries; see `TimelineIndex.upsert`."""
        updates = list(entries)
        if not self.idle:
            self._keep(updates)
        return self._index.upsert(updates, keep_newest)

    def take(self, page: Page) -> None:
        """Insert the awaited page, then apply the updates since its request."""
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
        """Stop awaiting: the requested page does not exist."""
        self._settle()

    def _keep(self, updates: Iterable[Entry]) -> None:
        for entry in updates:
            known = self._meanwhile.get(entry.seq)
            if known is None or known.version < entry.version:
                self._meanwhile[entry.seq] = entry

    def _settle(self) -> list[Entry]:
        meanwhile = list(self._meanwhile.values())
        self._meanwhile = {}
        self._awaited = None
        return meanwhile
