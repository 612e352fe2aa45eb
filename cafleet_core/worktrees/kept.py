"""Keep commits that only reflogs name, as refs of ours, before the reflogs end with a tree.

What was amended, reset or rebased away is found by git's reflogs alone; those of a tree are
removed with it, those of a branch with the branch.
"""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.worktrees import git

if TYPE_CHECKING:
    from cafleet_core.worktrees.place import Place

REFS = "refs/cafleet/kept"
"""Where they are, each by its full id."""

_STAY = ("refs/heads", "refs/tags", "refs/remotes", "refs/cafleet")


def keep(place: Place, ref: str, *, keeps_branch: bool) -> list[str]:
    """Keep what only the tree's own reflogs name, and the branch's if that is to go; the refs."""
    named = _named(place, "HEAD")
    if not keeps_branch:
        named += _named(place, ref)
    if not named:
        return []
    staying = [
        f"^{commit}"
        for commit, name in _refs(place.common)
        if keeps_branch or name != ref
    ]
    beyond = git.ask(
        place.common,
        *("rev-list", "--parents", "--ignore-missing", "--stdin"),
        stdin="\n".join([*dict.fromkeys(named), *staying, ""]),
    )
    family = [line.split() for line in beyond.splitlines()]
    parents = {parent for _, *parents in family for parent in parents}
    tips = [commit for commit, *_ in family if commit not in parents]
    made = [f"{REFS}/{commit}" for commit in tips]
    orders = [
        f"update {name} {commit}\n" for name, commit in zip(made, tips, strict=True)
    ]
    git.ask(place.common, "update-ref", "--stdin", stdin="".join(orders))
    return made


def _named(place: Place, ref: str) -> list[str]:
    """The commits that a reflog names, and for HEAD where it stands and stood."""
    inside = ("--git-dir", place.git_dir)
    walked = git.call(
        place.git_dir, *inside, "log", "--walk-reflogs", "--format=%H", ref, "--"
    )
    commits = walked.out.split() if walked.code == 0 else []
    if ref == "HEAD":
        for name in ("HEAD", "ORIG_HEAD"):
            at = git.call(
                *(place.git_dir, *inside, "rev-parse", "--verify", "--quiet"),
                f"{name}^{{commit}}",
            )
            commits += at.out.split() if at.code == 0 else []
    return commits


def _refs(common: str) -> list[tuple[str, str]]:
    output = git.ask(
        common, "for-each-ref", "--format=%(objectname) %(refname)", *_STAY
    )
    pairs = [line.split(" ", 1) for line in output.splitlines()]
    return [(commit, name) for commit, name in pairs]
