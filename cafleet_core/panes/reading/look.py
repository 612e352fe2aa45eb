"""Look at the panes of any number of agents, with one tmux call a server."""

from __future__ import annotations

import os

from cafleet_core import clock, host
from cafleet_core.agents import cues, present
from cafleet_core.errors import TmuxError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading import opened, program, self_reports
from cafleet_core.panes.reading.classify import FROM_TMUX, classify
from cafleet_core.panes.reading.fuse import SCREEN
from cafleet_core.panes.reading.program import Sameness
from cafleet_core.panes.tmux import client, snapshot
from cafleet_core.readings import PaneReading
from cafleet_core.states import BoxSight, PaneState, PushReason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cafleet_core.panes.reading.past import PastReadings
    from cafleet_core.panes.tmux.snapshot import Answer, PaneSnapshot
    from cafleet_core.records import Agent, Placement

FROM_PROCESS = "process"
FROM_ACCOUNT = "account"
"""The source of a limit that another agent of the same account was told of."""

_PARKED = "its account is at its limit, as another agent was told"
_UNSEEN = "it reads a line that is not shown, as a password"
_ANOTHER = "its tmux server runs on, and another one answers at its socket"


def look(
    agents: Iterable[Agent], past: PastReadings | None = None
) -> dict[str, PaneReading]:
    """The readings of these agents' panes, by agent id; only of those placed on this host.

    An agent is dead if its server has no such pane, or the server's process has ended; it
    is unknown, with tmux's own words, if the server could not be asked or not understood.
    Without tmux the result is empty. A process that looks repeatedly keeps `past` readings.
    """
    changed, here = present.changed_at(), host.host_id()
    by_socket: dict[str, list[tuple[str, Placement]]] = {}
    parked: dict[str, str] = {}
    for agent in agents:
        if agent.placement is not None and agent.placement.host == here:
            cues_now = present.cues(agent.placement, changed)
            placed = (agent.agent_id, agent.placement._replace(cues=cues_now))
            by_socket.setdefault(agent.placement.tmux_socket, []).append(placed)
            if agent.placement.parked_until:
                parked[agent.agent_id] = agent.placement.parked_until
    readings: dict[str, PaneReading] = {}
    for socket, placed_there in by_socket.items():
        readings.update(_at_server(past, socket, placed_there))
    for agent_id, until in parked.items():
        if reading := readings.get(agent_id):
            readings[agent_id] = _left_alone(reading, until)
    if os.environ.get(client.TRACE):
        _trace(readings)
    return readings


def _left_alone(reading: PaneReading, until: str) -> PaneReading:
    """The reading of an agent at rest whose account is at its limit until then."""
    if reading.state != PaneState.IDLE or until <= clock.stamp():
        return reading
    return reading._replace(
        state=PaneState.LIMIT, source=FROM_ACCOUNT, evidence=_PARKED, until=until
    )


def _trace(readings: Mapping[str, PaneReading]) -> None:
    from cafleet_core import trace  # only for the trace

    for agent_id, reading in readings.items():
        trace.note("verdict", agent=agent_id, **reading._asdict())


def _at_server(
    past: PastReadings | None, socket: str, placed: Sequence[tuple[str, Placement]]
) -> dict[str, PaneReading]:
    ask = past.ask if past else snapshot.ask
    wanted = [placement.tmux_pane_id for _, placement in placed]
    try:
        answer = ask(socket, list(dict.fromkeys(filter(None, wanted))))
    except client.TmuxMissing:
        return {}
    except TmuxError as error:
        return {
            agent_id: _unasked(agent_id, placement, error)
            for agent_id, placement in placed
        }
    if past is None:
        return {agent_id: _read(agent_id, where, answer) for agent_id, where in placed}
    return {
        agent_id: past.still(agent_id, where, answer)
        or past.keep(agent_id, where, _read(agent_id, where, answer))
        for agent_id, where in placed
    }


def _unasked(agent_id: str, placement: Placement, error: TmuxError) -> PaneReading:
    """The reading of a pane whose server could not be asked: dead only if its process ended."""
    if placement.tmux_pane_id is None or _has_ended(placement.tmux_server_pid):
        return classify(agent_id, placement, None, (), clock.now())
    forbidden = isinstance(error, client.ServerForbidden)
    refusal = PushReason.NO_ACCESS if forbidden else PushReason.NO_ANSWER
    return PaneReading(PaneState.UNKNOWN, FROM_TMUX, error.message, refusal=refusal)


def _read(agent_id: str, placement: Placement, answer: Answer) -> PaneReading:
    here = placement.tmux_server_pid
    if answer.server_pid not in (0, here) and not _has_ended(here):
        return _unasked(agent_id, placement, TmuxError(_ANOTHER))
    seen = answer.panes.get(placement.tmux_pane_id or "")
    if seen is None:
        return classify(agent_id, placement, None, (), clock.now())
    record = cues.parse(placement.cues).record
    reports = self_reports.read(record, seen.pid, seen.stamped)
    stopped = self_reports.process(seen.pid, placement.process_names.split())
    if stopped is not None:
        reports = [stopped, *reports]
    reading = classify(agent_id, placement, seen, reports, clock.now())
    reading = _with_question(_judged(reading, placement, seen), placement, seen.pid)
    return reading._replace(executes=True) if _executes(placement) else reading


def _executes(placement: Placement) -> bool:
    """Whether a command of `member exec` has the pane to itself."""
    if not placement.execution:
        return False
    from cafleet_core.panes.reading import execution  # few panes run one

    return execution.goes_on(placement.execution, clock.now())


def _has_ended(server_pid: int) -> bool:
    """Whether a tmux server's process has provably ended."""
    from cafleet_core.panes.tmux import servers  # most servers answer

    return servers.ended(server_pid)


def _with_question(
    reading: PaneReading, placement: Placement, pane_pid: int
) -> PaneReading:
    """The reading with what the agent's own server says that it asks, where no screen does."""
    inbox = cues.parse(placement.cues).inbox
    unread = reading.state == PaneState.WAITING and reading.question is None
    if not inbox or not unread or reading.refusal:
        return reading
    from cafleet_core.panes.reading import opencode_questions  # few agents have one

    return reading._replace(question=opencode_questions.asked(inbox, pane_pid))


def _judged(
    reading: PaneReading, placement: Placement, seen: PaneSnapshot
) -> PaneReading:
    """The reading, if the pane still runs the agent; without its screen if another program runs."""
    if reading.refusal or reading.state in (PaneState.DEAD, PaneState.SHELL):
        return reading
    sight = program.seen(placement, seen)
    if sight.sameness == Sameness.ANOTHER:
        return PaneReading(
            PaneState.UNKNOWN,
            FROM_PROCESS,
            sight.words,
            position=reading.position,
            typed=reading.typed,
            refusal=PushReason.ANOTHER_AGENT,
        )
    same = sight.sameness == Sameness.SAME
    reading = reading._replace(
        pane=sight.pane, front=sight.front, command=seen.command if same else ""
    )
    if not sight.front.pid:
        return reading
    names = (*placement.process_names.split(), reading.command)
    over_it = opened.program(sight.front.pid, names)
    if over_it:
        return _covered(reading, f"{over_it}, which it has opened, takes the keys")
    # a box that is seen in front is no such prompt
    if reading.box == BoxSight.UNCUED and _reads_a_secret(sight.front.pid):
        return _covered(reading, _UNSEEN)
    return reading


def _reads_a_secret(pid: int) -> bool:
    from cafleet_core.panes.reading import secret  # of few agents is no box known

    return secret.is_asked_for(pid)


def _covered(reading: PaneReading, why: str) -> PaneReading:
    """The reading of an agent while the keys would go to something else, as `why` tells."""
    reading = reading._replace(box=BoxSight.COVERED, question=None)
    if reading.state == PaneState.BUSY or _is_stopped(reading):
        return reading
    unknown, source = PaneState.UNKNOWN, FROM_PROCESS
    return reading._replace(state=unknown, source=source, evidence=why, rule="")


def _is_stopped(reading: PaneReading) -> bool:
    """Whether the agent's process is stopped; a cleared screen alone may be an editor's."""
    return reading.state == PaneState.SUSPENDED and reading.source != SCREEN
