"""What happened while the human was away, a line for each agent."""

from __future__ import annotations

from textual.content import Content

from cafleet_core import clock
from cafleet_core.broker.events import history
from cafleet_tui.model.absence import Absence, Change, Missed
from cafleet_tui.render.age import MINUTE, age, clock_time
from cafleet_tui.render.safe_text import label
from cafleet_tui.render.wrap import clip, shorten

MAX_ROWS = 10
_NAME = 16

_LOOKS = {
    Change.ASKS: ("!", "bold $warning"),
    Change.DIED: ("×", "$error"),
    Change.LIMITED: ("▤", "$warning"),
    Change.LEFT: ("–", "$text-muted"),
    Change.ASKED: ("?", "$text-muted"),
    Change.FINISHED: ("✓", "$success"),
}
_WORDS = {
    Change.ASKS: "asks since {at}",
    Change.DIED: "gone at {at}",
    Change.LIMITED: "hit its usage limit at {at}",
    Change.LEFT: "left at {at}",
    Change.ASKED: "asked, and was answered",
    Change.FINISHED: "finished at {at}",
}


def title(absence: Absence) -> Content:
    """Since when, and for how long, the human was away."""
    seconds = (clock.now() - clock.parse(absence.since)).total_seconds()
    ago = "just now" if seconds < MINUTE else f"{age(seconds)} ago"
    words = f"Since you were away · {clock_time(absence.since)}, {ago}"
    return Content.styled(words, "bold $primary")


def rows(absence: Absence, width: int, most: int) -> list[Content]:
    """At most `most` rows, and `MAX_ROWS`, of `width` cells; the last counts what is left out."""
    room = min(most, MAX_ROWS)
    kept = absence.missed[: room if _fits(absence, room) else max(0, room - 1)]
    drawn = [_row(each, width) for each in kept]
    left = len(absence.missed) - len(kept)
    if len(drawn) < room and (left or not absence.whole):
        drawn.append(
            Content.styled(clip(_rest(left, absence.whole), width), "$text-muted")
        )
    return drawn


def nothing(since: str) -> Content:
    """The notice that nothing has happened since a stamp."""
    return Content.styled(
        f"Nobody has finished, asked, died or hit a limit since {clock_time(since)}.",
        "$text-muted",
    )


def _fits(absence: Absence, room: int) -> bool:
    return len(absence.missed) + (not absence.whole) <= room


def _rest(left: int, whole: bool) -> str:
    more = [f"{left:,} more members"] if left else []
    return "… " + " · ".join(more + ([] if whole else ["earlier events not read"]))


def _row(missed: Missed, width: int) -> Content:
    sign, style = _LOOKS[missed.change]
    name = shorten(label(missed.name) or "?", _NAME).ljust(_NAME)
    words = _WORDS[missed.change].format(at=clock_time(missed.event.at))
    if missed.times > 1:
        words += f", {missed.times:,} times in all"
    asked = history.detail(missed.event).get("asked")
    if missed.change == Change.ASKS and asked:
        words += f": {label(str(asked))}"
    room = max(3, width - _NAME - 3)
    return Content.assemble((f"{sign} ", style), (name, "bold"), " ", clip(words, room))
