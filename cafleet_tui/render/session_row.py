"""Draw sessions as lines of the picker."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from cafleet_core import clock
from cafleet_core.views import Asking, SessionSummary
from cafleet_tui.render.age import age
from cafleet_tui.render.entry_detail import moment
from cafleet_tui.render.member import look
from cafleet_tui.render.safe_text import label
from cafleet_tui.render.status_line import session_name
from cafleet_tui.render.wrap import shorten

_FIGURES = 22
"""Cells for what is for the human, unacked, and the last activity."""

_AGENTS_FROM, _AGENTS = 64, 7
_PLACE_FROM, _PLACE = 100, 32
_CREATED_FROM, _CREATED = 130, 18
"""The width from which a column is shown, and its cells."""


def header(width: int) -> Content:
    """The names of the columns."""
    name, waits = _flexible(width)
    text = "session".ljust(name) + "needs you".ljust(waits)
    text += "for you".rjust(8) + "unacked".rjust(8) + "last".rjust(6)
    text += "agents".rjust(_AGENTS) if width >= _AGENTS_FROM else ""
    text += "  where".ljust(_PLACE) if width >= _PLACE_FROM else ""
    text += "created".rjust(_CREATED) if width >= _CREATED_FROM else ""
    return Content.styled(text, "$text-muted")


def row(summary: SessionSummary, width: int, at: datetime, folder: str = "") -> Content:
    """One session in `width` cells; its Director works in `folder`."""
    session, last = summary.session, summary.last_activity
    name, waits = _flexible(width)
    deleted = session.deleted_at is not None
    named = session_name(session) + ("  (deleted)" if deleted else "")
    parts = [
        (_fit(named, name), "$text-muted" if deleted else "bold"),
        _waiting(summary.waiting, waits, at),
        _figure(summary.mail, "bold $primary"),
        _figure(summary.team_unacked, ""),
        ((age(clock.age(last, at)) if last else "–").rjust(6), "$text-muted"),
    ]
    if width >= _AGENTS_FROM:
        parts.append((str(summary.team).rjust(_AGENTS), ""))
    if width >= _PLACE_FROM:
        where = "  " + shorten(place(summary, folder), _PLACE - 3)
        parts.append((_fit(where, _PLACE), "$text-muted"))
    if width >= _CREATED_FROM:
        created = moment(session.created_at)[:16]
        parts.append((created.rjust(_CREATED), "$text-muted"))
    return Content.assemble(*parts)


def place(summary: SessionSummary, folder: str) -> str:
    """The tmux session of the Director, and its folder, or the machine if it is another."""
    tmux_session, shown = label(summary.tmux_session), label(folder)
    home = os.path.expanduser("~")
    if shown == home or shown.startswith(home + os.sep):
        shown = "~" + shown[len(home) :]
    return " ".join(filter(None, (label(summary.host), tmux_session, shown)))


def fits(summary: SessionSummary, folder: str, words: str) -> bool:
    """Whether all of the words occur in what the picker tells of a session."""
    names = " ".join(label(each.agent.name) for each in summary.waiting)
    text = f"{session_name(summary.session)} {names} {place(summary, folder)}"
    return all(word in text.casefold() for word in words.casefold().split())


def _waiting(asked: Sequence[Asking], width: int, at: datetime) -> tuple[str, str]:
    """Who waits; where nobody looks, when that was stored."""
    if not asked:
        return "·".ljust(width), "$text-muted"
    watched = asked[0].watched
    shown, when = look("waiting"), "" if watched else f" {_seen(asked[0], at)}"
    style = shown.style if watched else "$text-muted"
    glyph = shown.glyph if watched else look("unknown").glyph
    names = [label(each.agent.name) for each in asked]
    who = _names(names, width - 3 - cell_len(when)) + when
    return _fit(f"{glyph} {who}", width), style


def _seen(asking: Asking, at: datetime) -> str:
    placement = asking.agent.placement
    since = placement and placement.pane_state_since
    return f"{age(clock.age(since, at))} ago" if since else "earlier"


def _names(names: Sequence[str], width: int) -> str:
    """As many names as fit, and how many more there are."""
    for count in range(len(names), 0, -1):
        more = f" +{len(names) - count}" if count < len(names) else ""
        listed = ", ".join(names[:count])
        if cell_len(listed + more) <= width:
            return listed + more
    return shorten(names[0], max(3, width - cell_len(more))) + more


def _figure(count: int, style: str) -> tuple[str, str]:
    return str(count or "·").rjust(8), style if count else "$text-muted"


def _flexible(width: int) -> tuple[int, int]:
    """The cells of the name, and of who waits."""
    rest = width - _FIGURES
    rest -= _AGENTS if width >= _AGENTS_FROM else 0
    rest -= _PLACE if width >= _PLACE_FROM else 0
    rest -= _CREATED if width >= _CREATED_FROM else 0
    name = max(8, min(28, rest * 9 // 20))
    return name, max(8, rest - name)


def _fit(text: str, width: int) -> str:
    if cell_len(text) > width - 1:
        text = set_cell_size(text, width - 2) + "…"
    return set_cell_size(text, width)
