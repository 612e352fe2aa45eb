"""The part of the room that writes: sends letters, keeps drafts, recalls what was sent."""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import closing

from textual import on, work
from textual.content import Content
from textual.getters import query_one

from cafleet_core.errors import CafleetError
from cafleet_tui.messages import DraftFound, LetterFailed, LetterSent, WrittenRead
from cafleet_tui.render import room as render
from cafleet_tui.render import status
from cafleet_tui.screens.live_session import LiveSession
from cafleet_tui.widgets.composer import Composer

KEEP_AFTER = 0.4
"""Seconds without a change after which a draft is kept."""


class WritingRoom(LiveSession):
    """Sends what the composer hands over, and loses nothing of what was not sent."""

    composer = query_one("#composer", Composer)

    _unkept: str | None = None
    """What is being written and was not kept yet."""

    def on_mount(self) -> None:
        """Look for what was written before."""
        self._find_draft()

    def on_unmount(self) -> None:
        """Keep what was written just before the end."""
        if self._unkept is not None:
            self._keep_draft(self._unkept)

    def tell(self, outcome: Content) -> None:
        """Say what became of something."""
        raise NotImplementedError

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
        self.tell(status.warning(f"Not sent, the draft is kept: {event.text}"))

    @on(Composer.Rewritten)
    def _keep_soon(self, event: Composer.Rewritten) -> None:
        self._unkept = event.words
        self._keep(event.words)

    @work(thread=True, group="find draft", exit_on_error=False)
    def _find_draft(self) -> None:
        try:
            with closing(self._open_source()) as source:
                words = source.draft(self.session.session_id)
        except CafleetError:
            return  # the feed says what is wrong
        if words:
            self.post_message(DraftFound(words))

    @on(DraftFound)
    def _restore(self, event: DraftFound) -> None:
        if self.composer.restore(event.words):
            self.tell(Content.styled("Here is what you had not sent.", "$text-muted"))

    @work(group="keep draft", exclusive=True, exit_on_error=False)
    async def _keep(self, words: str) -> None:
        """Wait for a pause in the writing, then keep it, on another thread."""
        await asyncio.sleep(KEEP_AFTER if words else 0)
        await asyncio.to_thread(self._keep_draft, words)
        self._unkept = None

    def _keep_draft(self, words: str) -> None:
        with (
            contextlib.suppress(CafleetError),
            closing(self._open_source()) as source,
        ):
            source.keep_draft(self.session.session_id, words)

    @on(Composer.WrittenWanted)
    def _want_written(self) -> None:
        self._read_written()

    @work(thread=True, group="written", exclusive=True, exit_on_error=False)
    def _read_written(self) -> None:
        try:
            with closing(self._open_source()) as source:
                written = source.written(self.session)
        except CafleetError:
            return  # the feed says what is wrong
        self.post_message(WrittenRead(tuple(written)))

    @on(WrittenRead)
    def _recall(self, event: WrittenRead) -> None:
        self.composer.remember(event.written)
