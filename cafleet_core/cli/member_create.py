"""`cafleet member create`: members in panes of their own."""

from __future__ import annotations

from cafleet_core.cli import output, refusals
from cafleet_core.cli.agent_start import (
    given_prompt,
    readiness,
    show_unready,
    starting_with,
)
from cafleet_core.cli.placement_document import placement_document
from cafleet_core.errors import CafleetError, InvalidInput
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.requests import MemberRequest, StartResult

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
    **start: Any,
) -> int:
    """Register a member and start its coding agent in a pane beside yours.

    In its prompt {{session_id}}, {{agent_id}}, {{director_agent_id}}, {{name}} and
    {{coding_agent}} stand for what they say; \\{{word}} keeps its braces. Where your window
    has no room for one more pane, the member's is in a further window. On another machine
    it has a window of its own. With --count one that cannot be made is told, the others
    stay, and the exit code is 1.
    """
    from cafleet_core.broker.team import create_member, prompts
    from cafleet_core.requests import MemberRequest

    words = given_prompt(prompt, prompt_file) or prompts.FOR_MEMBERS
    caller = run.caller()
    kind = coding_agent or create_member.inherited_agent(caller.agent)
    request = MemberRequest(
        name, description, *starting_with(words, kind, **start), layout=layout
    )
    run.places_agents = True
    if count is not None:
        each = [request._replace(name=numbered) for numbered in _names(name, count)]
        return _several(run, caller, host, each)
    made = _made(run, caller, host, request)
    run.say(_line(made), _document(made))
    show_unready(made)
    return 0


def _names(name: str, count: int) -> list[str]:
    """The names of several members; raises InvalidInput if they would be the same."""
    if _NUMBER not in name:
        raise InvalidInput(
            f"--count needs {_NUMBER} in --name.",
            f"For example --name worker-{_NUMBER}; each gets its number there.",
        )
    return [name.replace(_NUMBER, str(number)) for number in range(1, count + 1)]


def _several(
    run: Invocation,
    caller: Caller,
    host: str | None,
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
            documents.append(_one_of_several(run, caller, host, request))
    finally:
        if run.json:
            output.document(documents)
    return int(any("error" in document for document in documents))


def _one_of_several(
    run: Invocation, caller: Caller, host: str | None, request: MemberRequest
) -> dict[str, Any]:
    try:
        made = _made(run, caller, host, request)
    except CafleetError as error:
        if not run.json:
            refusals.report(error, False, f"{request.name} was not made: ")
        return {"name": request.name, "error": refusals.document(error)}
    if not run.json:
        output.line(_line(made))
    show_unready(made)
    return _document(made)


def _made(
    run: Invocation, caller: Caller, host: str | None, request: MemberRequest
) -> StartResult:
    if host is None:
        from cafleet_core.broker.team import create_member

        return create_member.create(run.registry, caller, request)
    from cafleet_core.broker.team import remote_member

    return remote_member.create(run.registry, caller, host, request)


def _line(made: StartResult) -> str:
    placed = made.agent.placement
    return (
        f"{made.agent.agent_id} {made.agent.name}"
        f" backend={placed and placed.coding_agent}"
        f" pane={placed and placed.tmux_pane_id} {readiness(made)}"
    )


def _document(made: StartResult) -> dict[str, Any]:
    return {
        "agent_id": made.agent.agent_id,
        "name": made.agent.name,
        "registered_at": made.agent.registered_at,
        "ready": made.ready,
        "state": made.state,
        "placement": placement_document(made.agent.placement),
    }
