"""An agent in full: what it is, where it lives, how active it was, what it wrote and got."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from textual.content import Content

from cafleet_core import clock
from cafleet_core.records import Delivery, Entry
from cafleet_core.text import cut, label, one_line
from cafleet_tui.attention import Standing
from cafleet_tui.render import status
from cafleet_tui.render.age import age
from cafleet_tui.render.entry import moment
from cafleet_tui.render.member import look, name

SPAN = 5 * 60
"""Seconds that one bar of the sparkline stands for."""

BARS = 24
"""How many bars it has."""

_LEVELS = " ▁▂▃▄▅▆▇█"
_LABEL = 13
_LONGEST_BODY = 120
_LONGEST_NAMES = 30


def heading(standing: Standing) -> Content:
    """Who it is, and what it is doing."""
    shown = look(standing.state)
    return Content.assemble(
        (name(standing), "bold $primary"),
        ("  " + label(standing.member.agent.kind), "$text-muted"),
        (f"  {shown.glyph} {shown.word}", shown.style),
    )


def identity(standing: Standing, at: datetime) -> Content:
    """Its description, ids and figures."""
    agent, activity = standing.member
    lines = [
        _fact("description", one_line(agent.description)),
        _fact("id", agent.agent_id),
    ]
    lines.append(_fact("registered", moment(agent.registered_at)))
    if agent.deregistered_at:
        lines.append(_fact("deregistered", moment(agent.deregistered_at)))
    lines.append(_fact("unacked", str(activity.unacked)))
    lines.append(_fact("unread", str(activity.unread)))
    for word, stamp in (
        ("last sent", activity.last_sent),
        ("last got", activity.last_recv),
        ("last acked", activity.last_ack),
        ("last act", activity.last_active),
    ):
        if stamp:
            ago = age(clock.age(stamp, at))
            lines.append(_fact(word, f"{moment(stamp)}  ({ago} ago)"))
    return Content("\n").join(lines)


def placement(standing: Standing) -> Content:
    """Where it lives, and how its state was read."""
    placed, view = standing.member.agent.placement, standing.view
    if placed is None:
        return Content.styled("It has no pane.", "$text-muted")
    where = (
        f"{placed.tmux_session} {placed.tmux_window_id} {placed.tmux_pane_id or '–'}"
    )
    lines = [
        _fact("coding agent", label(placed.coding_agent)),
        _fact("pane", f"{label(where)}  on {label(placed.host)}"),
    ]
    if view is not None:
        lines.append(
            _fact("state", f"{label(view.state)}, by its {label(view.source)}")
        )
        lines.append(_fact("because", one_line(view.reason)))
    return Content("\n").join(lines)


def mail(
    agent_id: str, inbox: Sequence[Entry], sent: Sequence[Entry], at: datetime
) -> Content:
    """Its activity, then the newest of what it got and of what it sent, the newest first."""
    bars = sparkline(acts(agent_id, inbox, sent), at)
    hours = SPAN * BARS // 3600
    activity = Content.assemble(
        ("activity".ljust(_LABEL), "$text-muted"),
        (bars, "$success"),
        (f"  the last {hours} hours", "$text-muted"),
    )
    lines = [activity, Content("")]
    lines += _listed("Inbox", [_received(agent_id, one) for one in reversed(inbox)])
    lines.append(Content(""))
    lines += _listed("Sent", [_sent(one) for one in reversed(sent)])
    return Content("\n").join(lines)


def unread(trouble: str) -> Content:
    """Why there is no mail to show."""
    return status.warning(f"Its mail cannot be read: {trouble}")


def acts(agent_id: str, inbox: Iterable[Entry], sent: Iterable[Entry]) -> list[str]:
    """The stamps of what the agent itself did: sent, read, acked."""
    mine = (_part(agent_id, entry) for entry in inbox)
    stamps = [stamp for one in mine if one for stamp in (one.read_at, one.acked_at)]
    return [one.created_at for one in sent] + [stamp for stamp in stamps if stamp]


def sparkline(stamps: Iterable[str], at: datetime) -> str:
    """A bar for each `SPAN`, the present one last, as high as there were acts in it."""
    counts = [0] * BARS
    for stamp in stamps:
        back = int(max(0, clock.age(stamp, at)) // SPAN)
        if back < BARS:
            counts[-1 - back] += 1
    most = max(counts) or 1
    return "".join(
        _LEVELS[-(-count * (len(_LEVELS) - 1) // most)] if count else "·"
        for count in counts
    )


def _listed(title: str, lines: Sequence[Content]) -> list[Content]:
    nothing = [Content.styled("  nothing yet", "$text-muted")]
    return [Content.styled(title, "bold $primary"), *(lines or nothing)]


def _received(agent_id: str, entry: Entry) -> Content:
    mine = _part(agent_id, entry)
    state = mine.state.replace("_", " ") if mine else ""
    return _line(entry, entry.sender_name, state)


def _sent(entry: Entry) -> Content:
    names = ", ".join(one.recipient_name for one in entry.deliveries)
    acked = sum(bool(one.acked_at) for one in entry.deliveries)
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
    own = [one for one in entry.deliveries if one.recipient_id == agent_id]
    return own[0] if own else None


def _fact(word: str, value: str) -> Content:
    return Content.assemble((word.ljust(_LABEL), "$text-muted"), value)
