"""One run of the program: its options, settings and registry, and its caller."""

from __future__ import annotations

import os

from cafleet_core import clock
from cafleet_core.broker.delivery import pending
from cafleet_core.broker.directory import callers, identity
from cafleet_core.broker.registry.open import Registry, is_file, open_registry
from cafleet_core.cli import output
from cafleet_core.config import settings
from cafleet_core.config.keys import CONVERSATION
from cafleet_core.errors import CafleetError, CallerUnknown
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import Interface
from cafleet_core.storage.lookup import NOBODY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.broker.delivery.pending import Outlook
    from cafleet_core.broker.directory.callers import Surroundings
    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.config.settings import Settings
    from cafleet_core.records import Agent, Session


_ANOTHER = (
    "Note: another program was known in this pane; no mail is typed here"
    " until 'cafleet agent adopt' says that you are the same agent."
)


class Invocation:
    """One run of the program."""

    interface = Interface.CLI
    """Through which interface the command was given: it is recorded with an answer."""

    def __init__(self) -> None:
        self.json = False
        self.session_id: str | None = None
        self.agent_id: str | None = None
        self.read_only = False
        self.brief = False
        self.starts_loop = True
        self.relayed = True
        self.places_agents = False
        self._settings: Settings | None = None
        self._registry: Registry | None = None
        self._known = NOBODY
        self._outlook: Outlook | None = None

    @property
    def settings(self) -> Settings:
        """The settings of this run, read when first used; raises InvalidSetting."""
        if self._settings is None:
            self._settings = settings.load()
        return self._settings

    @property
    def registry(self) -> Registry:
        """The registry, opened when first used; raises RegistryError."""
        if self._registry is None:
            registry = open_registry(self.settings.registry, relayed=self.relayed)
            self._outlook = by = pending.outlook()
            registry.foresee_after_changes(lambda at: pending.unsettled(at, by))
            self._registry = registry
        return self._registry

    def reopen(self) -> None:
        """Have the registry opened anew when it is next used."""
        if self._registry is not None:
            self._registry.close()
            self._registry = None

    def caller(self, *others: str) -> Caller:
        """The caller; raises CallerUnknown if nothing names one, Refused if proof is enforced.

        The `others` are agents that the command is about, asked for with it: see `agents`.
        """
        around = self._surroundings(*others)
        calls = callers.caller(around, self.session_id, self.agent_id, _note_once)
        if self.settings.enforce_identity:
            from cafleet_core.broker.directory import authority  # seldom enforced

            authority.refuse_unproven(around, calls)
        if calls.another:
            output.note(_ANOTHER)
        if not (self.read_only or self.brief) and os.environ.get(CONVERSATION):
            from cafleet_core.broker.directory import conversation  # of members alone

            conversation.note(self.registry, calls.agent, os.environ)
        return calls

    def expect_authority(self, session: Session) -> None:
        """If proof is enforced, raise Refused unless the Director or a human calls."""
        if self.settings.enforce_identity:
            from cafleet_core.broker.directory import authority  # seldom enforced

            authority.refuse_subordinate(self._surroundings(), session)

    def agents(self, session: Session, references: Sequence[str]) -> list[Agent]:
        """The agents of a session that references name; raises NotFound or Ambiguous."""
        return [
            identity.find_agent(
                self.registry, session.session_id, reference, self._known
            )
            for reference in references
        ]

    def session(self) -> Session:
        """The session of this run; raises CallerUnknown if nothing names one."""
        return callers.session_of_caller(
            self._surroundings(), self.session_id, self.agent_id
        )

    def _surroundings(self, *others: str) -> Surroundings:
        around = callers.surroundings(
            self.registry,
            self.settings,
            os.environ,
            self.session_id,
            (self.agent_id, *others),
        )
        self._known = around.known
        return around

    def session_if_known(self) -> Session | None:
        """The session of this run, or None if nothing names one."""
        try:
            return self.session()
        except CallerUnknown:
            return None

    def say(self, words: str, document: object) -> None:
        """Print the result, as text or as JSON."""
        if self.json:
            output.document(document)
        else:
            output.line(words)

    def note(self, words: str) -> None:
        """Print a note beside the result, on standard error."""
        output.note(words)

    def close(self) -> None:
        """Close the registry if it was opened; first, make the pushes that are due.

        What is still owed is left to a process in the background, and so are the agents that
        were placed, where a registry on a server needs one. A run that only reads does
        neither, nor does a brief one, for which an agent waits, nor one that the host process
        serves. A failure here is not the run's.
        """
        if self._registry is None:
            return
        try:
            if self.read_only or self.brief or self._registry.attended:
                return
            by = self._outlook
            if by is None or clock.stamp() > by.soon:
                by = pending.outlook()
            is_anything, is_due = pending.unsettled(self._registry, by)
            if is_due:
                pending.settle(self._registry, self.settings.push_rules)
            if is_anything or (
                self.places_agents and not is_file(self.settings.registry)
            ):
                self._leave_work()
        except (CafleetError, KeyboardInterrupt):
            pass  # the command itself has succeeded; the next one tries again
        finally:
            self._registry.close()

    def _leave_work(self) -> None:
        if not self.starts_loop or not self.settings.background:
            return
        if not is_file(self.settings.registry):
            from cafleet_core.broker.supervision import background  # seldom needed

            background.start_host(self.registry, self.settings)
        elif unattended := pending.unattended(self.registry):
            from cafleet_core.broker.supervision import background  # seldom needed

            background.start(self.registry, unattended, self.settings)


def _note_once(agent: Agent, words: str) -> None:
    """Note on stderr which agent was assumed for this pane; once for each agent and pane."""
    from cafleet_core.broker.directory import placements  # most panes have one agent

    if placements.is_news(agent):
        output.note(f"Note: {words}")
