"""The part of the room that writes: sends letters, keeps drafts, recalls what was sent."""

from __future__ import annotations

from textual import on, work
from textual.content import Content
from textual.getters import query_one

from cafleet_core.errors import CafleetError
from cafleet_tui.controllers.session import LiveSession
from cafleet_tui.data.draft_store import DraftFound, DraftKeeper, DraftUnkept, path_of
from cafleet_tui.data.jobs import using
from cafleet_tui.data.updates import LetterFailed, LetterSent, WrittenRead
from cafleet_tui.keys.actions import Action
from cafleet_tui.operations.member_operations import READ_ONLY
from cafleet_tui.render import frames as render
from cafleet_tui.render import status_line
from cafleet_tui.widgets.composer import Composer


class WritingRoom(LiveSession):
    """Sends what the composer hands over, and loses nothing of what was not sent."""

    composer = query_one("#composer", Composer)

    _keeper: DraftKeeper | None = None

    def keep_drafts(self, folder: str) -> None:
        """Keep drafts in `folder`, from the start on; nowhere, where that is empty."""
        if folder:
            self._keeper = DraftKeeper(path_of(folder, self.session.session_id), self)

    def on_mount(self) -> None:
        """Look for a draft, and for what was sent."""
        if self._keeper:
            self._keeper.start()
        self._read_written()

    def on_unmount(self) -> None:
        """Keep what was written just before the end."""
        if self._keeper:
            self._keeper.stop()

    def hindrance(self, action: Action, /) -> str | None:
        """See `LiveSession`: here for what is being written."""
        if action.region == "composer" and self.read_only:
            return READ_ONLY
        if action.id == "composer.send":
            return self.composer.hindrance
        return super().hindrance(action)

    @on(Composer.Submitted)
    def _submit(self, event: Composer.Submitted) -> None:
        self.send(event.letter)

    @on(LetterSent)
    def _note_sent(self, event: LetterSent) -> None:
        self.composer.sent()
        self.tell(render.outcome(event.letter, event.sent))

    @on(LetterFailed)
    def _note_failure(self, event: LetterFailed) -> None:
        self.composer.failed()
        self.tell(status_line.warning(f"Not sent, the draft is kept: {event.text}"))

    @on(Composer.Rewritten)
    def _keep(self, event: Composer.Rewritten) -> None:
        if self._keeper:
            self._keeper.keep(event.writings)

    @on(DraftFound)
    def _restore(self, event: DraftFound) -> None:
        self.composer.restore(event.writings)
        self.tell(Content.styled("Here is what you had not sent.", "$text-muted"))

    @on(DraftUnkept)
    def _say_unkept(self, event: DraftUnkept) -> None:
        self.tell(status_line.warning(f"A crash would lose the draft: {event.reason}."))

    @on(LetterSent)
    @on(Composer.HistoryWanted)
    def _want_written(self) -> None:
        self._read_written()

    @work(thread=True, group="written", exclusive=True, exit_on_error=False)
    def _read_written(self) -> None:
        try:
            with using(self._open_source) as source:
                written = source.written(self.session)
        except CafleetError:
            return  # the feed says what is wrong
        self.post_message(WrittenRead(tuple(written)))

    @on(WrittenRead)
    def _recall(self, event: WrittenRead) -> None:
        self.composer.remember(event.written)
