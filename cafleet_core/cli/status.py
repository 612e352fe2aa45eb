"""`cafleet status`: one line on how things stand, also for tmux's status line."""

from __future__ import annotations

import click

from cafleet_core import clock, text
from cafleet_core.broker.team import status as standing
from cafleet_core.cli.parser import Command, pass_invocation
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cafleet_core.broker.delivery.deliverer import Delivery
    from cafleet_core.broker.team.status import Status
    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.records import Agent

_NAMED = 3
_LONGEST_NAME = 24


@click.command(cls=Command)
@click.option(
    "--tmux", is_flag=True, help="For a tmux format: escaped, empty where all is well."
)
@pass_invocation
def status(run: Invocation, tmux: bool) -> None:
    """Print one line: who waits for an answer, what is unacked, who is quiet, who delivers.

    Of the session that is named or that this pane belongs to, else of all live ones.
    Panes are looked at only where no monitor and no control room watches the session.

    In tmux.conf: set -g status-right '#(cafleet status --tmux) %H:%M'
    """
    run.read_only = True
    summary = standing.status(
        run.registry, run.session_if_known(), run.settings.quiet_after, clock.now()
    )
    line = _line(summary, only_trouble=tmux)
    run.say(_for_tmux(line) if tmux else line or "Nothing waits.", _document(summary))


def _line(summary: Status, *, only_trouble: bool) -> str:
    """The parts that are not empty: `2 wait: a, b · 5 unacked · 1 quiet: c · delivery: monitor`.

    Who delivers is told where mail is held; with `only_trouble` only where nobody does.
    """
    parts = []
    if summary.waiting:
        verb = "waits" if len(summary.waiting) == 1 else "wait"
        parts.append(f"{len(summary.waiting)} {verb}: {_names(summary.waiting)}")
    if summary.unacked:
        parts.append(f"{summary.unacked} unacked")
    if summary.quiet:
        parts.append(f"{len(summary.quiet)} quiet: {_names(summary.quiet)}")
    parts += dict.fromkeys(
        f"delivery: {delivery.words}"
        for delivery in summary.deliveries
        if delivery.stuck or (delivery.held and not only_trouble)
    )
    return " · ".join(parts)


def _names(agents: Sequence[Agent]) -> str:
    shown = [
        text.cut(text.label(agent.name), _LONGEST_NAME) for agent in agents[:_NAMED]
    ]
    more = len(agents) - len(shown)
    return ", ".join([*shown, *([f"+{more}"] if more else [])])


def _for_tmux(line: str) -> str:
    """What tmux shows as `line`: it would take `#` for the beginning of a style or a format."""
    return line.replace("#", "##")


def _document(summary: Status) -> dict[str, Any]:
    return {
        "waiting": [_who(agent) for agent in summary.waiting],
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


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "session_id": delivery.session_id,
        "by": delivery.watcher,
        "pid": delivery.pid or None,
        "held": delivery.held,
    }
