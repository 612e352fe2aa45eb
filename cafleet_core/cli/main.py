"""The `cafleet` command: finds the subcommand, and turns every error into one line and a code."""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn

import click

from cafleet_core import __version__
from cafleet_core.cli import output, parser, refusals
from cafleet_core.cli.aliases import canonical
from cafleet_core.cli.invocation import Invocation
from cafleet_core.cli.parser import Group
from cafleet_core.errors import CafleetError, Internal
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class LazyCommand(NamedTuple):
    """Where a subcommand is, as `module.function`, and its line in the overview, if it has one.

    Without a module it is an entry point of the group `cafleet.commands`.
    """

    place: str
    summary: str = ""


_COMMANDS = {
    "session": LazyCommand(
        "session.session", "Create, list, show and delete sessions."
    ),
    "agent": LazyCommand("agent.agent", "Register, list, show and deregister agents."),
    "message": LazyCommand("message.message", "Send, poll, ack and look up messages."),
    "member": LazyCommand(
        "member.member", "Spawn members in tmux panes and look after them."
    ),
    "up": LazyCommand("up.up", "Start a session, its Director and the control room."),
    "monitor": LazyCommand(
        "monitor.monitor", "Deliver what is held, wake the Director when needed."
    ),
    "status": LazyCommand(
        "status.status", "Print one line on who waits and what is unacked."
    ),
    "tui": LazyCommand("", "Open the control room."),
    "popup": LazyCommand("popup.popup", "Open the control room in a tmux popup."),
    "server": LazyCommand("", "Open the control room in a browser."),
    "demo": LazyCommand(
        "demo.demo", "See a whole team at work, without any coding agent."
    ),
    "db": LazyCommand("db.db", "Create, check and maintain the registry."),
    "setup": LazyCommand(
        "setup.setup", "Give coding agents what they need for cafleet."
    ),
    "doctor": LazyCommand("doctor.doctor", "Find out what is wrong on this machine."),
    "config": LazyCommand(
        "config_command.config_group", "Show and check the settings."
    ),
    "completion": LazyCommand(
        "completion.completion", "Print a completion script for a shell."
    ),
    "help": LazyCommand(
        "help_command.help_command",
        "Show what a command is for and which options it has.",
    ),
    "agents": LazyCommand("agent.agents_command"),
}

_INTERRUPTED = 130


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
    return parser.load(command.place) if command.place else _plugged_in(name)


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


def main() -> NoReturn:
    """Run the command line of this process and exit with the code that the docs promise."""
    output.prepare()
    # Taking the interpreter apart costs as much as a whole poll, and nothing is left open.
    os._exit(run([_as_meant(argument) for argument in sys.argv[1:]]))


def _as_meant(argument: str) -> str:
    """An argument as UTF-8 text, whatever the locale; bytes that are none stay as they came.

    Under the POSIX locale Python reads every byte beyond ASCII as a lone surrogate.
    """
    if argument.isascii():
        return argument
    try:
        return os.fsencode(argument).decode()
    except UnicodeError:
        return argument


def run(arguments: list[str]) -> int:
    """Run one command line; its exit code. Nothing but text and JSON is ever printed."""
    invocation = Invocation()
    try:
        if any("\0" in argument for argument in arguments):
            raise click.UsageError("an argument holds a NUL character.")
        try:
            returned: Any = cafleet.main(
                arguments, prog_name="cafleet", standalone_mode=False, obj=invocation
            )
            output.flush()
        finally:
            invocation.close()
    except CafleetError as error:
        return refusals.report(error, invocation.json)
    except click.ClickException as error:
        return refusals.report_usage(
            error, invocation.json or _mentions_json(arguments)
        )
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except output.ReaderGone:
        return 1
    except SystemExit as left:  # the parser's way of ending a completion
        return left.code if isinstance(left.code, int) else 1
    except Exception as error:  # noqa: BLE001  # the last line of defence against tracebacks
        from cafleet_core.cli import crash

        kind = Internal(type(error).__name__, crash.keep(error))
        return refusals.report(kind, invocation.json)
    return returned if isinstance(returned, int) else 0


def _mentions_json(arguments: list[str]) -> bool:
    """Whether `--json` was meant where parsing ended before it was reached."""
    ends = arguments.index("--") if "--" in arguments else None
    return "--json" in arguments[:ends]
