"""`cafleet session resume`: a team started again after a reboot."""

from __future__ import annotations

from cafleet_core import ids, text
from cafleet_core.broker.directory import sessions
from cafleet_core.cli import output, refusals
from cafleet_core.cli.agent_start import readiness
from cafleet_core.errors import Ambiguous, Refused
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from cafleet_core.broker.team.resume_session import Resumption
    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.records import Session


def resume(run: Invocation, reference: str | None, dry_run: bool, fresh: bool) -> int:
    """Start a session's agents again whose programs are gone: the Director, then its members.

    Each keeps its id, name, mail and conversation; those that live are left alone. Without
    ID it is the only session that has lost its tmux server. Where one cannot be started the
    exit code is 1, and the same command tries it again.
    """
    from cafleet_core.broker.team import resume_session
    from cafleet_core.broker.team.restart_member import Restart

    session = _session(run, reference)
    run.expect_authority(session)
    run.places_agents = True
    do = resume_session.plan if dry_run else resume_session.resume
    documents = []
    for resumption in do(run.registry, session, Restart(fresh)):
        documents.append(_document(resumption))
        if not run.json:
            output.line(_line(resumption))
        if resumption.started and resumption.started.remark:
            run.note(f"{resumption.agent.name}: {resumption.started.remark}")
    if run.json:
        output.document({"session_id": session.session_id, "agents": documents})
    return int(any("error" in document for document in documents))


def _session(run: Invocation, reference: str | None) -> Session:
    """The session that is named, else the only one that has lost its tmux server."""
    from cafleet_core.broker.team import resume_session

    named = run.session_id if reference is None else reference
    if named is not None:
        return sessions.find(run.registry, named)
    lost = resume_session.lost(run.registry)
    if len(lost) == 1:
        return lost[0]
    if not lost:
        raise Refused("no session has lost its tmux server on this machine.")
    listed = ", ".join(
        f"{ids.shown(session.session_id)} {text.label(session.label or '')}".strip()
        for session in lost
    )
    raise Ambiguous(f"several sessions have lost their tmux server: {listed}.")


def _outcome(resumption: Resumption) -> str:
    if resumption.error is not None:
        return "failed"
    if resumption.started is not None:
        return "started"
    return "gone" if resumption.is_gone else "lives"


def _line(resumption: Resumption) -> str:
    agent, started = resumption.agent, resumption.started
    line = (
        f"{ids.shown(agent.agent_id)} {text.label(agent.name)} {_outcome(resumption)}"
    )
    if resumption.error is not None:
        return f"{line}: {resumption.error.message}"
    if started is None or started.agent.placement is None:
        return line
    return f"{line} pane={started.agent.placement.tmux_pane_id} {readiness(started)}"


def _document(resumption: Resumption) -> dict[str, Any]:
    agent, started = resumption.agent, resumption.started
    placed = started.agent.placement if started else None
    document: dict[str, Any] = {
        "agent_id": agent.agent_id,
        "name": agent.name,
        "outcome": _outcome(resumption),
        "tmux_pane_id": placed and placed.tmux_pane_id,
    }
    if resumption.error is not None:
        document["error"] = refusals.document(resumption.error)
    return document
