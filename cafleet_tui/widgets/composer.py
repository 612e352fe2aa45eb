"""Where the human writes: says whom a message reaches, and keeps it until it is sent."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.getters import query_one
from textual.message import Message
from textual.widgets import TextArea

from cafleet_core import records
from cafleet_core.broker import mentions
from cafleet_core.errors import CafleetError
from cafleet_core.records import Agent, Entry
from cafleet_tui.render import composer as render
from cafleet_tui.source import Letter
from cafleet_tui.widgets.draft import Draft
from cafleet_tui.widgets.frame import Framed
from cafleet_tui.widgets.mention_popup import MentionPopup


class Composer(Framed, Vertical):
    """A draft with its title, reason and popover; posts `Submitted` once per letter.

    The draft stays until `sent` is called; after `failed` it can be sent again.
    """

    draft = query_one(Draft)
    popup = query_one(MentionPopup)

    class Submitted(Message):
        """The human pressed Enter on something that can be sent."""

        def __init__(self, letter: Letter) -> None:
            super().__init__()
            self.letter = letter

    class Rewritten(Message):
        """The draft is another one."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    class WrittenWanted(Message):
        """What was sent before is wanted: see `remember`."""

    def __init__(self) -> None:
        super().__init__(id="composer")
        self._written: tuple[str, ...] = ()
        self._recalled: int | None = None
        self._agents: tuple[Agent, ...] = ()
        self._sender: Agent | None = None
        self._reply_to: Entry | None = None
        self._sending = False
        self._found: mentions.Mentions | None = None

    def compose(self) -> ComposeResult:
        """Lay out the draft and its popover."""
        popup = MentionPopup()
        yield Draft(popup)
        yield popup

    def on_mount(self) -> None:
        """Say who sends."""
        self._describe()

    def know(self, agents: Sequence[Agent], sender: Agent | None) -> None:
        """Take in who can be written to, and as whom."""
        if (tuple(agents), sender) != (self._agents, self._sender):
            self._agents, self._sender = tuple(agents), sender
            self._describe()

    def write_to(self, *names: str) -> None:
        """Address the agents of these names, before what is written already."""
        tokens = [f"@{mentions.token(name)} " for name in names]
        self.draft.insert("".join(tokens), (0, 0))
        self.draft.move_cursor(self.draft.document.end)
        self.draft.focus()

    def reply(self, entry: Entry) -> None:
        """Answer a message, one's own by going on to its recipients, and quote its id."""
        self._reply_to = entry
        if self._sender and entry.sender_id == self._sender.agent_id:
            recipients = [delivery.recipient_name for delivery in entry.deliveries]
            self.write_to(*([mentions.EVERYONE] if entry.broadcast else recipients))
        else:
            self.write_to(entry.sender_name)
        self._describe()

    def restore(self, words: str) -> bool:
        """Put back what was written before, unless something is written by now; whether it was."""
        if self.draft.text:
            return False
        self._put(words)
        return True

    def remember(self, written: Sequence[str]) -> None:
        """Take in what was sent before, the newest last, and show the newest of it."""
        self._written = tuple(written)
        self._recalled = len(self._written)
        self._step(-1)

    def sent(self) -> None:
        """The broker has the letter: begin a new one."""
        self._sending = False
        self._reply_to = None
        self.draft.clear()
        self.draft.read_only = False
        self._describe()

    def failed(self) -> None:
        """The letter was not stored: leave the draft as it is."""
        self._sending = False
        self.draft.read_only = False
        self._describe()

    @on(TextArea.Changed)
    def _rewritten(self, event: TextArea.Changed) -> None:
        event.stop()
        if self._recalled is not None and self.draft.text != self._shown_again:
            self._forget_recalled()
        self.post_message(self.Rewritten(self.draft.text))
        self._describe()

    @on(Draft.Recalled)
    def _recall(self, event: Draft.Recalled) -> None:
        event.stop()
        if self._recalled is not None:
            self._step(event.step)
        elif event.step < 0:
            self.post_message(self.WrittenWanted())

    def _step(self, step: int) -> None:
        """Show what was sent before or after what is shown; behind the newest, nothing."""
        if self._recalled is None or not self._written:
            self._forget_recalled()
            return
        self._recalled = max(0, self._recalled + step)
        if self._recalled >= len(self._written):
            self._forget_recalled()
            self._put("")
        else:
            self.draft.recalling = True
            self._put(self._shown_again)

    @property
    def _shown_again(self) -> str:
        at = self._recalled
        return "" if at is None or at >= len(self._written) else self._written[at]

    def _forget_recalled(self) -> None:
        self._recalled = None
        self.draft.recalling = False

    def _put(self, words: str) -> None:
        self.draft.text = words
        self.draft.move_cursor(self.draft.document.end)

    @on(TextArea.SelectionChanged)
    def _cursor_moved(self, event: TextArea.SelectionChanged) -> None:
        event.stop()
        draft = self.draft
        reachable = [agent for agent in self._agents if _reachable(agent)]
        self.popup.offer(reachable, draft.before_cursor, draft.cursor_screen_offset)
        self._describe()

    @on(MentionPopup.Accepted)
    def _complete(self, event: MentionPopup.Accepted) -> None:
        event.stop()
        self.draft.complete(event.written, event.chosen)
        self.draft.focus()

    @on(Draft.ReplyDismissed)
    def _dismiss_reply(self, event: Draft.ReplyDismissed) -> None:
        event.stop()
        self._reply_to = None
        self._describe()

    @on(Draft.SendWanted)
    def _send(self, event: Draft.SendWanted) -> None:
        event.stop()
        if self._sending:
            return
        self._describe(refused=True)
        if self._found is None or self._sender is None:
            return
        self._sending = True
        self.draft.read_only = True
        self._describe()
        reply_to = self._reply_to.task_id if self._reply_to else None
        letter = Letter(
            self._sender,
            self._found.recipients,
            self._found.everyone,
            self._found.body,
            None if self._found.everyone else reply_to,
        )
        self.post_message(self.Submitted(letter))

    def _describe(self, refused: bool = False) -> None:
        trouble = self._parse()
        title = render.title(self._sender, self._found, self._reply_to)
        unfinished = self.popup.is_open or not self.draft.text.strip()
        quiet = unfinished and not refused
        told = None if quiet or not trouble else render.reason(trouble, refused)
        self.entitle(title, render.sending() if self._sending else told)

    def _parse(self) -> str | None:
        try:
            self._found = mentions.parse(self.draft.text, self._agents)
        except CafleetError as error:
            self._found = None
            return error.message
        return None if self._sender else "The session has no Administrator to send as."


def _reachable(agent: Agent) -> bool:
    return agent.status == records.ACTIVE and agent.kind != records.ADMINISTRATOR
