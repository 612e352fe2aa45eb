"""The queue of questions: who asks, since when, what, and the answers with their keys."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from cafleet_core.records import Question
from cafleet_core.text import label
from cafleet_tui.attention import Standing
from cafleet_tui.render.acts import asked
from cafleet_tui.render.age import age
from cafleet_tui.render.member import name


def queue(asking: Sequence[Standing], marked: int) -> Content:
    """Every question with its answers; the marked one is bright."""
    if not asking:
        return Content.styled("Nobody waits for an answer.", "$text-muted")
    parts = [
        _one(standing, standing.question, number == marked)
        for number, standing in enumerate(asking)
    ]
    return Content("\n\n").join(parts)


def _one(standing: Standing, question: Question | None, marked: bool) -> Content:
    silent = "" if standing.silent is None else f"  quiet for {age(standing.silent)}"
    head = Content.assemble(
        ("▌ " if marked else "  ", "bold $warning"),
        (name(standing), "bold $warning" if marked else "bold"),
        (silent, "$text-muted"),
    )
    if question is None:
        why = "  It asks something that has no numbered answers; go to its pane (g)."
        return Content("\n").join([head, Content.styled(why, "$text-muted")])
    lines = [head, Content.assemble("  ", asked(question))]
    for option in question.options:
        key = "bold $primary" if marked else "$text-muted"
        lines.append(Content.assemble((f"  {option.digit} ", key), label(option.label)))
    return Content("\n").join(lines)
