"""Start an agent's program again: the same agent, with its name, its messages, its conversation."""

from __future__ import annotations

from contextlib import contextmanager, suppress

from cafleet_core import clock, host, process, text
from cafleet_core.agents import catalog
from cafleet_core.broker.directory import identity, placements, sender_keys
from cafleet_core.broker.messages import unacked
from cafleet_core.broker.team import (
    cleanup,
    launch_order,
    operations,
    prompts,
    restart_pane,
    start_agent,
    starts,
)
from cafleet_core.broker.team.delete_member import EXIT_SECONDS
from cafleet_core.errors import CafleetError, Refused, RegistryError
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.tmux import commands, facts
from cafleet_core.states import AgentStatus, EventKind, Underway
from cafleet_core.storage import agents, outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cafleet_core.broker.team.restart_pane import NewPane
    from cafleet_core.records import Agent, Placement
    from cafleet_core.requests import StartRequest, StartResult
    from cafleet_core.storage.registry import Registry

    MakePane = Callable[[Sequence[str]], NewPane]
    """Makes a pane that runs an argument list, for an agent whose own is gone."""


_COUNTED = 100


class Restart(NamedTuple):
    """How an agent is to be started again: in a new conversation if `fresh`.

    With `force` what stands in its pane is not looked at, and lost.
    """

    fresh: bool = False
    force: bool = False
    exit_seconds: float = EXIT_SECONDS


def restart(
    registry: Registry, agent: Agent, how: Restart, make_pane: MakePane | None = None
) -> StartResult:
    """End what is left of an agent's program, and start it again in its pane, or a new one.

    The new pane is one that `make_pane` makes, else one beside its Director. Agent, name and messages stay. It can be called again wherever it was interrupted.
    Raises Refused where it cannot be started as it was (`starts.again`), where another
    process is at it, or where a question or a draft would be lost; NotReady where the
    program does not end; TmuxError with the pane's last lines where it ends at once: then
    the agent stays as it is, without a living program.
    """
    expect_here(agent)
    request = starts.again(registry, agent, prompt(registry, agent), fresh=how.fresh)
    start_agent.expect_startable(request)
    with _claimed(registry, agent) as claimed:
        pane_id = restart_pane.emptied(registry, claimed, how.force, how.exit_seconds)
        cleanup.forget(registry, agent.agent_id)
        new = make_pane or restart_pane.beside_director(
            registry, claimed, request.layout
        )
        started = _started(registry, claimed, request, pane_id, new)
        directed_by = _director(claimed)
        made = start_agent.finish(
            registry, started, directed_by, request, EventKind.RESTARTED
        )
    with registry.write(agent.session_id):
        outbox.make_due(registry, agent.agent_id, clock.stamp())
    return made._replace(remark=_remark(request.missing))


def refusal(agent: Agent) -> str | None:
    """Why an agent cannot be restarted from this machine; None if that may be tried."""
    if agent.placement is None:
        return "it has no pane"
    if agent.placement.host != host.host_id():
        return "it lives on another machine"
    return None


def expect_here(agent: Agent) -> Placement:
    """The agent's placement; raises Refused where it is on another machine, or has none."""
    placement, name = agent.placement, text.label(agent.name)
    if placement is None:
        raise Refused(f"{name} has no pane that it could be started in.")
    if refusal(agent):
        raise Refused(
            f"{name} lives on another machine.",
            "Restart it there: the same command, with --session-id and --agent-id.",
        )
    return placement


def prompt(registry: Registry, agent: Agent) -> str:
    """The turn that tells an agent that it was started again, and how much waits for it."""
    waiting = unacked.count(registry, agent.agent_id, _COUNTED)
    words = {0: "No message waits.", 1: "One message waits."}
    said = words.get(waiting, f"{waiting} messages wait.")
    return prompts.with_values(prompts.FOR_RESTARTED, {"waiting": said})


@contextmanager
def _claimed(registry: Registry, agent: Agent) -> Iterator[Agent]:
    """Have this process be the only one that works on an agent, until it is done."""
    before = agent.placement and agent.placement.operation
    operation = f"{Underway.RESTART} {process.identity()}"
    busy = before and not operations.interrupted(agent, clock.now())
    if not busy:
        with registry.write(agent.session_id):
            busy = not agents.claim_operation(
                registry, agent.agent_id, operation, before
            )
    if busy:
        raise Refused(
            f"{text.label(agent.name)} is being created, deleted or restarted by another"
            " process."
        )
    try:
        # read again: another restart may have ended in between
        yield identity.find_agent(registry, agent.session_id, agent.agent_id)
    finally:
        with suppress(RegistryError), registry.write(agent.session_id):
            agents.claim_operation(registry, agent.agent_id, None, operation)


def _director(agent: Agent) -> str:
    placement = agent.placement
    return (placement and placement.director_agent_id) or agent.agent_id


def _started(
    registry: Registry,
    agent: Agent,
    request: StartRequest,
    pane_id: str | None,
    make_pane: MakePane,
) -> StartResult:
    agent, key = sender_keys.given(agent)
    starter = launch_order.written(registry, agent, _director(agent), request, key)
    try:
        made = restart_pane.opened(agent, pane_id, starter, make_pane)
    except CafleetError:
        cleanup.forget(registry, agent.agent_id)
        raise
    housed = agent._replace(placement=_placement(agent, request, made))
    try:
        _place(registry, housed)
        return start_agent.wait_until_ready(registry, housed)
    except Refused:  # it was deregistered meanwhile
        commands.kill(made.socket, made.pane_id)
        raise


def _place(registry: Registry, agent: Agent) -> None:
    with registry.write(agent.session_id):
        now = identity.find_agent(registry, agent.session_id, agent.agent_id)
        if now.status != AgentStatus.ACTIVE:
            raise Refused(f"{agent.name} was deregistered while it was being started.")
        assert agent.placement is not None  # noqa: S101  # that is what is stored
        agents.place(registry, agent.agent_id, agent.placement)


def _placement(agent: Agent, request: StartRequest, made: NewPane) -> Placement:
    """The agent's placement in its new pane, whose program is not known yet."""
    placement, pane = agent.placement, facts.panes(made.socket)[made.pane_id]
    assert placement is not None  # noqa: S101  # see `expect_here`
    kind = request.coding_agent
    placed = placement._replace(
        tmux_socket=made.socket,
        tmux_server_pid=pane.server_pid,
        tmux_server_started=pane.server_started,
        tmux_session=pane.session,
        tmux_window_id=pane.window_id,
        tmux_pane_id=made.pane_id,
        process_names=" ".join(catalog.process_names(kind)),
        cues=catalog.cues(kind).dump(),
        pane_state=None,
        pane_state_since=None,
        question=None,
        inbox_refusals=0,
    )
    return placements.with_processes(placed, pane.pid, is_agent=False)


def _remark(missing: Sequence[str]) -> str:
    if not missing:
        return ""
    return f"not given to it, because they are not set here: {', '.join(missing)}"
