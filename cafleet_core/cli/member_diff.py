"""`cafleet member diff`: what a member has changed."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.broker.team import roster
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import Verb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.worktrees.changes import ChangedFile, Changes


def diff(run: Invocation, member_id: str, stat: bool) -> None:
    """Show what a member has changed, committed or not, new files among it.

    In its worktree that is against its base; without one, in the folder of its pane,
    against HEAD. Files that are huge, binary or too many are named, and not shown.
    """
    from cafleet_core.broker.team import elsewhere

    agent = roster.find(run.registry, caller := run.caller(), member_id)
    seen: Changes = elsewhere.do(run.registry, caller, agent, Verb.DIFF, stat=stat)
    document = {
        "member_agent_id": agent.agent_id,
        **seen._asdict(),
        "files": [each._asdict() for each in seen.files],
    }
    run.say("\n".join(_lines(seen, stat=stat)), document)


def _lines(seen: Changes, *, stat: bool) -> Iterator[str]:
    if not seen.files:
        yield f"Nothing has changed in {seen.folder} since {seen.since[:8]}."
    if not stat and seen.patch:
        yield seen.patch.rstrip("\n")
    for each in seen.files:
        if stat or not each.shown:
            yield f" {text.one_line(each.path)} | {_counts(each)}"
    if seen.more:
        yield f" and {seen.more} more files"


def _counts(each: ChangedFile) -> str:
    new = "new, " if each.untracked else ""
    if each.added is None or each.removed is None:
        return f"{new}not shown"
    return f"{new}+{each.added} -{each.removed}"
