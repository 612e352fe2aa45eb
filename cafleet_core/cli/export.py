"""`cafleet session export`: what happened in a session, as one document to hand on."""

from __future__ import annotations

from cafleet_core import clock, text
from cafleet_core.broker.directory import sessions
from cafleet_core.broker.events import history, report
from cafleet_core.cli import (
    enclosures,
    envelope,
    event,
    export_html,
    export_markdown,
    output,
)
from cafleet_core.cli.export_lines import Line
from cafleet_core.errors import CallerUnknown
from cafleet_core.event_rules import message
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import EventKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cafleet_core.broker.events.report import Item
    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.records import Agent, Session

_LEFT_OUT = frozenset(
    (EventKind.PUSHED, EventKind.SUBMITTED, EventKind.READ, EventKind.DELIVERY_STARTED)
)
"""What a reader of a report need not know; programs get it all."""


def export(run: Invocation, reference: str | None, form: str) -> None:
    """Write down who took part, what was said, asked and answered, and what screens showed.

    One document on standard output: `> report.html`. As `jsonl` it is every event with all that
    is kept of it; with --json it always is.
    """
    if reference is None and run.session_id is None:
        reference = run.session().session_id
    named = reference or run.session_id
    if named is None:
        raise CallerUnknown("name a session.")
    run.read_only = True  # it only looks
    session = sessions.find(run.registry, named)
    team = report.agents(run.registry, session.session_id)
    items = report.items(run.registry, session.session_id)
    if form == "jsonl" or run.json:
        _print_documents(session, team, items)
        return
    writer = export_html if form == "html" else export_markdown
    lines = (line for item in items if (line := _line(item)) is not None)
    for part in writer.document(session, team, lines):
        output.line(part)


def _print_documents(
    session: Session, team: list[Agent], items: Iterator[Item]
) -> None:
    agents = [agent._replace(placement=None)._asdict() for agent in team]
    output.document({"session": session._asdict(), "agents": agents})
    for item in items:
        sent = item.entry and envelope.entry_document(
            item.entry, 0, full=True, enclosed=enclosures.of_entry(item.entry)
        )
        output.document(
            {
                "event": event.document(item.event),
                "message": sent,
                "screen": item.screen,
            }
        )


def _line(item: Item) -> Line | None:
    """What people are told of an event; None for what is left out."""
    happened = item.event
    if happened.kind in _LEFT_OUT:
        return None
    detail = history.detail(happened)
    who = text.label(happened.agent_name or (happened.agent_id or "cafleet")[:8])
    what, body = message.words(happened, detail), ""
    if happened.kind == EventKind.ANSWERED:
        via = detail.get("interface", "")
        what += f" (by {detail.get('by_name', 'somebody')}{via and f', {via}'})"
    if item.entry is not None:
        names = ", ".join(each.recipient_name for each in item.entry.deliveries)
        enclosed = enclosures.of_entry(item.entry)
        files = [enclosures.line(seen) for seen in enclosed.files]
        what = f"to {names}{' with ' if files else ''}{', '.join(files)}"
        body = item.entry.text
    elif happened.kind == EventKind.ASKED:
        what, _, body = what.partition("\n")
    return Line(
        clock.parse(happened.at).astimezone().strftime("%Y-%m-%d %H:%M:%S"),
        who,
        text.label(what),
        text.sanitise(body),
        item.screen,
    )
