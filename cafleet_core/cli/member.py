"""`cafleet member`: the Director's team in its panes."""

from __future__ import annotations

import os
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from cafleet_core import clock
from cafleet_core.broker import members
from cafleet_core.cli import output
from cafleet_core.cli.explain import explain
from cafleet_core.cli.invocation import Group, Invocation, pass_invocation
from cafleet_core.cli.session import placement_document
from cafleet_core.errors import InvalidInput
from cafleet_core.records import Agent, Member, PaneView

if TYPE_CHECKING:
    from cafleet_core.panes.questions import Question

MEMBER_ID = click.option("--member-id", required=True, metavar="ID|NAME")


@click.group(cls=Group)
def member() -> None:
    """Spawn members in tmux panes and look after them."""


member.add_command(explain)


@member.command()
@click.option("--name", required=True)
@click.option("--description", required=True)
@click.option("--coding-agent", default="claude", show_default=True)
@click.option("--model", help="The coding agent's model.")
@click.option("--cwd", type=click.Path(exists=True, file_okay=False), default=".")
@click.option("--env", "environment", multiple=True, metavar="K=V", help="Repeatable.")
@click.argument("prompt", nargs=-1)
@pass_invocation
def create(
    run: Invocation,
    name: str,
    description: str,
    coding_agent: str,
    model: str | None,
    cwd: str,
    environment: tuple[str, ...],
    prompt: tuple[str, ...],
) -> None:
    """Register a member and start its coding agent in a pane beside yours."""
    from cafleet_core.broker import spawning

    wish = spawning.Wish(
        name=name,
        description=description,
        coding_agent=coding_agent,
        prompt=" ".join(prompt),
        model=model,
        cwd=os.path.abspath(cwd),
        environment=tuple(_pair(one) for one in environment),
    )
    made = spawning.create(run.registry, run.caller(), wish)
    pane = made.agent.placement and made.agent.placement.tmux_pane_id
    readiness = "ready" if made.ready else "not ready yet"
    run.say(
        f"{made.agent.agent_id} {name} backend={coding_agent} pane={pane} {readiness}",
        {
            "agent_id": made.agent.agent_id,
            "name": made.agent.name,
            "registered_at": made.agent.registered_at,
            "ready": made.ready,
            "placement": placement_document(made.agent.placement),
        },
    )


@member.command("list")
@click.option("--activity", is_flag=True, help="What each did last, and its state.")
@pass_invocation
def listing(run: Invocation, activity: bool) -> None:
    """List your members."""
    team = members.team(run.registry, run.caller())
    if activity:
        _list_activity(run, team)
        return
    run.say(_table(team), [_document(one.agent) for one in team])


@member.command()
@MEMBER_ID
@click.option("--lines", type=click.IntRange(1, 100000), default=80, show_default=True)
@click.option("--ansi", is_flag=True, help="Keep colours and other escape sequences.")
@pass_invocation
def capture(run: Invocation, member_id: str, lines: int, ansi: bool) -> None:
    """Print the last lines of a member's pane."""
    from cafleet_core.broker import capturing

    found = members.find(run.registry, run.caller(), member_id)
    _placement, pane_id = members.pane_of(found)
    captured = capturing.capture(found, lines, ansi)
    if run.json:
        output.document(
            {
                "member_agent_id": found.agent_id,
                "pane_id": pane_id,
                "lines": len(captured),
                "content": "\n".join(captured),
            }
        )
    elif captured:
        (output.raw if ansi else output.line)("\n".join(captured))


@member.command()
@MEMBER_ID
@pass_invocation
def ping(run: Invocation, member_id: str) -> None:
    """Type the poll command into a member's pane."""
    found = members.find(run.registry, run.caller(), member_id)
    members.ping(found)
    _, pane_id = members.pane_of(found)
    run.say(
        f"Pinged member {found.name} ({pane_id}).",
        {"member_agent_id": found.agent_id, "pane_id": pane_id},
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
    from cafleet_core.broker import answering

    if (choice is None) == (freetext is None):
        raise InvalidInput("give --choice <number>, or --freetext <text>.")
    found = members.find(run.registry, run.caller(), member_id)
    if choice is not None:
        asked = answering.choose(found, choice)
        _tell_typed(run, found, f"Sent choice {choice}", "choice", str(choice), asked)
    else:
        asked = answering.write_answer(found, freetext or "")
        _tell_typed(run, found, "Sent free text", "freetext", freetext or "", asked)


@member.command("exec")
@MEMBER_ID
@click.argument("command")
@pass_invocation
def execute(run: Invocation, member_id: str, command: str) -> None:
    """Have a member's coding agent run a shell command."""
    from cafleet_core.broker import answering

    found = members.find(run.registry, run.caller(), member_id)
    answering.execute(found, command)
    _tell_typed(run, found, f"Sent command {command!r}", "exec", command)


@member.command()
@MEMBER_ID
@click.argument("text", nargs=-1, required=True)
@pass_invocation
def prompt(run: Invocation, member_id: str, text: tuple[str, ...]) -> None:
    """Type a prompt into a member's pane."""
    from cafleet_core.broker import answering

    words = " ".join(text)
    found = members.find(run.registry, run.caller(), member_id)
    answering.prompt(found, words)
    _tell_typed(run, found, "Sent prompt", "prompt", words)


@member.command()
@MEMBER_ID
@click.option(
    "--force", "-f", is_flag=True, help="End the pane without asking its agent."
)
@pass_invocation
def delete(run: Invocation, member_id: str, force: bool) -> None:
    """Ask a member's agent to exit, then close its pane and deregister it."""
    from cafleet_core.broker import spawning

    found = members.find(run.registry, run.caller(), member_id)
    status = spawning.delete(run.registry, found, force=force)
    pane = (found.placement and found.placement.tmux_pane_id) or "(no pane)"
    run.say(
        f"Member deleted.\n  agent_id:  {found.agent_id}\n  pane_id:   {pane} ({status})",
        {"agent_id": found.agent_id, "pane_status": status},
    )


def _tell_typed(
    run: Invocation,
    found: Agent,
    told: str,
    action: str,
    value: str,
    asked: Question | None = None,
) -> None:
    _, pane_id = members.pane_of(found)
    document: dict[str, Any] = {
        "member_agent_id": found.agent_id,
        "pane_id": pane_id,
        "action": action,
        "value": value,
    }
    if asked is not None:
        document["question"] = asked.asked
        document["options"] = {one.digit: one.label for one in asked.options}
    run.say(f"{told} to member {found.name} ({pane_id}).", document)


def _pair(setting: str) -> tuple[str, str]:
    name, equals, value = setting.partition("=")
    if not equals or not name.isidentifier():
        raise InvalidInput(f"--env {setting!r} is not of the form NAME=VALUE.")
    return name, value


def _document(agent: Agent) -> dict[str, Any]:
    return {
        "agent_id": agent.agent_id,
        "name": agent.name,
        "description": agent.description,
        "status": agent.status,
        "registered_at": agent.registered_at,
        "placement": placement_document(agent.placement),
    }


def _table(team: list[Member]) -> str:
    if not team:
        return "0 members."
    columns = ("agent_id", "name", "status", "backend", "session", "window_id")
    rows = []
    for agent, _ in team:
        placed = agent.placement
        where = (
            (
                placed.coding_agent,
                placed.tmux_session,
                placed.tmux_window_id,
                placed.tmux_pane_id or "(pending)",
                placed.created_at,
            )
            if placed
            else ("",) * 5
        )
        rows.append((agent.agent_id, agent.name, agent.status, *where))
    return output.table((*columns, "pane_id", "created_at"), rows)


def _list_activity(run: Invocation, team: list[Member]) -> None:
    from cafleet_core import monitor

    views = monitor.observe(run.registry, run.caller().session.session_id)
    now = clock.now()
    rows, documents = [], []
    for agent, activity in team:
        view = views.get(agent.agent_id) or PaneView("unknown", "none", "not observed")
        idle = _idle(activity.last_active, now)
        document = {
            **_document(agent),
            "state": view.state,
            "state_source": view.source,
            "state_reason": view.reason,
            "last_sent": activity.last_sent,
            "last_recv": activity.last_recv,
            "last_ack": activity.last_ack,
            "idle": idle,
            "unacked": activity.unacked,
            "oldest_unacked": activity.oldest_unacked,
        }
        times = (activity.last_sent, activity.last_recv, activity.last_ack)
        shown = [clock.local_time(one) if one else "-" for one in times]
        rows.append(
            (
                agent.agent_id,
                agent.name,
                view.state,
                *shown,
                clock.span(idle) if idle is not None else "-",
                str(activity.unacked),
            )
        )
        documents.append(document)
    header = ("agent_id", "name", "state", "last_sent", "last_recv", "last_ack")
    words = output.table((*header, "idle", "unacked"), rows) if rows else "0 members."
    run.say(words, documents)


def _idle(last_active: str | None, now: datetime) -> int | None:
    return None if last_active is None else int(clock.age(last_active, now))
