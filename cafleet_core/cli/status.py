"""`cafleet status`: the state of sessions in one line, also for tmux's status line."""

from __future__ import annotations

from cafleet_core import clock, text
from cafleet_core.broker.team import status as standing
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import PaneState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from cafleet_core.broker.delivery.deliverer import Deliverer
    from cafleet_core.broker.team.status import Status, Unable
    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.records import Agent, Session

_NAMED = 3
_CANNOT_WORK = {
    PaneState.LIMIT: "at limit",
    PaneState.FAILED: "refused by service",
    PaneState.SUSPENDED: "suspended",
}
_LONGEST_NAME = 24


def status(run: Invocation, tmux: bool, width: int | None) -> None:
    """Print one line: who waits for an answer, cannot work or is quiet, what is unacked, who delivers.

    Of the session that is named or that this pane belongs to, else of all live ones, whose
    agents are called `session/agent` then. Panes are looked at only where no monitor and no
    control room watches the session.

    In tmux.conf: set -g status-right '#(cafleet status --tmux --width 60) %H:%M'
    """
    run.read_only = True
    summary = standing.status(
        run.registry, run.session_if_known(), run.settings.quiet_after, clock.now()
    )
    line = _line(summary, only_trouble=tmux) or ("" if tmux else "Nothing waits.")
    if line:
        line = _session(summary.sessions) + line
    if width is not None:
        from cafleet_core import cells  # few give a width

        line = cells.shortened(line, width)
    run.say(_for_tmux(line) if tmux else line, _document(summary))


def _session(sessions: Sequence[Session]) -> str:
    """The label that stands before the line if it is about one session alone."""
    label = text.label(sessions[0].label or "") if len(sessions) == 1 else ""
    return f"{text.cut(label, _LONGEST_NAME)}: " if label else ""


def _prefixes(sessions: Sequence[Session]) -> Mapping[str, str]:
    """What stands before an agent's name, by session id: nothing in one session alone."""
    if len(sessions) < 2:
        return {}
    return {
        session.session_id: text.cut(text.label(session.label or ""), _LONGEST_NAME)
        or session.session_id[:8]
        for session in sessions
    }


def _line(summary: Status, *, only_trouble: bool) -> str:
    """The parts that are not empty: `2 wait: a, b · 5 unacked · 1 quiet: c · delivery: monitor`.

    Who delivers is shown if messages are held; with `only_trouble` only if nobody does.
    """
    parts, prefixes = [], _prefixes(summary.sessions)
    if summary.waiting:
        verb = "waits" if len(summary.waiting) == 1 else "wait"
        names = _names(summary.waiting, prefixes)
        parts.append(f"{len(summary.waiting)} {verb}: {names}")
    parts += _unable(summary.unable, prefixes)
    if summary.unacked:
        parts.append(f"{summary.unacked} unacked")
    if summary.quiet:
        names = _names(summary.quiet, prefixes)
        parts.append(f"{len(summary.quiet)} quiet: {names}")
    parts += dict.fromkeys(
        f"delivery: {delivery.words}"
        for delivery in summary.deliveries
        if delivery.stuck or (delivery.held and not only_trouble)
    )
    return " · ".join(parts)


def _unable(unable: Sequence[Unable], prefixes: Mapping[str, str]) -> Iterator[str]:
    """A part for each state in which agents cannot work, a limit with its latest end."""
    for state, words in _CANNOT_WORK.items():
        agents = [who.agent for who in unable if _pane_state(who.agent) == state]
        ends = [who.until for who in unable if who.agent in agents and who.until]
        until = f" until {clock.local_end(max(ends), clock.now())}" if ends else ""
        if agents:
            yield f"{len(agents)} {words}{until}: {_names(agents, prefixes)}"


def _pane_state(agent: Agent) -> str | None:
    return agent.placement.pane_state if agent.placement else None


def _names(agents: Sequence[Agent], prefixes: Mapping[str, str]) -> str:
    shown = [_name(agent, prefixes.get(agent.session_id)) for agent in agents[:_NAMED]]
    more = len(agents) - len(shown)
    return ", ".join([*shown, *([f"+{more}"] if more else [])])


def _name(agent: Agent, prefix: str | None) -> str:
    name = text.cut(text.label(agent.name), _LONGEST_NAME)
    return f"{prefix}/{name}" if prefix else name


def _for_tmux(line: str) -> str:
    """`line` as tmux shows it literally: `#` would begin a style or a format."""
    return line.replace("#", "##")


def _document(summary: Status) -> dict[str, Any]:
    return {
        "waiting": [_who(agent) for agent in summary.waiting],
        "unable": [{**_who(who.agent), "until": who.until} for who in summary.unable],
        "unacked": summary.unacked,
        "quiet": [_who(agent) for agent in summary.quiet],
        "delivery": [_delivery(delivery) for delivery in summary.deliveries],
    }


def _who(agent: Agent) -> dict[str, Any]:
    placement = agent.placement
    return {
        "session_id": agent.session_id,
        "agent_id": agent.agent_id,
        "name": agent.name,
        "state": placement and placement.pane_state,
        "since": placement and placement.pane_state_since,
    }


def _delivery(delivery: Deliverer) -> dict[str, Any]:
    return {
        "session_id": delivery.session_id,
        "by": delivery.watcher,
        "pid": delivery.pid or None,
        "held": delivery.held,
    }
