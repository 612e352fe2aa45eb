"""`cafleet completion`: the script for a shell."""

from __future__ import annotations

import click
from click.shell_completion import (
    BashComplete,
    FishComplete,
    ShellComplete,
    ZshComplete,
)

from cafleet_core.cli.parser import Command, pass_invocation
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.cli.invocation import Invocation

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
