"""`cafleet help`: prints what `--help` prints, for those who type the words in the other order."""

from __future__ import annotations

import click

from cafleet_core.cli.parser import Command


@click.command("help", cls=Command)
@click.argument("words", nargs=-1, metavar="[COMMAND]...")
@click.pass_context
def help_command(context: click.Context, words: tuple[str, ...]) -> None:
    """Show what a command is for and which options it has."""
    root = context.find_root()
    root.command.main(
        [*words, "--help"],
        prog_name=root.info_name,
        standalone_mode=False,
        obj=context.obj,
    )
