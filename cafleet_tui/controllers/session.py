"""A screen over one session: the threads that read it, and the jobs that reach for more."""

from __future__ import annotations

from functools import partial

from textual import on, work
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from cafleet_core.errors import CafleetError
from cafleet_core.records import Session
from cafleet_core.views import Filter
from cafleet_tui.data.feed import RETRY_AFTER, Feed, PaneWatch
from cafleet_tui.data.jobs import using
from cafleet_tui.data.source import OpenSource
from cafleet_tui.data.updates import (
    Ask,
    LetterFailed,
    LetterSent,
    OrderDone,
    OrderFailed,
    PageFailed,
    PageRead,
)
from cafleet_tui.keys.actions import Action
from cafleet_tui.operations.mail import Letter
from cafleet_tui.operations.member_operations import Order


class LiveSession(Screen[None]):
    """Owns the threads of `session` while it is mounted; what they find comes as messages.

    Where it is `read_only`, nothing is stored and nothing typed.
    """

    read_only = False

    def __init__(self, session: Session, open_source: OpenSource) -> None:
        super().__init__()
        self.session = session
        self._open_source = open_source
        self.feed = Feed(open_source, session.session_id, self)
        self.pane_watch = PaneWatch(open_source, session.session_id, self)

    def on_mount(self) -> None:
        """Begin to read."""
        self.feed.start()
        self.pane_watch.start()

    def on_unmount(self) -> None:
        """End the threads."""
        self.feed.stop()
        self.pane_watch.stop()

    def go_to(self, widget: Widget) -> None:
        """Give it the focus before the next key is looked at; if it is hidden yet, when it shows."""
        if widget.focusable:
            self.set_focus(widget)
        else:
            widget.focus()

    def tell(self, outcome: Content, /) -> None:
        """Say what became of something."""
        raise NotImplementedError

    def hindrance(self, _action: Action, /) -> str | None:
        """Why an action cannot work now; None where it can."""
        return None

    @work(thread=True, group="page", exclusive=True, exit_on_error=False)
    def read_page(self, ask: Ask, wanted: Filter) -> None:
        """Post the page that is asked for as `PageRead`, however long that takes."""
        try:
            with using(self._open_source) as source:
                page = source.page(self.session.session_id, wanted, ask.reach)
        except CafleetError:
            self.post_message(PageFailed(ask, wanted))
        else:
            self.post_message(PageRead(ask, page))

    def awaits(self, ask: Ask) -> bool:
        """Whether a page is still wanted."""
        raise NotImplementedError

    @on(PageFailed)
    def _try_page_again(self, event: PageFailed) -> None:
        if self.awaits(event.ask):
            again = partial(self.read_page, event.ask, event.wanted)
            self.set_timer(RETRY_AFTER, again)

    @work(thread=True, group="send", exit_on_error=False)
    def send(self, letter: Letter) -> None:
        """Send, and post `LetterSent` or `LetterFailed`."""
        try:
            with using(self._open_source) as source:
                sent = source.send(letter)
        except CafleetError as error:
            self.post_message(LetterFailed(error.message))
        else:
            self.post_message(LetterSent(letter, sent))

    @work(thread=True, group="orders", exit_on_error=False)
    def carry_out(self, order: Order) -> None:
        """Have an order carried out, and post `OrderDone` or `OrderFailed`."""
        try:
            with using(self._open_source) as source:
                done = source.carry_out(order)
        except CafleetError as error:
            self.post_message(OrderFailed(order, error.message))
        else:
            self.post_message(OrderDone(order, done))
