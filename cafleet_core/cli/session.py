"""`cafleet session`: teams from bootstrap to deletion."""

from __future__ import annotations

import os

from cafleet_core import clock, ids, text
from cafleet_core.broker.directory import sessions
from cafleet_core.cli import output
from cafleet_core.cli.placement_document import placement_document
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.records import Agent, Session
    from cafleet_core.views import SessionSummary

NOT_IN_TMUX = "cafleet session create must be run inside a tmux session"


def create(run: Invocation, label: str | None, coding_agent: str | None) -> None:
    """Make a session; the pane that calls becomes its Director's."""
    from cafleet_core.panes.tmux import facts

    named = sessions.coding_agent_named(coding_agent, os.environ)
    here = facts.here(os.environ, NOT_IN_TMUX)
    made = sessions.create(run.registry, here, label, named)
    run.places_agents = True
    run.say(_created_text(made), _created_document(made))


def listing(run: Invocation, deleted_too: bool) -> None:
    """List the live sessions."""
    summaries = sessions.summaries(run.registry, deleted_too)
    run.say(
        _table(summaries) if summaries else "No sessions found.",
        [_summary_document(summary) for summary in summaries],
    )


def show(run: Invocation, reference: str | None) -> None:
    """Show one session, a deleted one too."""
    session = sessions.find(run.registry, _named(run, reference))
    lines = [
        f"session_id:       {ids.shown(session.session_id)}",
        f"label:            {text.label(session.label or '')}",
        f"created_at:       {clock.seconds(session.created_at)}",
        f"director:         {ids.shown(session.director_agent_id or '')}",
        f"administrator:    {ids.shown(session.administrator_agent_id or '')}",
    ]
    if session.deleted_at:
        lines.append(f"deleted_at:       {clock.seconds(session.deleted_at)}")
    run.say("\n".join(line.rstrip() for line in lines), session._asdict())


def delete(run: Invocation, reference: str | None, close_panes: bool) -> None:
    """Delete a session: its agents are deregistered, its messages stay.

    Panes stay open, and are named, unless --close-panes; the Director's always does, and
    so does one in which an agent of another session lives.
    """
    from cafleet_core.broker.team import delete_session

    run.expect_authority(sessions.find(run.registry, _named(run, reference)))
    own = os.environ.get("TMUX_PANE", "")
    end = delete_session.delete(
        run.registry, _named(run, reference), close_panes=close_panes, own_pane=own
    )
    session_id, closed, left = (
        end.deleted.session.session_id,
        _panes(end.closed),
        _panes(end.left),
    )
    if shared := _panes(end.shared):
        run.note("Agents of other sessions live in: " + ", ".join(shared))
    if closed:
        run.note("Panes closed: " + ", ".join(closed))
    if left:
        run.note("Panes left open: " + ", ".join(left))
    run.say(
        f"Deleted session {ids.shown(session_id)}. Deregistered {end.deleted.deregistered} agents.",
        {
            "session_id": session_id,
            "deregistered": end.deleted.deregistered,
            "panes": left,
            "closed": closed,
        },
    )
    output.flush()
    delete_session.close_last(run.registry, end)


def _named(run: Invocation, reference: str | None) -> str:
    """The session by argument, else by --session-id, never by the pane alone."""
    named = run.session_id if reference is None else reference
    if named is None:
        from click import UsageError  # `fast_lane` leaves such a line to click

        raise UsageError("Missing argument 'ID'.")
    return named


def _panes(agents: Sequence[Agent]) -> list[str]:
    return [
        f"{agent.placement.tmux_pane_id} {agent.name}"
        for agent in agents
        if agent.placement and agent.placement.tmux_pane_id
    ]


def _created_text(made: sessions.Created) -> str:
    session, director = made.session, made.director
    placement = director.placement
    pane = placement and ":".join(
        (placement.tmux_session, placement.tmux_window_id, placement.tmux_pane_id or "")
    )
    return "\n".join(
        (
            session.session_id,
            director.agent_id,
            f"label:            {text.label(session.label or '')}".rstrip(),
            f"created_at:       {clock.seconds(session.created_at)}",
            f"director_name:    {director.name}",
            f"pane:             {pane}",
            f"administrator:    {session.administrator_agent_id}",
        )
    )


def _created_document(made: sessions.Created) -> dict[str, Any]:
    session, director = made.session, made.director
    return {
        "session_id": session.session_id,
        "label": session.label,
        "created_at": session.created_at,
        "administrator_agent_id": session.administrator_agent_id,
        "director": {
            "agent_id": director.agent_id,
            "name": director.name,
            "description": director.description,
            "registered_at": director.registered_at,
            "placement": placement_document(director.placement),
        },
    }


def _table(summaries: list[SessionSummary]) -> str:
    header = ("session_id", "label", "agents", "unacked", "created_at")
    rows = [
        (
            ids.shown(summary.session.session_id),
            (summary.session.label or "")
            + (" (deleted)" if summary.session.deleted_at else ""),
            str(summary.active_agents),
            str(summary.unacked),
            clock.seconds(summary.session.created_at),
        )
        for summary in summaries
    ]
    return output.table(header, rows)


def _summary_document(summary: SessionSummary) -> dict[str, Any]:
    session: Session = summary.session
    document = session._asdict()
    return {
        **document,
        "agent_count": summary.active_agents,
        "unacked": summary.unacked,
        "last_activity": summary.last_activity,
    }
