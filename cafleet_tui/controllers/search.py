"""Find messages: by a search as it is typed, by what one answers, by its thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cafleet_core import clock
from cafleet_core.errors import CafleetError
from cafleet_core.views import EVERYTHING, Entry, Filter
from cafleet_tui.controllers.context import RoomContext
from cafleet_tui.controllers.timeline import TimelineController
from cafleet_tui.data import searches
from cafleet_tui.data.jobs import Done, Result, Work
from cafleet_tui.dialogs.search import SearchLine
from cafleet_tui.keys.actions import Action
from cafleet_tui.model import search_terms
from cafleet_tui.render import search as render
from cafleet_tui.render import status_line
from cafleet_tui.widgets.recall import Recall

_OF_AN_ENTRY = ("timeline.parent", "timeline.thread")


class SearchController:
    """Has the timeline show what is found; `path` is the file of the last searches, if any."""

    def __init__(
        self, context: RoomContext, timeline: TimelineController, path: str | None
    ) -> None:
        self._context = context
        self._timeline = timeline
        self._path = path
        self._recall = Recall()
        self._before: tuple[Filter, str] = (EVERYTHING, "")

    def start(self) -> None:
        """Read the last searches."""
        if self._path is not None:
            self._with_kept(partial(searches.read, self._path))

    def refusal(self, action: Action) -> str | None:
        """Why this cannot be done with the selected message; None if it can."""
        if action.id not in _OF_AN_ENTRY:
            return None
        entry = self._timeline.selected
        if entry is None:
            return "no message is selected"
        if action.id == "timeline.parent" and not entry.reply_to_task_id:
            return "it answers no other message"
        return None

    def open(self) -> None:
        """Ask for a search, and show what fits while it is typed."""
        self._before = self._timeline.wanted, self._timeline.searched
        self._recall.begin()
        line = SearchLine(self._timeline.searched, self._seek, self._recall)
        self._context.open(line, self._closed)

    def _closed(self, text: str | None) -> None:
        if text is None:
            self._timeline.show_wanted(*self._before)
            return
        self._timeline.focus()
        if text and self._path is not None and not self._context.read_only:
            self._with_kept(partial(searches.keep, self._path, text))

    def _with_kept(self, work: Callable[[], tuple[str, ...]]) -> None:
        """Read or change the last searches, and know them."""
        known, jobs = self._recall.know, self._context.jobs
        jobs.run("searches", lambda _: work(), known, self._say_trouble)

    def _seek(self, text: str) -> str | None:
        """Show what fits a search; why it is not understood, if it is not."""
        members = self._context.state.members
        names = {m.agent.name: m.agent.agent_id for m in reversed(members)}
        try:
            meant = search_terms.parse(text, names, clock.now())
        except search_terms.Misread as complaint:
            return str(complaint)
        if meant.reference is None:
            self._timeline.show_wanted(meant.wanted, text)
        else:
            otherwise = partial(self._timeline.show_wanted, meant.wanted, text)
            self._go_to(meant.reference, otherwise)
        return None

    def go_to_parent(self) -> None:
        """Go to the message that the selected one answers."""
        entry = self._timeline.selected
        if entry is not None and (parent := entry.reply_to_task_id):
            said = render.no_such_message(parent[:8])
            self._go_to(parent, partial(self._context.say, said))

    def _go_to(self, reference: str, otherwise: Callable[[], None]) -> None:
        """Go to the message with an id; do something else if there is not one alone."""

        def show(seq: int | None) -> None:
            if seq is None:
                otherwise()
            else:
                self._timeline.go_to(seq)

        session_id = self._context.state.session.session_id
        self._run(lambda source: source.place(session_id, reference), show)

    def show_thread(self) -> None:
        """Show what the selected message is part of, and nothing else."""
        if (entry := self._timeline.selected) is not None:
            session_id = self._context.state.session.session_id
            show = partial(self._show_thread, entry)
            self._run(lambda source: source.thread(session_id, entry.task_id), show)

    def _show_thread(self, entry: Entry, heads: tuple[str, ...]) -> None:
        wanted = Filter(thread=heads)
        self._timeline.show_wanted(wanted, f"thread of #{entry.task_id[:8]}")

    def _run(self, work: Work[Result], done: Done[Result]) -> None:
        self._context.jobs.run("search", work, done, self._say_trouble, exclusive=True)

    def _say_trouble(self, error: CafleetError) -> None:
        self._context.say(status_line.warning(f"Not found: {error.message}"))
