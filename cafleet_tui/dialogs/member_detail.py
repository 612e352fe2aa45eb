"""One agent in full, over the room."""

from __future__ import annotations

from typing import NamedTuple

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cafleet_core import clock
from cafleet_core.views import Entry
from cafleet_core.worktrees.view import TreeView
from cafleet_tui.dialogs.dialog import Dialog
from cafleet_tui.keys import actions
from cafleet_tui.model.standing import Standing
from cafleet_tui.render import member_detail as render

MAIL_SHOWN = 50
"""Numbers of messages that are listed of those received, and of those sent: the newest."""


class Mail(NamedTuple):
    """The newest messages that an agent received and sent, oldest first; `trouble` says why not.

    Read with them: its git worktree, if it has one.
    """

    agent_id: str
    inbox: tuple[Entry, ...] = ()
    sent: tuple[Entry, ...] = ()
    trouble: str | None = None
    tree: TreeView | None = None


class MemberDetail(Dialog[None]):
    """Shows an agent's row, its placement and its messages; `show` sets the messages."""

    REGION = "member"
    HINTED = ("member.close",)
    BINDINGS = actions.bindings(REGION)

    def __init__(self, standing: Standing) -> None:
        super().__init__()
        self._standing = standing
        self._mail = Static("Reading its mail …", id="mail", classes="facts")

    def compose(self) -> ComposeResult:
        """Lay out what is known at once, and room for the messages."""
        with self.sheet:
            self.sheet.border_title = render.heading(self._standing)
            self.sheet.border_subtitle = self.hint()
            with VerticalScroll():
                at = clock.now()
                yield Static(render.identity(self._standing, at), classes="body")
                yield Static(render.placement(self._standing), classes="facts")
                yield Static(render.activity(self._standing), classes="facts")
                yield self._mail

    def show(self, mail: Mail) -> None:
        """Show the agent's messages, if they are this agent's."""
        if mail.agent_id == self._standing.member.agent.agent_id:
            drawn = render.mail(mail.agent_id, mail.inbox, mail.sent)
            if mail.tree is not None:
                drawn = render.worktree(mail.tree) + Content("\n\n") + drawn
            self._mail.update(render.unread(mail.trouble) if mail.trouble else drawn)
