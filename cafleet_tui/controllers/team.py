"""The team: one agent in full, what is noted of it, new members, and adopted ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.content import Content

from cafleet_core.broker.team.notes import LONGEST_NOTE
from cafleet_core.errors import CafleetError
from cafleet_core.records import Agent
from cafleet_core.requests import MemberRequest, StartResult
from cafleet_core.views import Filter
from cafleet_tui.controllers.context import RoomContext
from cafleet_tui.data.source import Source
from cafleet_tui.dialogs.adopt import AdoptDialog
from cafleet_tui.dialogs.member_detail import MAIL_SHOWN, Mail, MemberDetail
from cafleet_tui.dialogs.new_member import NewMember
from cafleet_tui.dialogs.prompts import AskWords
from cafleet_tui.keys.actions import Action
from cafleet_tui.model.standing import Standing
from cafleet_tui.operations import adopt_member, create_member
from cafleet_tui.operations.adopt_member import Stray
from cafleet_tui.operations.member_operations import READ_ONLY
from cafleet_tui.render import adopt as adopting
from cafleet_tui.render import create_member as render
from cafleet_tui.render import note as render_note
from cafleet_tui.render import status_line
from cafleet_tui.render.safe_text import label

_BLANK = MemberRequest("", "", "claude")


class TeamController:
    """Shows the `selected` agent, keeps its note, and creates or adopts members."""

    def __init__(
        self, context: RoomContext, selected: Callable[[], Standing | None]
    ) -> None:
        self._context = context
        self._selected = selected
        self._request = _BLANK

    def refusal(self, action: Action) -> str | None:
        """Why the team cannot be changed; None if it can."""
        changes = action.id in ("members.create", "members.adopt")
        if changes and self._context.read_only:
            return READ_ONLY
        return self._unnoted() if action.id == "members.note" else None

    def _unnoted(self) -> str | None:
        """Why nothing can be noted of the selected agent."""
        if self._context.read_only:
            return READ_ONLY
        standing = self._selected()
        return "nobody is selected" if standing is None else None

    def ask_for_note(self) -> None:
        """Ask what is to be noted of the selected agent, and keep it."""
        standing = self._selected()
        if standing is None:
            return
        agent = standing.member.agent
        ask = AskWords(
            render_note.title(agent),
            render_note.HINT,
            empty=True,
            check=_too_long,
            words=agent.note or "",
        )
        self._context.open(ask, partial(self._keep_note, agent))

    def _keep_note(self, agent: Agent, words: str | None) -> None:
        if words is None:
            return

        def done(note: str | None) -> None:
            self._context.say(render_note.kept(agent, note))

        def fail(error: CafleetError) -> None:
            self._context.say(status_line.warning(f"Not noted: {error.message}"))

        self._context.jobs.run(
            "operations", lambda source: source.note(agent, words), done, fail
        )

    def show_detail(self) -> None:
        """Show everything about the selected agent."""
        standing = self._selected()
        if standing is not None:
            self._context.open(MemberDetail(standing))
            self._read_mail(standing.member.agent.agent_id)

    def _read_mail(self, agent_id: str) -> None:
        session_id = self._context.state.session.session_id

        def read(source: Source) -> Mail:
            inbox = source.newest(session_id, Filter(recipient=agent_id), MAIL_SHOWN)
            sent = source.newest(session_id, Filter(sender=agent_id), MAIL_SHOWN)
            tree = source.worktree(agent_id)
            return Mail(agent_id, tuple(inbox), tuple(sent), tree=tree)

        def fail(error: CafleetError) -> None:
            self._show_mail(Mail(agent_id, trouble=error.message))

        self._context.jobs.run("mail", read, self._show_mail, fail, exclusive=True)

    def _show_mail(self, mail: Mail) -> None:
        if isinstance(self._context.top, MemberDetail):
            self._context.top.show(mail)

    def ask_for_stray(self) -> None:
        """Offer the agents that nobody owns."""
        session = self._context.state.session
        dialog = AdoptDialog()
        self._context.open(dialog, self._name)
        self._context.jobs.run(
            "strays",
            lambda source: source.strays(session),
            dialog.show,
            lambda error: dialog.show_trouble(error.message),
            exclusive=True,
        )

    def _name(self, stray: Stray | None) -> None:
        if stray is not None:
            ask = AskWords(adopting.naming(stray), adopting.HINT, empty=True)
            self._context.open(ask, partial(self._adopt, stray))

    def _adopt(self, stray: Stray, name: str | None) -> None:
        if name is None:
            return
        session = self._context.state.session
        command = adopt_member.cli_equivalent(session, stray, name.strip())

        def done(member: Agent) -> None:
            self._context.say(adopting.outcome(member, command))

        def fail(error: CafleetError) -> None:
            self._context.say(adopting.failure(stray, error.message, command))

        self._context.jobs.run(
            "adopt",
            lambda source: source.adopt(session, stray, name.strip()),
            done,
            fail,
        )

    def ask_for_member(self) -> None:
        """Open the form for a new member; after a failure its fields are still filled in."""
        self._context.open(NewMember(self._request), self._create)

    def _create(self, request: MemberRequest | None) -> None:
        if request is None:
            return
        self._request = request
        session = self._context.state.session
        command = create_member.cli_equivalent(session, request)

        def done(started: StartResult) -> None:
            self._request = _BLANK
            self._context.say(render.outcome(request, started, command))

        def fail(error: CafleetError) -> None:
            self._context.say(render.failure(request, error.message, command))

        self._context.say(Content(f"Starting {label(request.name)} …"))
        self._context.jobs.run(
            "create",
            lambda source: source.create_member(session, request),
            done,
            fail,
        )


def _too_long(words: str) -> str | None:
    length = len(label(words))
    if length <= LONGEST_NOTE:
        return None
    return f"A note has {LONGEST_NOTE} characters at most; this one has {length}."
