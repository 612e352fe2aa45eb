"""`cafleet member create`: a member in a pane of its own."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.cli.agent_start import (
    given_prompt,
    readiness,
    show_unready,
    starting_with,
)
from cafleet_core.cli.placement_document import placement_document
from cafleet_core.cli.worktree_document import worktree_document
from cafleet_core.errors import InvalidInput
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.requests import MemberRequest, StartResult, TreeRequest


def create(
    run: Invocation,
    /,
    name: str,
    description: str,
    layout: str,
    prompt: tuple[str, ...],
    prompt_file: str | None,
    host: str | None,
    worktree: str | None,
    base: str | None,
    **start: Any,
) -> None:
    """Register a member and start its coding agent in a pane beside yours.

    In its prompt {{session_id}}, {{agent_id}}, {{director_agent_id}} and {{name}} stand
    for what they say. Where your window has no room for one more pane, the member's is
    in a further window. On another machine it has a window of its own. With --worktree
    it works in a tree that git makes beside the repository, and {{branch}} and {{worktree}}
    stand for its branch and folder.
    """
    from cafleet_core.broker.team import prompts
    from cafleet_core.requests import MemberRequest

    words = given_prompt(prompt, prompt_file) or prompts.FOR_MEMBERS
    request = MemberRequest(
        name, description, *starting_with(words, **start), layout=layout
    )._replace(tree=_wanted_tree(run, worktree, base))
    made = _made(run, host, request)
    run.places_agents = True
    _say(run, made)
    if made.remark:
        run.note(made.remark)
    show_unready(made)


def _say(run: Invocation, made: StartResult) -> None:
    from cafleet_core.broker.team import trees

    agent, placed = made.agent, made.agent.placement
    tree = trees.of_agent(run.registry, agent.agent_id)
    branch = f" branch={text.label(tree.tree.branch)}" if tree else ""
    run.say(
        f"{agent.agent_id} {agent.name} backend={placed and placed.coding_agent}"
        f" pane={placed and placed.tmux_pane_id}{branch} {readiness(made)}",
        {
            "agent_id": agent.agent_id,
            "name": agent.name,
            "registered_at": agent.registered_at,
            "ready": made.ready,
            "state": made.state,
            "placement": placement_document(placed),
            "worktree": tree and worktree_document(tree),
        },
    )


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


def _made(run: Invocation, host: str | None, request: MemberRequest) -> StartResult:
    if host is None:
        from cafleet_core.broker.team import create_member

        return create_member.create(run.registry, run.caller(), request)
    from cafleet_core.broker.team import remote_member

    return remote_member.create(run.registry, run.caller(), host, request)
