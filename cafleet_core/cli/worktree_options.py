"""The options of `cafleet worktree`: see `command_table`."""

from __future__ import annotations

from cafleet_core.cli.options import Argument, Command, flag

COMMANDS = {
    "worktree list": Command("worktree.listing"),
    "worktree finish": Command(
        "worktree.finish",
        (
            flag("--merge", "merge", "Merge its branch into its base first."),
            flag("--keep", "keep", "Keep its branch, merged or not."),
        ),
        Argument("tree", "TREE", required=True),
    ),
    "worktree prune": Command("worktree.prune"),
}
