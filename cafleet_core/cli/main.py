"""The `cafleet` command: finds the subcommand, and turns every error into one line and a code."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any, NamedTuple, NoReturn

import click

from cafleet_core import __version__
from cafleet_core.cli import output
from cafleet_core.cli.invocation import Group, Invocation
from cafleet_core.errors import CafleetError


class Entry(NamedTuple):
    """Where a subcommand lives, and its line in the overview; no line for an alias."""

    module: str
    attribute: str
    summary: str = ""


_COMMANDS = {
    "session": Entry("session", "session", "Create, list, show and delete sessions."),
    "agent": Entry("agent", "agent", "Register, list, show and deregister agents."),
    "message": Entry("message", "message", "Send, poll, ack and look up messages."),
    "member": Entry(
        "member", "member", "Spawn members in tmux panes and look after them."
    ),
    "tui": Entry("", "tui", "Open the control room."),
    "demo": Entry(
        "demo", "demo", "See a whole team at work, without any coding agent."
    ),
    "db": Entry("db", "db", "Create, check and maintain the registry."),
    "doctor": Entry("doctor", "doctor", "Find out what is wrong on this machine."),
    "fleet": Entry("session", "session"),
    "register": Entry("agent", "register"),
    "deregister": Entry("agent", "deregister"),
    "agents": Entry("agent", "agents_command"),
    "send": Entry("message", "send"),
    "broadcast": Entry("message", "broadcast"),
    "poll": Entry("message", "poll"),
    "ack": Entry("message", "ack"),
    "cancel": Entry("message", "cancel"),
    "get-task": Entry("message", "show"),
}

_INTERRUPTED = 130


class Root(Group):
    """The root group: imports a subcommand's module when it is called, not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, entry in _COMMANDS.items() if entry.summary]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = _COMMANDS.get(cmd_name)
        if entry is None:
            return None
        if not entry.module:
            return _plugged_in(cmd_name)
        module = import_module(f"cafleet_core.cli.{entry.module}")
        command: click.Command = getattr(module, entry.attribute)
        return command

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, _COMMANDS[name].summary) for name in self.list_commands(ctx)]
            )


def _plugged_in(name: str) -> click.Command:
    """A command that another distribution or package offers under `cafleet.commands`."""
    from importlib.metadata import entry_points

    for point in entry_points(group="cafleet.commands", name=name):
        command: click.Command = point.load()
        return command
    raise click.UsageError(f"'{name}' is not installed; install cafleet as a package.")


@click.command(cls=Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="cafleet", message="%(prog)s %(version)s")
def cafleet() -> None:
    """A control room, message broker and registry for coding agents in tmux panes."""


def main() -> NoReturn:
    """Run the command line of this process and exit with the code that the docs promise."""
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        code = code or 1
    # Taking the interpreter apart costs as much as a whole poll, and nothing is left open.
    os._exit(code)


def run(arguments: list[str]) -> int:
    """Run one command line; its exit code. Nothing but text and JSON is ever printed."""
    invocation = Invocation()
    as_json = "--json" in arguments
    try:
        returned: Any = cafleet.main(
            arguments, prog_name="cafleet", standalone_mode=False, obj=invocation
        )
    except CafleetError as error:
        return _report(error.message, error.code, error.exit_code, as_json)
    except click.exceptions.NoArgsIsHelpError as error:
        output.note(error.format_message())
        return error.exit_code
    except click.ClickException as error:
        return _report(error.format_message(), "usage", error.exit_code, as_json)
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except BrokenPipeError:
        return 1
    except Exception as error:  # noqa: BLE001  # the last line of defence against tracebacks
        return _report(
            f"internal error: {type(error).__name__}", "internal", 1, as_json
        )
    finally:
        _finish(invocation)
    return returned if isinstance(returned, int) else 0


def _finish(invocation: Invocation) -> None:
    """Hand over what was printed first: owed pushes may take a moment."""
    with suppress(BrokenPipeError):
        sys.stdout.flush()
    invocation.close()


def _report(message: str, code: str, exit_code: int, as_json: bool) -> int:
    if as_json:
        output.note(output.encoded({"error": {"code": code, "message": message}}))
    else:
        output.note(f"Error: {message}")
    return exit_code
