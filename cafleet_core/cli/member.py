"""`cafleet member`: the Director's team in its panes."""

from __future__ import annotations

import click

from cafleet_core.broker.directory import placements
from cafleet_core.broker.team import roster
from cafleet_core.cli import output
from cafleet_core.cli.agent_start import (
    given_prompt,
    readiness,
    show_unready,
    start_options,
    starting_with,
)
from cafleet_core.cli.explain import explain
from cafleet_core.cli.parser import Group, pass_invocation
from cafleet_core.cli.placement_document import placement_document
from cafleet_core.errors import InvalidInput
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux.layouts import LAYOUTS

if TYPE_CHECKING:
    from typing import Any

    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.records import Agent
    from cafleet_core.views import Question

MEMBER_ID = click.option(
    "--member-id", required=True, metavar="ID|NAME", help="The member."
)


@click.group(
    cls=Group,
    elsewhere={"capture": "member_capture.capture", "scan": "member_capture.scan"},
)
def member() -> None:
    """Spawn members in tmux panes and look after them."""


member.add_command(explain)


@member.command()
@click.option("--name", required=True, help="Unique among active agents.")
@click.option("--description", required=True, help="What it is there for.")
@start_options
@click.option(
    "--env", "environment", multiple=True, metavar="K=V", help="A variable; repeatable."
)
@click.option(
    "--layout",
    type=click.Choice(LAYOUTS),
    default=LAYOUTS[0],
    show_default=True,
    help="How the panes of its window are laid out.",
)
@click.option("--prompt-file", metavar="FILE", help="The prompt, instead of PROMPT.")
@click.argument("prompt", nargs=-1)
@pass_invocation
def create(
    run: Invocation,
    /,
    name: str,
    description: str,
    layout: str,
    prompt: tuple[str, ...],
    prompt_file: str | None,
    **start: Any,
) -> None:
    """Register a member and start its coding agent in a pane beside yours.

    In its prompt {{session_id}}, {{agent_id}}, {{director_agent_id}} and {{name}} stand
    for what they say. Where your window has no room for one more pane, the member's is
    in a further window.
    """
    from cafleet_core.broker.team import create_member, prompts
    from cafleet_core.requests import MemberRequest

    words = given_prompt(prompt, prompt_file) or prompts.FOR_MEMBERS
    request = MemberRequest(
        name, description, *starting_with(words, **start), layout=layout
    )
    made = create_member.create(run.registry, run.caller(), request)
    placed = made.agent.placement
    run.say(
        f"{made.agent.agent_id} {name} backend={placed and placed.coding_agent}"
        f" pane={placed and placed.tmux_pane_id} {readiness(made)}",
        {
            "agent_id": made.agent.agent_id,
            "name": made.agent.name,
            "registered_at": made.agent.registered_at,
            "ready": made.ready,
            "state": made.state,
            "placement": placement_document(placed),
        },
    )
    show_unready(made)


@member.command()
@MEMBER_ID
@pass_invocation
def ping(run: Invocation, member_id: str) -> None:
    """Type the poll command into a member's pane."""
    from cafleet_core.broker.delivery import type_now

    agent = roster.find(run.registry, run.caller(), member_id)
    type_now.ping(agent)
    _, pane_id = placements.pane_of(agent)
    run.say(
        f"Pinged member {agent.name} ({pane_id}).",
        {"member_agent_id": agent.agent_id, "pane_id": pane_id},
    )


@member.command("send-input")
@MEMBER_ID
@click.option("--choice", type=click.IntRange(1, 9), help="The number of an answer.")
@click.option("--freetext", metavar="TEXT", help="An answer in words.")
@pass_invocation
def send_input(
    run: Invocation, member_id: str, choice: int | None, freetext: str | None
) -> None:
    """Answer the question on a member's screen."""
    from cafleet_core.broker.team import answer

    if (choice is None) == (freetext is None):
        raise InvalidInput("give --choice <number>, or --freetext <text>.")
    agent = roster.find(run.registry, caller := run.caller(), member_id)
    if choice is not None:
        asked = answer.choose(run.registry, caller, agent, choice)
        _tell_typed(run, agent, f"Sent choice {choice}", "choice", str(choice), asked)
    else:
        asked = answer.write_answer(run.registry, caller, agent, freetext or "")
        _tell_typed(run, agent, "Sent free text", "freetext", freetext or "", asked)


@member.command("exec")
@MEMBER_ID
@click.argument("command")
@pass_invocation
def execute(run: Invocation, member_id: str, command: str) -> None:
    """Have a member's coding agent run a shell command."""
    from cafleet_core.broker.team import answer

    agent = roster.find(run.registry, run.caller(), member_id)
    answer.execute(agent, command)
    _tell_typed(run, agent, f"Sent command {command!r}", "exec", command)


@member.command()
@MEMBER_ID
@click.argument("text", nargs=-1, required=True)
@pass_invocation
def prompt(run: Invocation, member_id: str, text: tuple[str, ...]) -> None:
    """Type a prompt into a member's pane."""
    from cafleet_core.broker.team import answer

    words = " ".join(text)
    agent = roster.find(run.registry, run.caller(), member_id)
    answer.prompt(agent, words)
    _tell_typed(run, agent, "Sent prompt", "prompt", words)


@member.command()
@MEMBER_ID
@click.option(
    "--force", "-f", is_flag=True, help="End the pane without asking its agent."
)
@pass_invocation
def delete(run: Invocation, member_id: str, force: bool) -> None:
    """Ask a member's agent to exit, then close its pane and deregister it."""
    from cafleet_core.broker.team import delete_member

    agent = roster.find(run.registry, run.caller(), member_id)
    ended = delete_member.delete(run.registry, agent, force=force)
    pane = (agent.placement and agent.placement.tmux_pane_id) or "(no pane)"
    if ended.remark:
        output.note(ended.remark)
    run.say(
        f"Member deleted.\n  agent_id:  {agent.agent_id}\n"
        f"  pane_id:   {pane} ({ended.status})",
        {"agent_id": agent.agent_id, "pane_status": ended.status},
    )


def _tell_typed(
    run: Invocation,
    agent: Agent,
    words: str,
    action: str,
    value: str,
    asked: Question | None = None,
) -> None:
    _, pane_id = placements.pane_of(agent)
    document: dict[str, Any] = {
        "member_agent_id": agent.agent_id,
        "pane_id": pane_id,
        "action": action,
        "value": value,
    }
    if asked is not None:
        document["question"] = asked.asked
        document["options"] = {option.digit: option.label for option in asked.options}
    run.say(f"{words} to member {agent.name} ({pane_id}).", document)
