"""The status line above the control room, and the outcome line below the composer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content

from cafleet_core.records import PushResult, Sent, Session
from cafleet_core.requests import StartResult
from cafleet_core.text import cut
from cafleet_tui.model.standing import Standing
from cafleet_tui.render.age import age
from cafleet_tui.render.member import look, name
from cafleet_tui.render.safe_text import label
from cafleet_tui.render.wrap import shorten

_GAP = "   "
_EDGE = 2
_LONGEST_ERROR = 40
_LONGEST_NAME = 16
_LONGEST_DELIVERER = 28


class _Part(NamedTuple):
    """A fact in words, and its weight: light parts are left out first.

    `longer` are ways to say more in the room that is left, the longest first.
    """

    content: Content
    weight: int
    longer: tuple[Content, ...] = ()


class Facts(NamedTuple):
    """The status line's facts; `trouble` is why the registry cannot be read.

    `mail` counts messages for the human, `elsewhere` who waits in other sessions. `gone` of the expected `panes` do not exist. `held`
    messages to `held_to` wait for their pane, the oldest for `held_for` seconds, and `held_by`
    tells who delivers them; `last_error` is the newest trouble, with its time.
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
    held_by: str = ""
    held_to: tuple[str, ...] = ()
    last_error: str = ""
    mail: int = 0
    elsewhere: int = 0


def session_name(session: Session) -> str:
    """The session's label, or the beginning of its id."""
    return label(session.label or "") or session.session_id[:8]


def status_line(facts: Facts, width: int) -> Content:
    """One line of at most `width` cells; the lightest parts are left out first."""
    left, right = _left(facts), _right(facts)
    while (wanted := left + right) and _length(left) + _length(right) + 1 > width:
        least = min(part.weight for part in wanted)
        if least == max(part.weight for part in wanted):
            break
        left = [part for part in left if part.weight > least]
        right = [part for part in right if part.weight > least]
    left, right = _said_longer(left, right, width)
    return _spread(left, right, width)


def _said_longer(
    left: Sequence[_Part], right: Sequence[_Part], width: int
) -> tuple[list[_Part], list[_Part]]:
    """The parts, each in the longest way for which there is room; the left ones come first."""
    spare = width - _length(left) - _length(right) - 1
    sides: tuple[list[_Part], list[_Part]] = ([], [])
    for side, parts in zip(sides, (left, right), strict=True):
        for part in parts:
            room = part.content.cell_length + spare
            fitting = (each for each in part.longer if each.cell_length <= room)
            content = next(fitting, part.content)
            spare = room - content.cell_length
            side.append(part._replace(content=content))
    return sides


def outcome_line(sent: Sent) -> Content:
    """The push outcome of a message for each recipient, in words."""
    results = [result for _, result in sent.deliveries]
    outcomes = Content("  ").join(_outcome(result) for result in results[:3])
    if len(results) > 3:
        shown = sum(result.notified for result in results)
        outcomes = Content(f"{shown} of {len(results)} on screen")
    return outcomes


def notice(words: str, names: Sequence[str], sent: Sent, command: str) -> Content:
    """`words`, the recipients with their push outcome, and the CLI equivalent."""
    people = ", ".join(shorten(label(each), 20) for each in names)
    return Content.assemble(
        ("✓ ", "$success"),
        f"{words} {people}: ",
        outcome_line(sent),
        cli_equivalent(command),
    )


def cli_equivalent(command: str) -> Content:
    """The CLI equivalent, to stand after an outcome."""
    return Content.assemble(("   $ ", "$text-muted"), (label(command), "$text-muted"))


def readiness(started: StartResult) -> str:
    """Whether a started agent is ready for input, otherwise its state."""
    return "ready" if started.ready else f"not ready yet ({label(started.state)})"


def warning(text: str) -> Content:
    """A failure in one line."""
    return Content.assemble(("! ", "bold $error"), (label(text), "$error"))


def _outcome(result: PushResult) -> Content:
    reason = f" ({label(result.reason)})" if result.reason else ""
    style = "$success" if result.notified else "$warning"
    return Content.styled(label(result.outcome) + reason, style)


def _left(facts: Facts) -> list[_Part]:
    agents = f"{facts.agents} agent{'' if facts.agents == 1 else 's'}"
    style = "$foreground" if facts.unacked else "$text-muted"
    parts = [
        _part("cafleet", "bold $primary", 50),
        _part(cut(session_name(facts.session), 24), "bold", 80),
        _part(agents, "$text-muted", 20),
        _part(f"{facts.unacked} unacked", style, 60),
    ]
    if facts.mail:
        parts.append(_part(f"{facts.mail} for you", "bold $primary", 75))
    if facts.needing:
        parts.append(_needs(facts.needing))
    if facts.elsewhere:
        shown = look("waiting")
        sign = "+" if facts.needing else f"{shown.glyph} "
        parts.append(_part(f"{sign}{facts.elsewhere} elsewhere", shown.style, 85))
    return parts


def _needs(needing: Sequence[Standing]) -> _Part:
    glyph, _, style = look("waiting")
    names = [shorten(name(standing), _LONGEST_NAME) for standing in needing]
    if len(names) == 1:
        return _part(f"{glyph} {names[0]} needs you", style, 90)
    few, *longer = _named(f"{glyph} {len(names)} need you: ", names)
    return _part(few, style, 90)._replace(
        longer=tuple(Content.styled(words, style) for words in reversed(longer))
    )


def _named(words: str, names: Sequence[str]) -> list[str]:
    """`words` with one name, with two, with all of them."""
    listed = [", ".join(names[:count]) for count in range(1, len(names) + 1)]
    return [
        f"{words}{each}{'' if count == len(names) else ' …'}"
        for count, each in enumerate(listed, 1)
    ]


def _right(facts: Facts) -> list[_Part]:
    time = _part(facts.time, "$text-muted", 40)
    if trouble := _trouble(facts):
        return [_Part(warning(trouble), 90), time]
    parts = [*_health(facts), time]
    if facts.last_error:
        words = cut(label(facts.last_error), _LONGEST_ERROR)
        parts.insert(-1, _part(f"last error {words}", "$text-muted", 10))
    return parts


def _trouble(facts: Facts) -> str | None:
    """The current trouble, or None; a past one is shown as `last_error`."""
    if facts.trouble is None and facts.session.deleted_at:
        return "this session is deleted; Ctrl+O opens another"
    return facts.trouble


def _health(facts: Facts) -> list[_Part]:
    well = _part("registry ok", "$text-muted", 30)
    if facts.panes and facts.gone == facts.panes:
        gone = _part("all panes gone: messages wait", "bold $warning", 85)
        return [gone, well]
    push = _part("push ok", "$text-muted", 30)
    if facts.held:
        held, style = f"{facts.held} held {age(facts.held_for)}", "bold $warning"
        names = [shorten(label(each), _LONGEST_NAME) for each in facts.held_to]
        longer = reversed(_named(f"{held}: ", names))
        push = _part(held, style, 70)._replace(
            longer=tuple(Content.styled(words, style) for words in longer)
        )
    parts = [push]
    if facts.held and facts.held_by:
        words = f"delivery: {cut(label(facts.held_by), _LONGEST_DELIVERER)}"
        parts.append(_part(words, "$text-muted", 35))
    seen = "panes ok" if facts.panes else "no panes seen"
    return [*parts, _part(seen, "$text-muted", 30), well]


def _part(text: str, style: str, weight: int) -> _Part:
    return _Part(Content.styled(text, style), weight)


def _length(parts: Sequence[_Part]) -> int:
    return sum(part.content.cell_length + len(_GAP) for part in parts)


def _spread(left: Sequence[_Part], right: Sequence[_Part], width: int) -> Content:
    start = Content(_GAP).join(part.content for part in left)
    end = Content(_GAP).join(part.content for part in right)
    space = max(len(_GAP), width - start.cell_length - end.cell_length - 2 * _EDGE)
    edge = " " * _EDGE
    return Content.assemble(edge, start, " " * space, end).truncate(
        width, ellipsis=True
    )
