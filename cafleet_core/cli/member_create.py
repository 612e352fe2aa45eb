"""`cafleet member create`: members in panes of their own."""

from __future__ import annotations

from cafleet_core import ids, text
from cafleet_core.cli import output, refusals
from cafleet_core.cli.agent_start import (
    given_prompt,
    readiness,
    show_unready,
    starting_with,
)
from cafleet_core.cli.placement_document import placement_document
from cafleet_core.cli.worktree_document import worktree_document
from cafleet_core.errors import CafleetError, InvalidInput
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.requests import MemberRequest, StartResult, TreeRequest
    from cafleet_core.worktrees.view import TreeView

_NUMBER = "{n}"


def create(
    run: Invocation,
    /,
    name: str,
    description: str,
    count: int | None,
    coding_agent: str | None,
    layout: str,
    prompt: tuple[str, ...],
    prompt_file: str | None,
    host: str | None,
    worktree: str | None,
    base: str | None,
    budget_usd: float | None,
    **start: Any,
) -> int:
    """Register a member and start its coding agent in a pane beside yours.

    In its prompt {{session_id}}, {{agent_id}}, {{director_agent_id}}, {{name}} and
    {{coding_agent}} stand for what they say; \\{{word}} keeps its braces. Where your window
    has no room for one more pane, the member's is in a further window. On another machine
    it has a window of its own. With --worktree it works in a tree that git makes beside the
    repository, and {{branch}} and {{worktree}} stand for its branch and folder. With
    --count one that cannot be made is told, the others stay, and the exit code is 1.
    """
    from cafleet_core.broker.team import create_member, prompts
    from cafleet_core.requests import MemberRequest

    words = given_prompt(prompt, prompt_file) or prompts.FOR_MEMBERS
    caller = run.caller()
    kind = coding_agent or create_member.inherited_agent(caller.agent)
    begun = starting_with(words, kind, **start)
    request = MemberRequest(name, description, *begun[:6], layout)._replace(
        tree=_wanted_tree(run, worktree, base)
    )
    run.places_agents = True
    if count is not None:
        return _several(run, caller, host, budget_usd, _numbered(request, count))
    _create_one(run, caller, host, budget_usd, request)
    return 0


def _create_one(
    run: Invocation,
    caller: Caller,
    host: str | None,
    usd: float | None,
    request: MemberRequest,
) -> None:
    made = _made(run, caller, host, usd, request)
    tree = _tree_of(run, made, request)
    run.say(_line(made, tree), _document(made, tree))
    _show_remarks(run, made)


def _numbered(request: MemberRequest, count: int) -> list[MemberRequest]:
    """Several requests; raises InvalidInput if their names or branches would be the same."""
    if _NUMBER not in request.name:
        raise InvalidInput(
            f"--count needs {_NUMBER} in --name.",
            f"For example --name worker-{_NUMBER}; each gets its number there.",
        )
    tree = request.tree
    if tree and tree.branch and _NUMBER not in tree.branch:
        raise InvalidInput(
            f"--count needs {_NUMBER} in the branch of --worktree.",
            "Without a branch each is named after its member.",
        )
    return [
        request._replace(
            name=request.name.replace(_NUMBER, str(number)),
            tree=tree
            and tree._replace(branch=tree.branch.replace(_NUMBER, str(number))),
        )
        for number in range(1, count + 1)
    ]


def _show_remarks(run: Invocation, made: StartResult) -> None:
    if made.remark:
        run.note(made.remark)
    show_unready(made)


def _wanted_tree(
    run: Invocation, branch: str | None, base: str | None
) -> TreeRequest | None:
    """The worktree that is asked for, with the user's own command for new ones."""
    if branch is None:
        if base is not None:
            raise InvalidInput("--base needs --worktree.")
        return None
    from cafleet_core.requests import TreeRequest

    settings = run.settings
    return TreeRequest(
        branch, base, settings.worktree_setup, settings.worktree_setup_timeout
    )


def _several(
    run: Invocation,
    caller: Caller,
    host: str | None,
    usd: float | None,
    requests: Sequence[MemberRequest],
) -> int:
    """Make one after the other, each told at once; 1 if any was not made.

    As JSON all are told at the end, also where the command is interrupted.
    """
    if host is None:
        from cafleet_core.broker.team import create_member

        create_member.expect_possible(caller, requests[0])
    documents: list[dict[str, Any]] = []
    try:
        for request in requests:
            documents.append(_one_of_several(run, caller, host, usd, request))
    finally:
        if run.json:
            output.document(documents)
    return int(any("error" in document for document in documents))


def _one_of_several(
    run: Invocation,
    caller: Caller,
    host: str | None,
    usd: float | None,
    request: MemberRequest,
) -> dict[str, Any]:
    try:
        made = _made(run, caller, host, usd, request)
    except CafleetError as error:
        if not run.json:
            refusals.report(error, False, f"{request.name} was not made: ")
        return {"name": request.name, "error": refusals.document(error)}
    tree = _tree_of(run, made, request)
    if not run.json:
        output.line(_line(made, tree))
    _show_remarks(run, made)
    return _document(made, tree)


def _made(
    run: Invocation,
    caller: Caller,
    host: str | None,
    usd: float | None,
    request: MemberRequest,
) -> StartResult:
    """Create a member here or on another machine, and give it its budget."""
    if host is None:
        from cafleet_core.broker.team import create_member

        made = create_member.create(run.registry, caller, request)
    else:
        from cafleet_core.broker.team import remote_member

        made = remote_member.create(run.registry, caller, host, request)
    if usd:
        from cafleet_core.broker.team import budgets  # most members have none

        budgets.give(run.registry, made.agent, usd)
    return made


def _line(made: StartResult, tree: TreeView | None) -> str:
    agent, placed = made.agent, made.agent.placement
    branch = f" branch={text.label(tree.tree.branch)}" if tree else ""
    return (
        f"{ids.shown(agent.agent_id)} {agent.name} backend={placed and placed.coding_agent}"
        f" pane={placed and placed.tmux_pane_id}{branch} {readiness(made)}"
    )


def _document(made: StartResult, tree: TreeView | None) -> dict[str, Any]:
    return {
        "agent_id": made.agent.agent_id,
        "name": made.agent.name,
        "registered_at": made.agent.registered_at,
        "ready": made.ready,
        "state": made.state,
        "placement": placement_document(made.agent.placement),
        "worktree": tree and worktree_document(tree),
    }


def _tree_of(
    run: Invocation, made: StartResult, request: MemberRequest
) -> TreeView | None:
    """The worktree that was made, read anew; None where none was asked for."""
    if request.tree is None:
        return None
    from cafleet_core.broker.team import trees

    return trees.of_agent(run.registry, made.agent.agent_id)
