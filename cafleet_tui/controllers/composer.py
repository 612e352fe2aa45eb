"""The composer's messages: sent, stored as drafts, and recalled."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence

from textual.app import SuspendNotSupported
from textual.content import Content

from cafleet_core.errors import CafleetError
from cafleet_core.records import Agent, Sent
from cafleet_core.views import Entry
from cafleet_tui.controllers.context import RoomContext, without_activity
from cafleet_tui.data import templates
from cafleet_tui.data.draft_store import DraftFound, DraftStore, DraftUnkept, SavedDraft
from cafleet_tui.data.reader import RETRY_AFTER
from cafleet_tui.keys.actions import Action
from cafleet_tui.model.template import Template
from cafleet_tui.operations import editor
from cafleet_tui.operations.mail import OutgoingMessage
from cafleet_tui.operations.member_operations import READ_ONLY
from cafleet_tui.render import composer as render
from cafleet_tui.render import frames, status_line
from cafleet_tui.widgets.composer import Composer


class ComposerController:
    """Sends the composer's messages; `drafts` stores what is not sent, None stores nothing.

    `templates` is the folder of the human's templates, if there may be one.
    """

    def __init__(
        self,
        context: RoomContext,
        composer: Composer,
        drafts: DraftStore | None,
        templates: str = "",
    ) -> None:
        self._context = context
        self._composer = composer
        self._drafts = drafts
        self._templates = templates
        self._agents: list[Agent] = []
        self._earlier: tuple[SavedDraft, ...] = ()
        self._written: tuple[SavedDraft, ...] = ()
        self._last: str | None = None

    def start(self) -> None:
        """Read the drafts of an earlier run, and the messages to recall."""
        if self._drafts:
            self._drafts.start()
        self.read_sent()

    def stop(self) -> None:
        """Store the current drafts before the end."""
        if self._drafts:
            self._drafts.stop()

    def refusal(self, action: Action) -> str | None:
        """Why an action of the composer is unavailable; None if it is available."""
        if self._context.read_only:
            return READ_ONLY
        if action.id == "composer.take_back" and self._last is None:
            return "nothing was sent from here"
        return self._composer.refusal if action.id == "composer.send" else None

    def learn_agents(self) -> bool:
        """Update the composer's recipients and its sender; whether they changed."""
        state = self._context.state
        agents = [without_activity(member.agent) for member in state.members]
        if agents == self._agents:
            return False
        self._agents = agents
        human = state.session.administrator_agent_id
        sender = next((agent for agent in agents if agent.agent_id == human), None)
        self._composer.know(agents, sender)
        return True

    def send(self, outgoing: OutgoingMessage) -> None:
        """Send a message; if that fails, it goes back to the composer."""

        def done(sent: Sent) -> None:
            self._composer.sent()
            self._last = outgoing.task_id
            self._context.say(frames.outcome(outgoing, sent))
            self.read_sent()

        self._context.jobs.run(
            "send", lambda source: source.send(outgoing), done, self._fail
        )

    def set_aside(self) -> None:
        """Go on with another text."""
        self._composer.set_aside()

    def offer_templates(self) -> None:
        """Read the templates, and offer them."""
        folder = self._templates
        self._context.jobs.run(
            "templates",
            lambda _: templates.read(folder) if folder else (),
            self._offer,
            lambda error: self._context.say(status_line.warning(error.message)),
        )

    def _offer(self, known: Sequence[Template]) -> None:
        self._composer.offer_templates(known)
        if not known:
            self._context.say(render.no_template(self._templates))

    def take_back(self) -> None:
        """Cancel what was sent last where nobody has acked it, and make it the draft again."""
        session, task_id = self._context.state.session, self._last
        if task_id is not None:
            self._context.jobs.run(
                "cancel",
                lambda source: source.cancel(session, task_id),
                lambda _: self._taken_back(),
                self._say_kept,
            )

    def _taken_back(self) -> None:
        self._last = None
        if writing := self._composer.last_sent:
            self._composer.restore([writing._replace(task_id=None)])
        words = "Taken back where nobody had acked it; here it is again."
        self._context.say(Content.styled(words, "$text-muted"))

    def _say_kept(self, error: CafleetError) -> None:
        self._context.say(status_line.warning(f"Not taken back: {error.message}"))

    def _fail(self, error: CafleetError) -> None:
        self._composer.failed()
        words = f"Not sent, the draft is kept: {error.message}"
        self._context.say(status_line.warning(words))

    def keep(self, drafts: Sequence[SavedDraft]) -> None:
        """Store these drafts, and those of an earlier run that are not restored yet."""
        self._written = tuple(drafts)
        if self._drafts:
            self._drafts.keep((*self._earlier, *self._written))

    def restore(self, event: DraftFound) -> None:
        """Restore the drafts of an earlier run, once the registry has said which were sent."""
        self._earlier = event.drafts
        self._look_up_earlier()

    def _look_up_earlier(self) -> None:
        session = self._context.state.session
        task_ids = [draft.task_id for draft in self._earlier if draft.task_id]
        self._context.jobs.run(
            "drafts",
            lambda source: source.sent_ids(session, task_ids),
            self._bring_back,
            lambda _: self._look_up_later(),
        )

    def _look_up_later(self) -> None:
        self._composer.set_timer(RETRY_AFTER, self._look_up_earlier)

    def _bring_back(self, sent_ids: Collection[str]) -> None:
        unsent = [each for each in self._earlier if each.task_id not in sent_ids]
        self._earlier = ()
        if unsent:
            self._composer.restore(unsent)
            words = "Here is what you had not sent."
            self._context.say(Content.styled(words, "$text-muted"))
        else:
            self.keep(self._written)

    def warn_of_crash(self, event: DraftUnkept) -> None:
        """Warn that the draft is not stored, and why."""
        words = f"A crash would lose the draft: {event.reason}."
        self._context.say(status_line.warning(words))

    def edit(self) -> None:
        """Have the draft written in the user's editor; the room is out of sight meanwhile."""
        draft = self._composer.draft
        try:
            with draft.app.suspend():
                written = editor.edited(draft.text, os.environ)
        except SuspendNotSupported:
            self._context.say(status_line.warning("only a terminal can show an editor"))
        except CafleetError as error:
            self._context.say(status_line.warning(error.message))
        else:
            draft.write(written)
        draft.focus()

    def read_sent(self) -> None:
        """Update the texts that the composer can recall."""
        session = self._context.state.session
        self._context.jobs.run(
            "written",
            lambda source: source.written(session),
            self._composer.remember,
            _ignore,
            exclusive=True,
        )

    def reply(self, entry: Entry) -> None:
        """Begin an answer to this message."""
        self._composer.reply(entry)

    def write_to(self, name: str) -> None:
        """Begin a message to the agent of this name."""
        self._composer.write_to(name)


def _ignore(_error: CafleetError) -> None:
    """Nothing: the feed reports trouble with the registry."""
