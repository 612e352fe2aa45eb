"""Identify the caller: by option, by the pane that provably runs it, by environment.

An id on the command line is an address, and always wins. Next comes the pane that the
process was started from (`origin`). Last come the variables of cafleet and tmux, which any
process may have inherited.
"""

from __future__ import annotations

import os

from cafleet_core import host, process, text
from cafleet_core.broker.directory import sender_keys
from cafleet_core.broker.directory.identity import (
    Caller,
    active,
    find_agent,
    find_session,
)
from cafleet_core.broker.directory.origin import Origin, origin_of
from cafleet_core.config import keys
from cafleet_core.errors import CallerUnknown
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import SenderProof
from cafleet_core.storage import lookup
from cafleet_core.storage.lookup import NOBODY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cafleet_core.config.settings import Settings
    from cafleet_core.records import Agent, Session
    from cafleet_core.storage.lookup import People
    from cafleet_core.storage.registry import Registry

APART = (
    "--agent-id <id> is required here: this process runs behind a background program that"
    " may serve several agents, and has the variables of whoever started that."
)


class Surroundings(NamedTuple):
    """A calling process as seen without its options; `known` are the agents that it names."""

    registry: Registry
    settings: Settings
    origin: Origin
    named_by_tmux: Sequence[Agent]
    key: str = ""
    known: People = NOBODY

    @property
    def housed(self) -> Sequence[Agent]:
        """The agents of the caller's pane: by its processes, else by tmux's variables."""
        return self.origin.proven or self.named_by_tmux

    def inherited(self) -> Session | None:
        """The environment's session, unless the caller is provably in a pane outside it."""
        reference = self.settings.session_id
        proven = self.origin.proven
        if reference is None or (
            proven and not any(self._is_within(agent, reference) for agent in proven)
        ):
            return None
        return find_session(self.registry, reference, self.known)

    def contradicts(self, agent: Agent) -> bool:
        """Whether the environment names another agent or session than this agent of the pane."""
        session, named = self.settings.session_id, self.settings.agent_id
        return bool(
            (named and not _is_called(agent, named))
            or (session and not self._is_within(agent, session))
        )

    def _is_within(self, agent: Agent, reference: str) -> bool:
        """Whether an agent's session is called so: by its id, a prefix of that, or its label."""
        if agent.session_id.startswith(reference):
            return True
        meant = lookup.labelled(self.registry, text.storable(reference))
        return meant == agent.session_id


def surroundings(
    registry: Registry,
    settings: Settings,
    environ: Mapping[str, str],
    session_ref: str | None = None,
    agent_refs: Iterable[str | None] = (),
) -> Surroundings:
    """The surroundings of this process; makes no call to tmux.

    The agents that options name by whole ids or names are read in the same statement.
    """
    line = process.lineage(os.getpid())
    named = [*filter(None, (*agent_refs, settings.agent_id))]
    registry.foresee(lambda at: pane_agents(at, environ))
    known = lookup.people(
        registry,
        host.host_id(),
        [step.pid for step in line],
        _storable(session_ref or settings.session_id),
        [text.storable(reference) for reference in dict.fromkeys(named)],
    )
    come_from = origin_of(line, known.above)
    by_tmux = () if come_from.proven else pane_agents(registry, environ)
    key = environ.get(sender_keys.VARIABLE, "")
    return Surroundings(registry, settings, come_from, by_tmux, key, known)


def _storable(reference: str | None) -> str | None:
    return reference and text.storable(reference)


def session_of_caller(
    around: Surroundings, session_ref: str | None, agent_ref: str | None = None
) -> Session:
    """The session by option, by environment, by the id of the agent's option, by pane.

    Raises CallerUnknown where none of them answers.
    """
    registry, here, known = around.registry, around.housed, around.known
    if session_ref is not None:
        return find_session(registry, session_ref, known)
    if inherited := around.inherited():
        return inherited
    if agent_ref is not None and (not here or _is_id(around, agent_ref)):
        agent = find_agent(registry, None, agent_ref, known)
        return find_session(registry, agent.session_id, known)
    if not here:
        from cafleet_core.broker.directory import unknown  # only to refuse

        raise unknown.session_needed(registry)
    return find_session(registry, here[0].session_id, known)


def _is_id(around: Surroundings, agent_ref: str) -> bool:
    """Whether an agent of any session has this id, or one that begins so."""
    named = around.known.named.get(agent_ref)
    if named and named.agent_id == agent_ref:
        return True
    return bool(lookup.agents(around.registry, None, text.storable(agent_ref)))


def caller(
    around: Surroundings,
    session_ref: str | None,
    agent_ref: str | None,
    say: Callable[[Agent, str], object] = lambda _agent, _words: None,
) -> Caller:
    """The active agent that calls, with its session and its proof.

    `say` gets the chosen agent and a warning if another may have been meant. Raises
    CallerUnknown if nothing names an agent, Refused for a deregistered one.
    """
    session = session_of_caller(around, session_ref, agent_ref)
    if agent_ref is not None:
        agent = find_agent(around.registry, session.session_id, agent_ref, around.known)
    else:
        agent = _implied(around, session, session_ref is not None, say)
    proof = _proof(around, agent)
    return Caller(session, active(agent), proof, _is_another(around, agent, proof))


def _is_another(around: Surroundings, agent: Agent, proof: SenderProof) -> bool:
    placed = agent.placement.program_pid if agent.placement else 0
    seen = around.origin.program
    return proof == SenderProof.PANE and bool(placed and seen) and placed != seen


def _proof(around: Surroundings, agent: Agent) -> SenderProof:
    if agent.agent_id in [housed.agent_id for housed in around.origin.proven]:
        return SenderProof.PANE
    shown = sender_keys.proves(agent, around.key)
    return SenderProof.KEY if shown else SenderProof.CLAIMED


def pane_agents(registry: Registry, environ: Mapping[str, str]) -> list[Agent]:
    """The agents placed in the pane that `environ` describes, newest first."""
    server = host.tmux_server(environ)
    pane_id = environ.get("TMUX_PANE")
    if server is None or not pane_id:
        return []
    return lookup.pane_agents(registry, host.host_id(), *server, pane_id)


def _implied(
    around: Surroundings,
    session: Session,
    session_named: bool,
    say: Callable[[Agent, str], object],
) -> Agent:
    """The agent of a session if no option names one: by pane, else by environment.

    Of several in the pane it is the one in the environment, else the newest.
    """
    if around.origin.apart:
        raise CallerUnknown(APART)
    inherited = around.settings.agent_id
    here = [agent for agent in around.housed if agent.session_id == session.session_id]
    if inherited is not None and not (around.origin.proven and here):
        return find_agent(around.registry, session.session_id, inherited, around.known)
    if not here:
        from cafleet_core.broker.directory import unknown  # only to refuse

        raise unknown.agent_needed(around.registry, session.session_id)
    meant = [agent for agent in here if inherited and _is_called(agent, inherited)]
    agent = (meant or here)[0]
    if not meant and around.contradicts(agent):
        say(agent, _contradicted(agent))
    elif not meant and len(here if session_named else around.housed) > 1:
        say(agent, _several(agent))
    return agent


def _is_called(agent: Agent, reference: str) -> bool:
    return agent.name == reference or agent.agent_id.startswith(reference)


def _contradicted(agent: Agent) -> str:
    return (
        f"{keys.SESSION_ID} and {keys.AGENT_ID} are another's; this process runs in the pane of"
        f" {text.label(agent.name)} {agent.agent_id}, and speaks for it."
        " --agent-id chooses another."
    )


def _several(agent: Agent) -> str:
    return (
        "several agents live in this pane; this is the newest,"
        f" {text.label(agent.name)} {agent.agent_id} of session {agent.session_id}."
        " --session-id or --agent-id chooses another."
    )
