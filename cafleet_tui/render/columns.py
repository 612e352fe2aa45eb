"""Draw the columns of the list of members, to be chosen from."""

from __future__ import annotations

from textual.content import Content

from cafleet_tui.model.columns import Column

TITLE = Content("Columns of the members")

_MEANINGS = {
    Column.STATE: "what it is doing, in a word",
    Column.KIND: "its coding agent",
    Column.ACTIVITY: "bars of what it did in the last hour",
    Column.UNACKED: "messages it has not acked; before them those it has not read",
    Column.IDLE: "the time since it did something itself",
    Column.CONTEXT: "how full its context is",
    Column.COST: "what its conversation has cost; ~ is an estimate",
    Column.BRANCH: "the branch of its worktree",
    Column.CHANGES: "lines added and removed in its worktree, some seconds ago",
    Column.FOLDER: "the folder in which it was started",
    Column.HOST: "the machine it is on",
    Column.NOTE: "what you have noted of it",
    Column.TASK: "how the oldest message begins that it has not acked",
    Column.LAST: "how the message begins that it sent last",
}

_NAME = 10


def row(column: Column, place: int | None) -> Content:
    """One column: its place among those that are shown, if it has one, and what it tells."""
    sign = ("  ", "") if place is None else ("✓ ", "$success")
    style = "$text-muted" if place is None else "bold"
    return Content.assemble(
        sign, (column.ljust(_NAME), style), (_MEANINGS[column], "$text-muted")
    )


def kept(columns: tuple[Column, ...]) -> Content:
    """What was written."""
    words = " ".join(columns) or "names alone"
    return Content.styled(f"✓ {words}", "$success")
