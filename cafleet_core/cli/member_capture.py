"""`cafleet member capture` and `scan`: the last lines of one member's pane, or of all."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.broker.team import roster
from cafleet_core.cli import output
from cafleet_core.errors import InvalidInput
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import AgentKind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from typing import Any

    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.broker.team.scan import Capture
    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.records import Agent

    Known = Collection[tuple[str, str]]
    """Digests that the caller has seen, each behind its agent's name or id, or nothing."""

_QUOTED = "> "
"""Precedes a line of a screen that looks like the head of another one."""

_SHORTEST_DIGEST = 8
_DIGEST_SHOWN = 16
_DIGITS = frozenset("0123456789abcdef")
_UNCHANGED = "unchanged"


def capture(
    run: Invocation,
    member_id: str,
    lines: int,
    ansi: bool,
    unchanged_since: tuple[str, ...],
) -> None:
    """Print the last lines of a member's pane.

    With --json also when they were taken and their digest, `content_sha256`. With
    --unchanged-since and that, or its first 8 digits or more, only whether they are the same.
    """
    known = _known(unchanged_since)
    agent = roster.find(run.registry, caller := run.caller(), member_id)
    [taken] = _taken(run, caller, [agent], lines, ansi)
    if taken.error:
        raise taken.error
    document = _document(taken, known)
    shown = document.get("content", _UNCHANGED)
    _print([shown] if shown else [], ansi, run, document)


def scan(
    run: Invocation, lines: int, ansi: bool, unchanged_since: tuple[str, ...]
) -> None:
    """Print the last lines of your own pane and of every member's; as the Administrator, of all.

    Each has its time and its digest above it. With --unchanged-since and a digest, or NAME=
    and that member's, a pane that still shows the same is told to be unchanged, and no more.
    """
    known, caller = _known(unchanged_since), run.caller()
    members = [member.agent for member in roster.team(run.registry, caller)]
    own = _own(run, caller)
    taken = _taken(run, caller, [*own, *members], lines, ansi)
    documents = [
        {
            "name": each.agent.name,
            **_document(each, known),
            "error": each.error and each.error.message,
        }
        for each in taken
    ]
    _print([_section(document) for document in documents], ansi, run, documents)


def _own(run: Invocation, caller: Caller) -> list[Agent]:
    """The caller with its pane; for the Administrator, who has none, the Director."""
    if caller.agent.kind != AgentKind.ADMINISTRATOR:
        return [caller.agent] if caller.agent.placement else []
    from cafleet_core.broker.directory import identity

    director_id = caller.session.director_agent_id
    if director_id is None:
        return []
    return [identity.find_agent(run.registry, caller.session.session_id, director_id)]


def _taken(
    run: Invocation, caller: Caller, agents: Sequence[Agent], lines: int, ansi: bool
) -> list[Capture]:
    """The captures, which are recorded."""
    from cafleet_core.broker.team import scan
    from cafleet_core.broker.team.capture import record

    taken = scan.scan(run.registry, caller, agents, lines, ansi)
    captured = [each.agent for each in taken if each.error is None]
    record(run.registry, caller, captured, run.interface)
    return taken


def _known(given: Collection[str]) -> Known:
    known = []
    for each in given:
        name, _, digest = each.rpartition("=")
        digest = digest.lower()
        if len(digest) < _SHORTEST_DIGEST or not _DIGITS.issuperset(digest):
            raise InvalidInput(
                f"--unchanged-since '{text.one_line(each)}' is no digest, nor NAME= and one."
            )
        known.append((name, digest))
    return known


def _document(taken: Capture, known: Known) -> dict[str, Any]:
    agent = taken.agent
    document: dict[str, Any] = {
        "member_agent_id": agent.agent_id,
        "pane_id": agent.placement and agent.placement.tmux_pane_id,
    }
    if taken.error:
        return document
    digest = taken.digest
    unchanged = any(
        digest.startswith(seen) and _is(agent, name) for name, seen in known
    )
    shown = {} if unchanged else {"content": taken.content}
    return {
        **document,
        "lines": len(taken.lines),
        **shown,
        "captured_at": taken.at,
        "content_sha256": digest,
        "unchanged": unchanged,
    }


def _is(agent: Agent, name: str) -> bool:
    return not name or name == agent.agent_id or text.same_name(name, agent.name)


def _section(document: dict[str, Any]) -> str:
    marks = [text.label(document["name"]), document["member_agent_id"]]
    if document["error"]:
        marks.append("not captured")
    else:
        digest = document["content_sha256"][:_DIGEST_SHOWN]
        marks += [document["captured_at"], digest]
    shown: str = document["error"] or document.get("content", _UNCHANGED)
    lines = [
        _QUOTED + line if line.startswith("===") else line for line in shown.split("\n")
    ]
    return "\n".join((f"=== {' '.join(marks)} ===", *lines))


def _print(parts: Sequence[str], ansi: bool, run: Invocation, document: Any) -> None:
    """Print screens, with a mark on every line that looks like the head of a message."""
    if run.json:
        run.say("", document)
    elif parts:
        shown = "\n\n".join(parts)
        if ansi:
            output.raw(shown)
        else:
            output.line(text.quoting_heads(shown))
