"""Who calls: by option, by the pane in which the process provably runs, by what it has inherited.

An id on the command line is an address, and always wins. Next comes the pane whose first
process is above the calling one: no variable can be set to that. What is left, the
variables of cafleet and of tmux, anybody may have inherited from anybody.
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
from cafleet_core.config import keys
from cafleet_core.errors import CallerUnknown, Refused
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.states import AgentKind, SenderProof
from cafleet_core.storage import lookup

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cafleet_core.config.settings import Settings
    from cafleet_core.process import Process
    from cafleet_core.records import Agent, Session
    from cafleet_core.storage.registry import Registry

APART = (
    "--agent-id <id> is required here: this process runs behind a background program that"
    " may serve several agents, and has the variables of whoever started that."
)


_STDIN = 0


class Origin(NamedTuple):
    """The pane of agents that the calling process was started from, its agents newest first.

    `apart` where a background program has opened a terminal of its own in between: it may
    work for others as well, and nothing follows from its place. `program` leads the pane's
    foreground where it has started the calling process, else it is 0.
    """

    agents: Sequence[Agent] = ()
    apart: bool = False
    program: int = 0

    @property
    def proven(self) -> Sequence[Agent]:
        """The agents in whose pane the process provably runs."""
        return () if self.apart else self.agents


class Surroundings(NamedTuple):
    """What is known of a calling process but its options."""

    registry: Registry
    settings: Settings
    origin: Origin
    named_by_tmux: Sequence[Agent]
    key: str = ""

    @property
    def housed(self) -> Sequence[Agent]:
        """The agents of the caller's pane: by its processes, else as tmux's variables say."""
        return self.origin.proven or self.named_by_tmux

    def inherited(self) -> Session | None:
        """The session of the environment, unless the caller is provably in a pane without it."""
        reference = self.settings.session_id
        proven = [agent.session_id for agent in self.origin.proven]
        if reference is None or (proven and not _begins(proven, reference)):
            return None
        return find_session(self.registry, reference)

    def contradicts(self, agent: Agent) -> bool:
        """Whether the environment names another than this agent of the pane, or its session."""
        session, named = self.settings.session_id, self.settings.agent_id
        return bool(
            (named and not _is_called(agent, named))
            or (session and not agent.session_id.startswith(session))
        )


def surroundings(
    registry: Registry, settings: Settings, environ: Mapping[str, str]
) -> Surroundings:
    """Look at this process and at what it has inherited; no call to tmux is made."""
    come_from = origin(registry)
    by_tmux = () if come_from.proven else pane_agents(registry, environ)
    key = environ.get(sender_keys.VARIABLE, "")
    return Surroundings(registry, settings, come_from, by_tmux, key)


def origin(registry: Registry) -> Origin:
    """Where this process comes from, by its ancestors."""
    line = process.lineage(os.getpid())
    placed = lookup.agents_above(registry, host.host(), [step.pid for step in line])
    for number, step in enumerate(line if placed else ()):
        agents = [agent for agent in placed if _is_first_of(step, agent)]
        if agents:
            below = [between.pid for between in line[1:number]]
            program = step.foreground if step.foreground in below else 0
            return Origin(agents, not _holds_together(line[: number + 1]), program)
    return Origin()


def session_of_caller(
    around: Surroundings, session_ref: str | None, agent_ref: str | None = None
) -> Session:
    """The session by option, by environment, by the id of the agent's option, by pane.

    Raises CallerUnknown where none of them answers.
    """
    registry, here = around.registry, around.housed
    if session_ref is not None:
        return find_session(registry, session_ref)
    if inherited := around.inherited():
        return inherited
    by_id = agent_ref and lookup.agents(registry, None, text.storable(agent_ref))
    if agent_ref is not None and (by_id or not here):
        return find_session(registry, find_agent(registry, None, agent_ref).session_id)
    if not here:
        from cafleet_core.broker.directory import unknown  # seldom needed

        raise unknown.session_needed(registry)
    return find_session(registry, here[0].session_id)


def caller(
    around: Surroundings,
    session_ref: str | None,
    agent_ref: str | None,
    say: Callable[[Agent, str], object] = lambda _agent, _words: None,
) -> Caller:
    """The active agent that calls, with its session and what proves it.

    `say` gets the agent that was decided for, and words, where another may have been meant.
    Raises CallerUnknown where nothing says who, Refused for a deregistered agent.
    """
    session = session_of_caller(around, session_ref, agent_ref)
    if agent_ref is not None:
        agent = find_agent(around.registry, session.session_id, agent_ref)
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


def refuse_unproven(around: Surroundings, calls: Caller) -> None:
    """Raise Refused where nothing proves that a caller is who it says.

    A human at a terminal may be the Administrator, and nobody else may.
    """
    if calls.agent.kind == AgentKind.ADMINISTRATOR:
        if not _is_human(around):
            raise Refused(
                "only a human at a terminal, in no agent's pane, may speak as the"
                " Administrator: [identity] enforce is on."
            )
    elif calls.proof == SenderProof.CLAIMED:
        raise Refused(
            f"nothing proves that {text.label(calls.agent.name)} calls here, and"
            " [identity] enforce asks for proof: call from its own pane."
        )


def refuse_subordinate(around: Surroundings, session: Session) -> None:
    """Raise Refused for all but the session's Director, in its pane, and a human at a terminal."""
    proven = [agent.agent_id for agent in around.origin.proven]
    if session.director_agent_id not in proven and not _is_human(around):
        raise Refused(
            "only the session's Director, in its own pane, or a human at a terminal may do"
            " that: [identity] enforce is on."
        )


def _is_human(around: Surroundings) -> bool:
    """Whether somebody at a terminal calls who is in no agent's pane."""
    return not around.origin.agents and os.isatty(_STDIN)


def pane_agents(registry: Registry, environ: Mapping[str, str]) -> list[Agent]:
    """The agents placed in the pane that `environ` describes, the newest first."""
    server = host.tmux_server(environ)
    pane_id = environ.get("TMUX_PANE", "")
    if server is None or not pane_id:
        return []
    return lookup.pane_agents(registry, *server, pane_id)


def _implied(
    around: Surroundings,
    session: Session,
    session_named: bool,
    say: Callable[[Agent, str], object],
) -> Agent:
    """The agent of a session where no option names it: of the pane, else of the environment.

    Of several in the pane it is the one that was inherited, else the newest.
    """
    if around.origin.apart:
        raise CallerUnknown(APART)
    inherited = around.settings.agent_id
    here = [agent for agent in around.housed if agent.session_id == session.session_id]
    if inherited is not None and not (around.origin.proven and here):
        return find_agent(around.registry, session.session_id, inherited)
    if not here:
        from cafleet_core.broker.directory import unknown  # seldom needed

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


def _begins(ids: Sequence[str], reference: str) -> bool:
    return any(known.startswith(reference) for known in ids)


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


def _is_first_of(step: Process, agent: Agent) -> bool:
    """Whether a process is the first one of an agent's pane, and not its successor."""
    placement = agent.placement
    return placement is not None and step.instance == (
        placement.pane_pid,
        placement.pane_started,
    )


def _holds_together(line: Sequence[Process]) -> bool:
    """Whether all of a line of processes work for the terminal of the last one, the pane.

    A child may have no terminal, or one that its parent, at the pane's or such a terminal,
    has opened for it, as agents do for their commands. What a program without a terminal
    has opened one for is the client of a background program: it may be anybody's.
    """
    *below, pane = line
    ours, attached = {pane.terminal}, bool(pane.terminal)
    for step in reversed(below):
        if step.terminal and step.terminal not in ours:
            if not attached:
                return False
            ours.add(step.terminal)
        attached = bool(step.terminal)
    return True
