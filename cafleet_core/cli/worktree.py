"""`cafleet worktree`: the members' git worktrees, and their end."""

from __future__ import annotations

from cafleet_core import ids, text
from cafleet_core.cli import output
from cafleet_core.cli.worktree_document import worktree_document
from cafleet_core.errors import InvalidInput
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from cafleet_core.broker.team.finish_tree import Finished, Left
    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.worktrees.view import TreeView

_COLUMNS = ("agent_id", "name", "branch", "base", "lines", "commits", "files", "path")


def listing(run: Invocation) -> None:
    """List the worktrees that were made for members and are not finished."""
    from cafleet_core.broker.team import trees

    views = trees.of_session(run.registry, run.session().session_id)
    table = output.table(_COLUMNS, [_row(view) for view in views])
    run.say(
        table if views else "0 worktrees.", [worktree_document(view) for view in views]
    )


def finish(run: Invocation, tree: str, merge: bool, keep: bool) -> None:
    """Remove a member's worktree, once nothing would be lost with it.

    TREE is a member's name or id, or a branch. Its branch goes if it is merged, and stays
    if it is pushed. --merge merges it into its base first, --keep keeps it as it is. What
    is in no commit, or works there, is listed, and the tree stays.
    """
    from cafleet_core.broker.team import finish_tree
    from cafleet_core.broker.team.finish_tree import Ending

    if merge and keep:
        raise InvalidInput("give --merge or --keep, not both.")
    session = run.session()
    run.expect_authority(session)
    ending = Ending.MERGE if merge else Ending.KEEP if keep else Ending.AS_IS
    wanted = finish_tree.find(run.registry, session.session_id, tree)
    done = finish_tree.finish(run.registry, wanted, ending)
    run.say(_told(done), _document(done))


def prune(run: Invocation) -> None:
    """Finish every worktree whose member has left, and with which nothing would be lost."""
    from cafleet_core.broker.team import finish_tree

    session = run.session()
    run.expect_authority(session)
    finished, left = finish_tree.prune(run.registry, session.session_id)
    lines = [*map(_told, finished), *map(_left, left)]
    run.say(
        "\n".join(lines) or "0 worktrees to finish.",
        {
            "finished": [_document(done) for done in finished],
            "left": [_left_document(each) for each in left],
        },
    )


def _row(view: TreeView) -> tuple[str, ...]:
    tree = view.tree
    return (
        ids.shown(tree.agent_id),
        text.label(tree.agent_name) + ("" if view.serves else " (left)"),
        text.label(tree.branch),
        text.label(tree.base_name),
        view.lines,
        view.commits,
        view.work,
        text.one_line(view.path),
    )


def _told(done: Finished) -> str:
    branch = text.label(done.tree.branch)
    what = (
        f"{branch} stays" if done.branch_kept else f"{branch} was merged and is deleted"
    )
    removed = f"Worktree of {text.label(done.tree.agent_name)} removed; {what}."
    return removed + "".join(f"\n  kept besides: {ref}" for ref in done.kept)


def _document(done: Finished) -> dict[str, Any]:
    return {
        "agent_id": done.tree.agent_id,
        "name": done.tree.agent_name,
        "branch": done.tree.branch,
        "branch_kept": done.branch_kept,
        "kept_refs": list(done.kept),
    }


def _left(left: Left) -> str:
    return f"Left {text.label(left.tree.branch)}: {left.error.message}"


def _left_document(left: Left) -> dict[str, Any]:
    losses = getattr(left.error, "losses", ())
    return {
        "agent_id": left.tree.agent_id,
        "name": left.tree.agent_name,
        "branch": left.tree.branch,
        "message": left.error.message.partition("\n")[0],
        "losses": [{"kind": str(loss.kind), "what": loss.words} for loss in losses],
    }
