"""`cafleet status`: one line on how things stand, also for tmux's status line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from cafleet_core import clock, text
from cafleet_core.broker.delivery.deliverer import Delivery
from cafleet_core.broker.team import status as standing
from cafleet_core.broker.team.status import Status
from cafleet_core.cli.invocation import Command, Invocation, pass_invocation
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
    found = standing.status(
        run.registry, run.session_if_known(), run.settings.quiet_after, clock.now()
    )
    line = _line(found, only_trouble=tmux)
    run.say(_for_tmux(line) if tmux else line or "Nothing waits.", _document(found))


def _line(found: Status, *, only_trouble: bool) -> str:
    """The parts that are not empty: `2 wait: a, b · 5 unacked · 1 quiet: c · delivery: monitor`.

    Who delivers is told where mail is held; with `only_trouble` only where nobody does.
    """
    parts = []
    if found.waiting:
        verb = "waits" if len(found.waiting) == 1 else "wait"
        parts.append(f"{len(found.waiting)} {verb}: {_names(found.waiting)}")
    if found.unacked:
        parts.append(f"{found.unacked} unacked")
    if found.quiet:
        parts.append(f"{len(found.quiet)} quiet: {_names(found.quiet)}")
    parts += dict.fromkeys(
        f"delivery: {delivery.words}"
        for delivery in found.deliveries
        if delivery.stuck or (delivery.held and not only_trouble)
    )
    return " · ".join(parts)


def _names(agents: Sequence[Agent]) -> str:
    shown = [text.cut(text.label(one.name), _LONGEST_NAME) for one in agents[:_NAMED]]
    more = len(agents) - len(shown)
    return ", ".join([*shown, *([f"+{more}"] if more else [])])


def _for_tmux(line: str) -> str:
    """What tmux shows as `line`: it would take `#` for the beginning of a style or a format."""
    return line.replace("#", "##")


def _document(found: Status) -> dict[str, Any]:
    return {
        "waiting": [_who(one) for one in found.waiting],
        "unacked": found.unacked,
        "quiet": [_who(one) for one in found.quiet],
        "delivery": [_delivery(delivery) for delivery in found.deliveries],
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
