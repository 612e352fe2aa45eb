"""What members have changed: read, commented on line by line, and sent to them as reviews."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from textual.content import Content

from cafleet_core.comments import Comment
from cafleet_core.errors import CafleetError
from cafleet_core.records import Agent, Sent
from cafleet_core.states import Verb
from cafleet_tui.controllers.context import RoomContext
from cafleet_tui.data.review_drafts import ReviewDrafts
from cafleet_tui.data.source import Source
from cafleet_tui.dialogs.diff import DiffDialog, Handlers
from cafleet_tui.dialogs.prompts import AskWords
from cafleet_tui.model.standing import Standing
from cafleet_tui.operations import member_operations
from cafleet_tui.operations.member_operations import PAST
from cafleet_tui.operations.reviews import Reading
from cafleet_tui.render import diff as render
from cafleet_tui.render.safe_text import label

_HINT = Content("Words that go before the comments; Enter alone sends none.")


class ReviewsController:
    """Opens the changes of the `selected` member, and sends what is said of them.

    `drafts` keeps the comments that are not sent, `view` opens a file of a machine at a line.
    """

    def __init__(
        self,
        context: RoomContext,
        selected: Callable[[], Standing | None],
        drafts: ReviewDrafts,
        view: Callable[[str, str, int], None],
    ) -> None:
        self._context = context
        self._selected = selected
        self._drafts = drafts
        self._view = view
        self._reading: Reading | None = None

    def _refusal(self, agent: Agent) -> str | None:
        if self._context.past:
            return PAST
        return member_operations.refusal(Verb.DIFF, agent, None)

    def open(self) -> None:
        """Show what the selected member has changed."""
        standing = self._selected()
        if standing is None:
            return
        agent = standing.member.agent
        if why := self._refusal(agent):
            self._context.say(render.unread(why))
            return
        handlers = Handlers(
            keep=partial(self._drafts.keep, agent.agent_id),
            send=partial(self._ask_for_words, agent),
            read=partial(self._read, agent),
            open=partial(self._open_file, agent),
        )
        read_only = self._context.read_only
        self._reading = None
        self._context.open(
            DiffDialog(agent.agent_id, agent.name, handlers, read_only=read_only)
        )
        self._read(agent)

    def _read(self, agent: Agent) -> None:
        session = self._context.state.session

        def fail(error: CafleetError) -> None:
            if dialog := self._dialog(agent):
                dialog.show_trouble(error.message)

        def read(source: Source) -> Reading:
            self._drafts.load()
            return source.changes(session, agent)

        self._context.jobs.run(
            "changes",
            read,
            partial(self._show, agent),
            fail,
            exclusive=True,
        )

    def _show(self, agent: Agent, reading: Reading) -> None:
        self._reading = reading
        if dialog := self._dialog(agent):
            drafts = self._drafts.of(agent.agent_id)
            dialog.show(reading.lines, reading.remarks, drafts)

    def _dialog(self, agent: Agent) -> DiffDialog | None:
        """The open dialog with the changes of this agent, also below another one."""
        for screen in reversed(self._context.top.app.screen_stack):
            if isinstance(screen, DiffDialog) and screen.agent_id == agent.agent_id:
                return screen
        return None

    def _ask_for_words(self, agent: Agent) -> None:
        title = Content.assemble("Send the review to ", (label(agent.name), "bold"))
        ask = AskWords(title, _HINT, empty=True)
        self._context.open(ask, partial(self._send, agent))

    def _send(self, agent: Agent, words: str | None) -> None:
        comments = self._drafts.of(agent.agent_id)
        if words is None or not comments:
            return
        session = self._context.state.session

        def done(_: Sent) -> None:
            self._forget(agent, comments)
            self._say(agent, render.sent(agent.name, len(comments)))
            self._read(agent)

        def fail(error: CafleetError) -> None:
            self._say(agent, render.unsent(error.message))

        self._context.jobs.run(
            "review",
            lambda source: source.send_review(session, agent, words, comments),
            done,
            fail,
        )

    def _forget(self, agent: Agent, sent: Sequence[Comment]) -> None:
        """Keep those comments alone that were written since."""
        left = [each for each in self._drafts.of(agent.agent_id) if each not in sent]
        self._drafts.keep(agent.agent_id, left)
        if dialog := self._dialog(agent):
            dialog.keep_only(left)

    def _say(self, agent: Agent, outcome: Content) -> None:
        self._context.say(outcome)
        if dialog := self._dialog(agent):
            dialog.say(outcome)

    def _open_file(self, agent: Agent, path: str, line: int) -> None:
        if self._reading is not None and agent.placement is not None:
            self._view(agent.placement.host, self._reading.file(path), line)
