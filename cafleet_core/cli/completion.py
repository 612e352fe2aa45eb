"""`cafleet completion`, and what a shell may offer in the place of an id or a name."""

from __future__ import annotations

import os.path
import shlex
from collections.abc import Iterator

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
)

from cafleet_core import text
from cafleet_core.broker.directory import agents as registered
from cafleet_core.broker.directory import sessions
from cafleet_core.cli.invocation import Command, Invocation, pass_invocation
from cafleet_core.errors import CafleetError

_SHELLS: dict[str, type[ShellComplete]] = {
    "bash": BashComplete,
    "zsh": ZshComplete,
    "fish": FishComplete,
}
_PROGRAM = "cafleet"
_VARIABLE = "_CAFLEET_COMPLETE"


@click.command(cls=Command)
@click.argument("shell", type=click.Choice([*_SHELLS]))
@click.pass_context
@pass_invocation
def completion(run: Invocation, context: click.Context, shell: str) -> None:
    """Print the script by which a shell completes commands, options and names.

    For every new shell, put the line of the example into ~/.bashrc; for zsh the same
    with 'zsh' into ~/.zshrc. For fish: cafleet completion fish >
    ~/.config/fish/completions/cafleet.fish
    """
    root = context.find_root().command
    script = _SHELLS[shell](root, {}, _PROGRAM, _VARIABLE).source().rstrip()
    run.say(script, {"shell": shell, "script": script})


def offered(run: Invocation, kind: str, incomplete: str) -> list[CompletionItem[str]]:
    """What exists of this kind (`agent`, `session`) and begins so; nothing where that is unknown.

    Never makes a registry and never complains: somebody only pressed Tab.
    """
    candidates = {"agent": _agents, "session": _sessions}[kind]
    try:
        if not os.path.exists(run.settings.registry):
            return []
        return [
            CompletionItem(word, help=text.label(told) or None)
            for word, told in candidates(run, incomplete)
            if word.startswith(incomplete)
        ]
    except CafleetError:
        return []


def _agents(run: Invocation, incomplete: str) -> Iterator[tuple[str, str]]:
    """By name; by id where the name would not survive the shell, or an id is begun."""
    for agent in registered.listed(run.registry, run.session()):
        plain = shlex.quote(agent.name) == agent.name
        if plain:
            yield agent.name, agent.description
        if incomplete or not plain:
            yield agent.agent_id, agent.name


def _sessions(run: Invocation, _incomplete: str) -> Iterator[tuple[str, str]]:
    for summary in sessions.summaries(run.registry):
        yield summary.session.session_id, summary.session.label or ""
