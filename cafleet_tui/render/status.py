"""The line of facts above the room, and the line of outcomes below the composer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content

from cafleet_core.records import PushResult, Sent, Session
from cafleet_core.text import cut, label
from cafleet_tui.attention import Standing
from cafleet_tui.render.age import age
from cafleet_tui.render.member import look, name

_GAP = "   "
_LONGEST_ERROR = 40


class Facts(NamedTuple):
    """What the status line tells; `trouble` is why a reader of the registry cannot go on.

    Of the `panes` looked for, `gone` are not there. `held` messages wait for theirs, the
    oldest for `held_for` seconds; `last_error` is the newest trouble, with its time.
    """

    session: Session
    agents: int
    unacked: int
    needing: tuple[Standing, ...]
    panes: int
    gone: int
    trouble: str | None
    time: str
    held: int = 0
    held_for: float = 0.0
    last_error: str = ""


def session_name(session: Session) -> str:
    """The session's label, or the beginning of its id."""
    return label(session.label or "") or session.session_id[:8]


def status_line(facts: Facts, width: int) -> Content:
    """One line of at most `width` cells; what matters least is left out first."""
    needs = _needs(facts.needing)
    lead = Content.assemble(
        ("  cafleet  ", "bold $primary"), (cut(session_name(facts.session), 24), "bold")
    )
    left = [lead, _counts(facts), *needs]
    right = [_health(facts), *_last_error(facts)]
    right.append(Content.styled(facts.time, "$text-muted"))
    while _length(left) + _length(right) + 3 > width:
        if len(right) > (1 if _troubled(facts) else 0):
            right.pop()
        elif len(left) > 1 + len(needs):
            left.pop(1)
        elif len(left) > 1 and left[0] is lead:
            left.pop(0)
        else:
            break
    return _spread(left, right, width)


def outcome_line(sent: Sent) -> Content:
    """What became of a message, recipient by recipient, in words."""
    results = [result for _, result in sent.deliveries]
    told = Content("  ").join(_outcome(result) for result in results[:3])
    if len(results) > 3:
        shown = sum(result.notified for result in results)
        told = Content(f"{shown} of {len(results)} on screen")
    return told


def notice(words: str, names: Sequence[str], sent: Sent, command: str) -> Content:
    """`words`, whom it reached and how, and the command that would have done the same."""
    people = ", ".join(cut(label(each), 20) for each in names)
    return Content.assemble(
        ("✓ ", "$success"),
        f"{words} {people}: ",
        outcome_line(sent),
        ("   $ ", "$text-muted"),
        (label(command), "$text-muted"),
    )


def warning(text: str) -> Content:
    """A failure in one line."""
    return Content.assemble(("! ", "bold $error"), (label(text), "$error"))


def _outcome(result: PushResult) -> Content:
    reason = f" ({label(result.reason)})" if result.reason else ""
    style = "$success" if result.notified else "$warning"
    return Content.styled(label(result.outcome) + reason, style)


def _counts(facts: Facts) -> Content:
    agents = f"{facts.agents} agent{'' if facts.agents == 1 else 's'}"
    style = "$foreground" if facts.unacked else "$text-muted"
    return Content.assemble(
        (agents + _GAP, "$text-muted"), (f"{facts.unacked} unacked", style)
    )


def _needs(needing: Sequence[Standing]) -> list[Content]:
    if not needing:
        return []
    glyph, _, style = look("waiting")
    first = cut(name(needing[0]), 16)
    if len(needing) == 1:
        return [Content.styled(f"{glyph} {first} needs you", style)]
    return [Content.styled(f"{glyph} {len(needing)} need you: {first} …", style)]


def _health(facts: Facts) -> Content:
    if facts.trouble:
        return warning(facts.trouble)
    if facts.session.deleted_at:
        return warning("this session is deleted; Ctrl+O opens another")
    if facts.panes and facts.gone == facts.panes:
        return Content.assemble(
            ("all panes gone: messages wait", "bold $warning"),
            (f"{_GAP}registry ok", "$text-muted"),
        )
    seen = "panes ok" if facts.panes else "no panes seen"
    return Content.assemble(
        _push(facts), (f"{_GAP}{seen}{_GAP}registry ok", "$text-muted")
    )


def _push(facts: Facts) -> tuple[str, str]:
    if not facts.held:
        return "push ok", "$text-muted"
    return f"{facts.held} held {age(facts.held_for)}", "bold $warning"


def _last_error(facts: Facts) -> list[Content]:
    """The trouble that is over; one that is not is told as it is."""
    if not facts.last_error or _troubled(facts):
        return []
    words = cut(label(facts.last_error), _LONGEST_ERROR)
    return [Content.styled(f"last error {words}", "$text-muted")]


def _troubled(facts: Facts) -> bool:
    return bool(facts.trouble or facts.session.deleted_at)


def _length(parts: Sequence[Content]) -> int:
    return sum(part.cell_length + len(_GAP) for part in parts)


def _spread(left: Sequence[Content], right: Sequence[Content], width: int) -> Content:
    start = Content(_GAP).join(left)
    end = Content(_GAP).join(right)
    space = max(1, width - start.cell_length - end.cell_length - 2)
    return Content.assemble(start, " " * space, end).truncate(width, ellipsis=True)
