"""What the room does for its composer: keeps the draft, and brings what was sent before."""

from __future__ import annotations

from contextlib import closing

from textual import on, work
from textual.getters import query_one

from cafleet_core.broker import mentions
from cafleet_core.errors import CafleetError
from cafleet_core.records import Session
from cafleet_tui.drafts import DraftFound, DraftKeeper, DraftUnkept, path_of
from cafleet_tui.messages import HistoryRead, LetterSent
from cafleet_tui.render import status
from cafleet_tui.screens.live_session import LiveSession
from cafleet_tui.source import OpenSource
from cafleet_tui.widgets.composer import Composer
from cafleet_tui.widgets.status_bar import Line

REMEMBERED = 200
"""Letters that Up walks through."""


class WritingSession(LiveSession):
    """A live session with a composer whose draft outlives the room.

    Drafts are kept in `state_folder`; nowhere, where that is empty.
    """

    composer = query_one("#composer", Composer)
    outcome = query_one("#outcome", Line)

    def __init__(
        self, session: Session, open_source: OpenSource, state_folder: str
    ) -> None:
        super().__init__(session, open_source)
        path = path_of(state_folder, session.session_id)
        self._keeper = DraftKeeper(path, self) if state_folder else None

    def on_mount(self) -> None:
        """Look for a draft, and for what was sent."""
        if self._keeper:
            self._keeper.start()
        self._read_history()

    def on_unmount(self) -> None:
        """Store what is written."""
        if self._keeper:
            self._keeper.stop()

    @on(Composer.Rewritten)
    def _keep(self, event: Composer.Rewritten) -> None:
        if self._keeper:
            self._keeper.keep(event.writings)

    @on(DraftFound)
    def _restore(self, event: DraftFound) -> None:
        self.composer.restore(event.writings)

    @on(DraftUnkept)
    def _say_unkept(self, event: DraftUnkept) -> None:
        self.outcome.say(
            status.warning(f"A crash would lose the draft: {event.reason}.")
        )

    @on(LetterSent)
    @on(Composer.HistoryWanted)
    def _read_again(self) -> None:
        self._read_history()

    @on(HistoryRead)
    def _remember(self, event: HistoryRead) -> None:
        self.composer.remember(event.texts)

    @work(thread=True, group="history", exclusive=True, exit_on_error=False)
    def _read_history(self) -> None:
        session = self.session
        try:
            with closing(self._open_source()) as source:
                sent = source.written(
                    session.session_id, session.administrator_agent_id, REMEMBERED
                )
        except CafleetError:
            return  # the feed says why; what is remembered stays
        self.post_message(HistoryRead(tuple(mentions.written(entry) for entry in sent)))
