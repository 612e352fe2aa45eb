"""An agent in full: identity, placement, activity and mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content

from cafleet_core import clock, host
from cafleet_core.text import cut
from cafleet_core.views import PULSE_MINUTES, Delivery, Entry
from cafleet_core.worktrees.view import TreeView
from cafleet_tui.model.standing import Standing
from cafleet_tui.render import status_line
from cafleet_tui.render.age import age
from cafleet_tui.render.entry_detail import fact, moment
from cafleet_tui.render.member import look, name, shared_file, state
from cafleet_tui.render.safe_text import label, one_line
from cafleet_tui.render.sparkline import sparkline

_BARS = 30
_LONGEST_BODY = 120
_LONGEST_NAMES = 30
_ON_ANOTHER = "  on another machine"


def heading(standing: Standing) -> Content:
    """The agent's name and state."""
    shown = look(standing.state)
    return Content.assemble(
        (name(standing), "bold $primary"),
        ("  " + label(standing.member.agent.kind), "$text-muted"),
        (f"  {shown.glyph} {state(standing)}", shown.style),
    )


def identity(standing: Standing, at: datetime) -> Content:
    """The agent's description, ids and figures."""
    agent, activity = standing.member
    lines = [
        fact("description", one_line(agent.description)),
        fact("id", agent.agent_id),
    ]
    if agent.note:
        lines.append(fact("note", one_line(agent.note)))
    lines.append(fact("registered", moment(agent.registered_at)))
    if agent.deregistered_at:
        lines.append(fact("deregistered", moment(agent.deregistered_at)))
    lines.append(fact("unacked", str(activity.unacked)))
    lines.append(fact("unread", str(activity.unread)))
    for file in standing.facts.files:
        lines.append(fact("shared file", shared_file(file)))
    for word, stamp in (
        ("last sent", activity.last_sent),
        ("last got", activity.last_recv),
        ("last acked", activity.last_ack),
        ("last act", activity.last_active),
    ):
        if stamp:
            ago = age(clock.age(stamp, at))
            lines.append(fact(word, f"{moment(stamp)}  ({ago} ago)"))
    return Content("\n").join(lines)


def placement(standing: Standing) -> Content:
    """The agent's pane, and the source of its state."""
    placed, reading = standing.member.agent.placement, standing.reading
    if placed is None:
        return Content.styled("It has no pane.", "$text-muted")
    where = (
        f"{placed.tmux_session} {placed.tmux_window_id} {placed.tmux_pane_id or '–'}"
    )
    elsewhere = placed.host != host.host_id()
    lines = [
        fact("coding agent", label(placed.coding_agent)),
        fact("pane", label(where) + (_ON_ANOTHER if elsewhere else "")),
    ]
    if reading is not None:
        lines.append(
            fact("state", f"{label(reading.state)}, by its {label(reading.source)}")
        )
        if reading.until is not None:
            lines.append(fact("until", clock.local_end(reading.until, clock.now())))
        lines.append(fact("because", one_line(reading.evidence)))
    return Content("\n").join(lines)


def worktree(view: TreeView) -> Content:
    """The agent's git worktree: branch, lines, commits, and where it is."""
    shown = one_line(view.summary)
    if view.facts is not None and view.facts.branch != view.tree.branch:
        shown += f"  now on {label(view.facts.branch) or 'no branch'}"
    base = f"  from {label(view.tree.base_name)}"
    return Content("\n").join(
        [fact("branch", shown + base), fact("worktree", one_line(view.path))]
    )


def activity(standing: Standing) -> Content:
    """The agent's acts in the last minutes: sends, reads and acks."""
    acts = sum(standing.pulse)
    figure = f"  {acts} act{'' if acts == 1 else 's'} in {PULSE_MINUTES} minutes"
    return Content.assemble(
        fact("activity", ""),
        sparkline(standing.pulse, _BARS),
        (figure, "$text-muted"),
    )


def mail(agent_id: str, inbox: Sequence[Entry], sent: Sequence[Entry]) -> Content:
    """The agent's newest received and sent messages, newest first."""
    lines = _listed("Inbox", [_received(agent_id, entry) for entry in reversed(inbox)])
    lines.append(Content(""))
    lines += _listed("Sent", [_sent(entry) for entry in reversed(sent)])
    return Content("\n").join(lines)


def unread(trouble: str) -> Content:
    """Why there is no mail to show."""
    return status_line.warning(f"Its mail cannot be read: {trouble}")


def _listed(title: str, lines: Sequence[Content]) -> list[Content]:
    nothing = [Content.styled("  nothing yet", "$text-muted")]
    return [Content.styled(title, "bold $primary"), *(lines or nothing)]


def _received(agent_id: str, entry: Entry) -> Content:
    mine = _part(agent_id, entry)
    state = mine.state.replace("_", " ") if mine else ""
    return _line(entry, entry.sender_name, state)


def _sent(entry: Entry) -> Content:
    names = ", ".join(delivery.recipient_name for delivery in entry.deliveries)
    acked = sum(bool(delivery.acked_at) for delivery in entry.deliveries)
    to = "everyone" if entry.broadcast else names
    return _line(entry, "→ " + to, f"{acked} of {len(entry.deliveries)} acked")


def _line(entry: Entry, who: str, state: str) -> Content:
    return Content.assemble(
        ("  " + moment(entry.created_at)[5:16] + "  ", "$text-muted"),
        (cut(label(who), _LONGEST_NAMES), "bold"),
        ("  " + label(state) + "  ", "$secondary"),
        cut(label(entry.text), _LONGEST_BODY),
    )


def _part(agent_id: str, entry: Entry) -> Delivery | None:
    own = [
        delivery for delivery in entry.deliveries if delivery.recipient_id == agent_id
    ]
    return own[0] if own else None
