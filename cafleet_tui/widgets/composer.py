"""The composer: shows a draft's recipients, and keeps the text until it is sent."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import TextArea

from cafleet_core import ids
from cafleet_core.broker.messages import mentions
from cafleet_core.errors import CafleetError
from cafleet_core.records import Agent
from cafleet_core.states import AgentKind, AgentStatus
from cafleet_core.views import Entry
from cafleet_tui.data.draft_store import SavedDraft
from cafleet_tui.model.template import Template
from cafleet_tui.operations.mail import OutgoingMessage
from cafleet_tui.render import composer as render
from cafleet_tui.widgets.draft import Draft
from cafleet_tui.widgets.frame import Framed
from cafleet_tui.widgets.mention_popup import MentionPopup
from cafleet_tui.widgets.popover import Popover
from cafleet_tui.widgets.recall import Recall

_RECENT_NAMES = 4


class Composer(Framed, Vertical):
    """A draft with its title, reason and popover; posts `Submitted` for one message at a time.

    The control room answers each with `sent` or `failed`; meanwhile the next one can be
    written. A failed text becomes the draft again once the draft is empty.
    """

    class Submitted(Message):
        """The human pressed Enter on a draft that can be sent."""

        def __init__(self, outgoing: OutgoingMessage) -> None:
            super().__init__()
            self.outgoing = outgoing

    class Rewritten(Message):
        """The texts that are not known to be sent have changed; oldest first."""

        def __init__(self, drafts: tuple[SavedDraft, ...]) -> None:
            super().__init__()
            self.drafts = drafts

    class Dismissed(Message):
        """Escape was pressed with neither a popover nor a reply to close."""

    class HistoryWanted(Message):
        """The human walks through sent texts; answer with `remember`."""

    def __init__(self) -> None:
        super().__init__(id="composer")
        self._agents: tuple[Agent, ...] = ()
        self._sender: Agent | None = None
        self._reply_to: str | None = None
        self._task_id = ids.new()
        self._found: mentions.Mentions | None = None
        self._underway: deque[tuple[SavedDraft, OutgoingMessage]] = deque()
        self._unsent: deque[SavedDraft] = deque()
        self._unfinished: tuple[SavedDraft, ...] = ()
        self._recall = Recall()
        self.popup = MentionPopup()
        self.draft = Draft(self.popup, self._recall, self._offer_names, self._send)
        self._trouble: str | None = None
        self._offered_for = ""
        self._aside: deque[SavedDraft | None] = deque()
        self.last_sent: SavedDraft | None = None
        """The text that was stored last, as it was written."""

    def compose(self) -> ComposeResult:
        """Lay out the draft and its popover."""
        yield self.draft
        yield self.popup
        yield self.draft.templates

    def on_mount(self) -> None:
        """Show the sender."""
        self._describe()

    @property
    def refusal(self) -> str | None:
        """Why the draft cannot be sent; None if it can."""
        return self._trouble and self._trouble.rstrip(".")

    def know(self, agents: Sequence[Agent], sender: Agent | None) -> None:
        """Set the possible recipients and the sender."""
        if (tuple(agents), sender) != (self._agents, self._sender):
            self._agents, self._sender = tuple(agents), sender
            self._describe()

    def write_to(self, *names: str) -> None:
        """Insert mentions of these agents before the draft's text."""
        tokens = [f"@{mentions.token(name)} " for name in names]
        self.draft.insert("".join(tokens), (0, 0))
        self.draft.move_cursor(self.draft.document.end)
        self.draft.focus()

    def reply(self, entry: Entry) -> None:
        """Address a message's sender, or the recipients of one's own, and store its id as reply."""
        self._reply_to = entry.task_id
        if self._sender and entry.sender_id == self._sender.agent_id:
            recipients = [delivery.recipient_name for delivery in entry.deliveries]
            self.write_to(*([mentions.EVERYONE] if entry.broadcast else recipients))
        else:
            self.write_to(entry.sender_name)
        self._describe()

    def sent(self) -> None:
        """The message is stored: submit the next one."""
        self.last_sent, _ = self._underway.popleft()
        self._go_on()

    def failed(self) -> None:
        """The message was not stored: make it the draft again."""
        writing, _ = self._underway.popleft()
        self._unsent.append(writing)
        self._go_on()

    def restore(self, drafts: Sequence[SavedDraft]) -> None:
        """Restore the drafts of an earlier run."""
        self._unsent.extend(drafts)
        self._bring_back()
        self._describe()

    def remember(self, texts: Sequence[str]) -> None:
        """Set the texts sent in this session, oldest first."""
        self._recall.know(texts)
        names = (mentions.names(text) for text in reversed(texts))
        recent = dict.fromkeys(name for some in names for name in some)
        self.popup.recent = tuple(recent)[:_RECENT_NAMES]

    def offer_templates(self, templates: Sequence[Template]) -> None:
        """Offer these to be written at the cursor."""
        self.popup.close()
        self.draft.focus()
        self.draft.templates.offer(templates, self.draft.cursor_screen_offset)

    def set_aside(self) -> None:
        """Go on with the next text that was set aside, or with an empty one."""
        if self.draft.text and None not in self._aside:
            self._aside.append(None)
        self._aside.append(self._saved if self.draft.text else None)
        taken = self._aside.popleft()
        self._reply_to = taken.reply_to if taken else None
        self._task_id = (taken and taken.task_id) or ids.new()
        self.draft.write(taken.text if taken else "")
        self._describe()

    @property
    def _set_aside(self) -> list[SavedDraft]:
        return [writing for writing in self._aside if writing is not None]

    @on(TextArea.Changed)
    def _rewritten(self, event: TextArea.Changed) -> None:
        event.stop()
        self.draft.templates.close()
        self._bring_back()
        self._describe()

    @on(TextArea.SelectionChanged)
    def _cursor_moved(self, event: TextArea.SelectionChanged) -> None:
        event.stop()
        self._offer_names()

    def _offer_names(self) -> None:
        draft = self.draft
        written, self._offered_for = draft.text != self._offered_for, draft.text
        if not written and not self.popup.is_open:
            return  # the cursor moves over a name: a popover would take its keys
        reachable = [agent for agent in self._agents if _reachable(agent)]
        self.popup.offer(reachable, draft.before_cursor, draft.cursor_screen_offset)
        self._describe()

    @on(Popover.Picked)
    def _complete(self, event: MentionPopup.Picked) -> None:
        event.stop()
        self.draft.complete()
        self.draft.focus()

    @on(Draft.ReplyDismissed)
    def _dismiss_reply(self, event: Draft.ReplyDismissed) -> None:
        event.stop()
        if self._reply_to is None:
            self.post_message(self.Dismissed())
        self._reply_to = None
        self._describe()

    @on(Draft.WalkBegun)
    def _look_back(self, event: Draft.WalkBegun) -> None:
        event.stop()
        self.post_message(self.HistoryWanted())

    def _send(self) -> None:
        if self._underway and not self.draft.text:
            return  # Enter was pressed twice
        if place := self.draft.unfilled:
            self.draft.go_to_unfilled()
            self.draft.leave_places()
            self.entitle(self._title, render.filling(place))
            return
        self._describe(refused=True)
        if self._found is None or self._sender is None:
            return
        outgoing = OutgoingMessage(
            self._sender,
            self._found.recipients,
            self._found.everyone,
            self._found.body,
            None if self._found.everyone else self._reply_to,
            self._task_id,
        )
        self._underway.append((self._saved, outgoing))
        self._reply_to = None
        self._task_id = ids.new()
        self.draft.clear()
        self._describe()
        if len(self._underway) == 1:
            self.post_message(self.Submitted(outgoing))

    def _go_on(self) -> None:
        if self._underway:
            self.post_message(self.Submitted(self._underway[0][1]))
        self._bring_back()
        self._describe()

    def _bring_back(self) -> None:
        if self._unsent and not self._underway and not self.draft.text:
            writing = self._unsent.popleft()
            self._reply_to = writing.reply_to
            self._task_id = writing.task_id or ids.new()
            self.draft.write(writing.text)

    def _describe(self, refused: bool = False) -> None:
        self._trouble = trouble = self._parse()
        self.entitle(self._title, self._told(trouble, refused))
        self.draft.mark(mentions.marks(self.draft.text, self._agents))
        self._account()

    @property
    def _title(self) -> Content:
        return render.title(self._sender, self._found, self._reply_to)

    def _told(self, trouble: str | None, refused: bool) -> Content | None:
        unfinished = self.popup.is_open or not self.draft.text.strip()
        if trouble and (refused or not unfinished):
            return render.reason(trouble, refused)
        if self._underway:
            return render.sending()
        if self._unsent:
            return render.coming_back(len(self._unsent))
        return render.aside(len(self._set_aside)) if self._set_aside else None

    def _account(self) -> None:
        here = [self._saved] if self.draft.text else []
        underway = (writing for writing, _ in self._underway)
        unfinished = (*underway, *self._unsent, *self._set_aside, *here)
        if unfinished != self._unfinished:
            self._unfinished = unfinished
            self.post_message(self.Rewritten(unfinished))

    @property
    def _saved(self) -> SavedDraft:
        return SavedDraft(self.draft.text, self._reply_to, self._task_id)

    def _parse(self) -> str | None:
        try:
            self._found = mentions.parse(self.draft.text, self._agents)
        except CafleetError as error:
            self._found = None
            return error.message
        return None if self._sender else "The session has no Administrator to send as."


def _reachable(agent: Agent) -> bool:
    return agent.status == AgentStatus.ACTIVE and agent.kind != AgentKind.ADMINISTRATOR
