"""Draw members: a cell of the strip, the title of a screen, and what rows are made of."""

from __future__ import annotations

from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content

from cafleet_core import clock
from cafleet_core.file_use import SharedFile
from cafleet_core.states import AgentKind
from cafleet_core.views import PULSE_MINUTES
from cafleet_tui.model.standing import Ranks, Standing
from cafleet_tui.render.age import age
from cafleet_tui.render.safe_text import label, one_line
from cafleet_tui.render.sparkline import sparkline
from cafleet_tui.render.wrap import shorten

_AGE = 4
_COUNT = 2
_BARS = 12

Shown = tuple[Standing, str | None]
"""A standing without the time since its last act, and that time as it is written, if it has one."""

Styled = tuple[str, str]
"""A text and its style."""


class Look(NamedTuple):
    """A state's glyph, word and style; colour is never the only sign."""

    glyph: str
    word: str
    style: str


LOOKS = {
    "waiting": Look("!", "waiting", "bold $warning"),
    "dead": Look("×", "pane gone", "$error"),
    "shell": Look("$", "at shell", "$error"),
    "limit": Look("▤", "at limit", "$warning"),
    "failed": Look("‼", "refused", "$error"),
    "suspended": Look("‖", "suspended", "$warning"),
    "quiet": Look("◐", "quiet", "$warning"),
    "busy": Look("●", "busy", "$success"),
    "idle": Look("○", "idle", "$text-muted"),
    "draft": Look("◇", "draft", "$secondary"),
    "starting": Look("◌", "starting", "$secondary"),
    "you": Look("✎", "you", "$text-muted"),
    "no pane": Look("·", "no pane", "$text-muted"),
    "gone": Look("–", "gone", "$text-muted"),
}
"""The look of each state; a state not listed is unknown."""

PIN = "▴"
"""Between the sign and the name of an agent that is pinned on top."""

SHARES = "⇄"
"""The sign of an agent that edits a file which another edits or has claimed."""

UNKNOWN = Look("?", "unknown", "$text-muted")


def look(state: str) -> Look:
    """The look of `state`."""
    return LOOKS.get(state, UNKNOWN)


def name(standing: Standing) -> str:
    """The agent's name on one line, without control characters."""
    return label(standing.member.agent.name) or "?"


def marked_name(standing: Standing) -> str:
    """The agent's name, with a sign if another agent is at one of its files."""
    return f"{name(standing)} {SHARES}" if standing.facts.files else name(standing)


def shared_file(file: SharedFile) -> str:
    """A file that others use, too, with their names."""
    others = ", ".join(map(label, file.others))
    return f"{one_line(file.path)} with {others}"


def state(standing: Standing) -> str:
    """The agent's state in words, a limit with its end if known."""
    reading = standing.reading
    if standing.state != "limit" or reading is None or reading.until is None:
        return look(standing.state).word
    return f"limit {clock.local_end(reading.until, clock.now())}"


def cell(standing: Standing, width: int, *, pinned: bool = False) -> Content:
    """The short form for a strip: glyph, name, last act; state and unacked if they fit.

    The glyph tells the state as well, so the name gets the place of the word.
    """
    shown = look(standing.state)
    count = _right(unacked(standing), _COUNT)
    since = _right(idle(standing), _AGE + 1)
    written = marked_name(standing)
    left = width - 2 - cell_len(written) - len(since[0])
    word = f" {shown.word}" if len(shown.word) < left else ""
    with_count = len(word) + len(count[0]) <= left
    figures = [count, since] if with_count else [since]
    written = shorten(written, max(3, width - 2 - len(since[0])))
    gap = width - 2 - cell_len(written) - len(word) - sum(len(f) for f, _ in figures)
    return Content.assemble(
        *glyph(standing, shown, pinned=pinned, starred=bool(word)),
        (written, name_style(standing)),
        (word, shown.style),
        (" " * gap, ""),
        *figures,
    )


def folded(count: int, unfolded: bool) -> Content:
    """The line that stands for the deregistered agents."""
    return Content.styled(
        f"{'▾' if unfolded else '▸'} {count} deregistered", "$text-muted"
    )


def screen_title(standing: Standing) -> Content:
    """The title of a screen: agent, coding agent and pane; of a kept one since when it is so."""
    reading = standing.reading
    kept = (
        f"  kept {clock.local_time(reading.kept_at)}"
        if reading and reading.kept_at
        else ""
    )
    files = standing.facts.files
    return Content.assemble(
        (name(standing), "bold"),
        (f"  {coding_agent(standing)}  {pane(standing)}".rstrip(), "$text-muted"),
        (kept, "$warning"),
        *((f"  {SHARES} {shared_file(file)}", "$warning") for file in files[:1]),
    )


def screen_state(standing: Standing) -> Content:
    """The agent's activity in the last hour, and its state; of one that has ended, why."""
    shown = look(standing.state)
    if standing.state == "dead" and standing.reading is not None:
        why = f"{shown.glyph} {label(standing.reading.evidence)}"
        return Content.styled(why, shown.style)
    words = Content.styled(f"{shown.glyph} {state(standing)}", shown.style)
    if not any(standing.pulse):
        return words
    bars = sparkline(standing.pulse, _BARS)
    return Content.assemble(bars, (f" {PULSE_MINUTES}m  ", "$text-muted"), words)


def glyph(
    standing: Standing, shown: Look, *, pinned: bool, starred: bool = True
) -> tuple[Styled, ...]:
    """The sign of its state, that of a Director in no need a star; and a pin, or a blank."""
    director = standing.member.agent.kind == AgentKind.DIRECTOR
    needy = standing.state in ("waiting", "dead", "shell")
    sign = "★" if starred and director and not needy else shown.glyph
    if pinned:
        return (sign, shown.style), (PIN, "$primary")
    return ((f"{sign} ", shown.style),)


def name_style(standing: Standing) -> str:
    """The style of its name."""
    if standing.state == "waiting":
        return "bold $warning"
    if standing.facts.files:
        return "$warning"
    return "$text-muted" if standing.state in ("gone", "you") else "$foreground"


def unacked(standing: Standing, *, with_unread: bool = False) -> Styled:
    """Its unacked messages, with `!` if one is overdue, preceded by the unread ones if so wanted."""
    activity = standing.member.activity
    most = 9 if standing.overdue else 99
    count = str(min(activity.unacked, most)) if activity.unacked else "·"
    if with_unread and activity.unacked:
        count = f"{min(activity.unread, most)}/{count}"
    if standing.since_act is None and not activity.unacked:
        count = ""
    if standing.overdue:
        count += "!"
    return count, _count_style(standing)


def idle(standing: Standing) -> Styled:
    """The time since its last act."""
    since = "" if standing.since_act is None else age(standing.since_act)
    return since, _age_style(standing)


def _count_style(standing: Standing) -> str:
    if standing.overdue:
        return "bold $warning"
    return "bold $foreground" if standing.member.activity.unacked else "$text-muted"


def _age_style(standing: Standing) -> str:
    return "$warning" if standing.state in ("waiting", "quiet") else "$text-muted"


def coding_agent(standing: Standing) -> str:
    """The coding agent in the agent's pane; empty without a pane."""
    placement = standing.member.agent.placement
    return label(placement.coding_agent) if placement else ""


def pane(standing: Standing) -> str:
    """The agent's pane by its id; empty without one."""
    placement = standing.member.agent.placement
    return label((placement.tmux_pane_id or "") if placement else "")


def _right(text: Styled, width: int) -> Styled:
    return text[0].rjust(width), text[1]


def shown(ranks: Ranks) -> list[Shown]:
    """All that the rows or cells of these standings depend on: equal ones look the same."""
    return [
        (standing._replace(since_act=None), _written(standing.since_act))
        for standing in (*ranks.team, *ranks.heads, *ranks.gone)
    ]


def _written(since: float | None) -> str | None:
    return None if since is None else age(since)
