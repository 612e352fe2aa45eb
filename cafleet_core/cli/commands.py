"""The tree of click's commands: each module is imported when its command is called."""

from __future__ import annotations

import click

from cafleet_core import __version__
from cafleet_core.cli import command_table, output, parser
from cafleet_core.cli.aliases import canonical
from cafleet_core.cli.parser import Group
from cafleet_core.errors import WrongUsage
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any

    from click.shell_completion import CompletionItem

    from cafleet_core.cli.invocation import Invocation


class LazyCommand(NamedTuple):
    """A subcommand's line in the overview, if it has one, and its function.

    As `module.function`; without that it is in `command_table`, or else an entry point of
    the group `cafleet.commands`.
    """

    summary: str = ""
    place: str = ""


_COMMANDS = {
    "session": LazyCommand("Create, list, show and delete sessions."),
    "agent": LazyCommand("Register, list, show and deregister agents."),
    "message": LazyCommand("Send, poll, ack and look up messages."),
    "member": LazyCommand("Spawn members in tmux panes and look after them."),
    "worktree": LazyCommand("List and finish the members' git worktrees."),
    "event": LazyCommand("List and follow what happens."),
    "up": LazyCommand("Start a session, its Director and the control room."),
    "monitor": LazyCommand(
        "Deliver what is held, wake the Director when needed.", "monitor.monitor"
    ),
    "host": LazyCommand("Serve this machine's agents, the registry being on a server."),
    "status": LazyCommand("Print one line on who waits and what is unacked."),
    "usage": LazyCommand("Show what agents have used: tokens, cost, context, quotas."),
    "tui": LazyCommand("Open the control room."),
    "replay": LazyCommand("Open the control room over the past."),
    "popup": LazyCommand("Open the control room in a tmux popup.", "popup.popup"),
    "server": LazyCommand("Open the control room in a browser."),
    "demo": LazyCommand(
        "See a whole team at work, without any coding agent.", "demo.demo"
    ),
    "tour": LazyCommand("Go through the control room in five minutes.", "demo.tour"),
    "db": LazyCommand("Create, check and maintain the registry.", "db.db"),
    "setup": LazyCommand(
        "Give coding agents what they need for cafleet.", "setup.setup"
    ),
    "mcp": LazyCommand("Serve messages to an agent without a shell, by MCP."),
    "doctor": LazyCommand("Find out what is wrong on this machine."),
    "config": LazyCommand(
        "Show, change and check the settings.", "config_command.config_group"
    ),
    "completion": LazyCommand(
        "Print a completion script for a shell.", "completion.completion"
    ),
    "help": LazyCommand(
        "Show what a command is for and which options it has.",
        "help_command.help_command",
    ),
    "agents": LazyCommand(),
}


class Root(Group):
    """The root group: imports a subcommand's module when it is called, not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, command in _COMMANDS.items() if command.summary]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        first, *rest = canonical([cmd_name])
        command = _load(first)
        for word in rest:
            if isinstance(command, click.Group):
                command = command.get_command(ctx, word)
        return command

    def shell_complete(
        self, ctx: click.Context, incomplete: str
    ) -> list[CompletionItem[Any]]:
        from click.shell_completion import CompletionItem

        return [
            CompletionItem(name, help=_COMMANDS[name].summary)
            for name in self.list_commands(ctx)
            if name.startswith(incomplete)
        ] or super().shell_complete(ctx, incomplete)

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, _COMMANDS[name].summary) for name in self.list_commands(ctx)]
            )


def _load(name: str) -> click.Command | None:
    command = _COMMANDS.get(name)
    if command is None:
        return None
    if command.place:
        made: click.Command = parser.load(command.place)
        return made
    if name in command_table.GROUPS:
        return Group(name, help=command.summary)
    return parser.from_table(name) or _plugged_in(name)


def _plugged_in(name: str) -> click.Command:
    """A command that another distribution or package offers under `cafleet.commands`."""
    from importlib.metadata import entry_points

    for point in entry_points(group="cafleet.commands", name=name):
        command: click.Command = point.load()
        return command
    raise click.UsageError(f"'{name}' is not installed; install cafleet as a package.")


def _show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        output.line(f"cafleet {__version__}")
        context.exit()


@click.command(cls=Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def cafleet() -> None:
    """A control room, message broker and registry for coding agents in tmux panes.

    An id may be cut to four characters or more, and an agent be called by its name. Who
    calls is known by the pane, unless --session-id and --agent-id say so.
    """


def carry_out(arguments: list[str], run: Invocation) -> object:
    """Run one command line as click parses it; what its function returned.

    Raises CafleetError, also for wrong usage.
    """
    try:
        if any("\0" in argument for argument in arguments):
            raise click.UsageError("an argument holds a NUL character.")
        return cafleet.main(
            arguments, prog_name="cafleet", standalone_mode=False, obj=run
        )
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        run.json = run.json or _mentions_json(arguments)
        return _refuse(error, run.json)


def _mentions_json(arguments: list[str]) -> bool:
    """Whether the arguments ask for `--json`, if parsing ended before it was reached."""
    ends = arguments.index("--") if "--" in arguments else None
    return "--json" in arguments[:ends]


def _refuse(error: click.ClickException, as_json: bool) -> int:
    """Refuse wrong usage; a group that was named without a command prints its help."""
    if not isinstance(error, click.exceptions.NoArgsIsHelpError):
        from cafleet_core.cli import wrong_usage

        raise wrong_usage.made_of(error) from None
    if as_json:
        raise WrongUsage("Missing command.") from None
    output.note(error.format_message())
    return WrongUsage.exit_code
