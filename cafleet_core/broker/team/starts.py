"""How agents were started: kept at each start, and made into a request to start them again."""

from __future__ import annotations

import json
import os
import re

from cafleet_core import clock, ids, text
from cafleet_core.agents import catalog
from cafleet_core.broker.team import conversations
from cafleet_core.errors import Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading import process_tree
from cafleet_core.records import Start
from cafleet_core.requests import StartRequest
from cafleet_core.storage import starts, worktrees

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cafleet_core.agents.catalog import CodingAgent
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry
    from cafleet_core.worktrees.tree import Worktree

WORKTREE, BRANCH = "CAFLEET_WORKTREE", "CAFLEET_BRANCH"
"""Variables by which a member, and the user's command for new trees, know the tree."""

PROMPT = "{prompt}"
"""Stands for the prompt in an argv as it is kept."""

_HIDDEN = "***"
_TELLING = re.compile(r"(?i)(api.?key|token|secret|passw|credential)")


def begun(agent: Agent, kind: CodingAgent, request: StartRequest) -> Start:
    """How an agent is about to be started, its argv still empty."""
    new = ids.new() if kind.conversation_argv else ""
    return Start(
        agent.agent_id,
        "[]",
        request.cwd,
        " ".join(sorted({*dict(request.environment), *request.missing})),
        request.model,
        request.effort,
        request.layout,
        request.conversation or new,
        clock.stamp(),
    )


def keep(registry: Registry, agent: Agent, start: Start, argv: Sequence[str]) -> None:
    """Store how an agent is started, before it is; `argv` is without its prompt."""
    shown = json.dumps(list(_without_secrets(argv)))
    with registry.write(agent.session_id):
        starts.keep(registry, start._replace(argv=shown))


def again(
    registry: Registry, agent: Agent, prompt: str, *, fresh: bool
) -> StartRequest:
    """The request to start an agent as it was started, in its conversation unless `fresh`.

    Raises Refused where that is not known, its folder is gone, or its program cannot go on
    with a conversation.
    """
    name, placement = text.label(agent.name), agent.placement
    start = starts.of_agent(registry, agent.agent_id)
    if start is None or placement is None:
        raise Refused(
            f"how {name} was started is not known.",
            "cafleet did not start it: start it by hand, or delete it and create it anew.",
        )
    tree = worktrees.of_agent(registry, agent.agent_id)
    _expect_folder(name, start.cwd, tree)
    kind = catalog.get(placement.coding_agent)
    conversation = "" if fresh else _conversation(registry, agent, kind, start)
    known = _values(agent, tree)
    wanted = start.variables.split()
    environment = tuple((each, known[each]) for each in wanted if each in known)
    return StartRequest(
        *(kind.name, prompt, start.model, start.cwd, environment),
        *(start.effort, start.layout, conversation),
        tuple(each for each in wanted if each not in known),
    )


def _conversation(
    registry: Registry, agent: Agent, kind: CodingAgent, start: Start
) -> str:
    name = text.label(agent.name)
    if not kind.resume_argv:
        raise Refused(
            f"coding agent '{kind.name}' cannot go on with a conversation;"
            " --fresh begins a new one."
        )
    conversation = conversations.of(registry, agent, start)
    if not conversation:
        raise Refused(
            f"which conversation {name} was in is not known; --fresh begins a new one."
        )
    return conversation


def _expect_folder(name: str, folder: str, tree: Worktree | None) -> None:
    if os.path.isdir(folder):
        return
    what = "worktree" if tree is not None else "folder"
    raise Refused(
        f"the {what} of {name} is gone: {text.one_line(folder)}.",
        "Put it back where it was, or delete the member and create it anew.",
    )


def _values(agent: Agent, tree: Worktree | None) -> Mapping[str, str]:
    """Variables for an agent: its living program's, else this process's, and its tree's."""
    pid = agent.placement.program_pid if agent.placement else 0
    known = (pid and process_tree.environ(pid)) or dict(os.environ)
    ours = {} if tree is None else {WORKTREE: tree.path, BRANCH: tree.branch}
    return {**known, **ours}


def _without_secrets(argv: Sequence[str]) -> list[str]:
    """An argument list with what may be a secret replaced: the value of an option named so."""
    kept: list[str] = []
    for word in argv:
        name, equals, _ = word.partition("=")
        if equals and _TELLING.search(name):
            kept.append(f"{name}={_HIDDEN}")
        elif kept and kept[-1].startswith("-") and _TELLING.search(kept[-1]):
            kept.append(_HIDDEN)
        else:
            kept.append(word)
    return kept
