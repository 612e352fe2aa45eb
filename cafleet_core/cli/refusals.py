"""How a refusal is told: one line and its way out, or under `--json` one object; its exit code."""

from __future__ import annotations

from cafleet_core.cli import output
from cafleet_core.errors import WrongUsage
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    import click

    from cafleet_core.errors import CafleetError


def report(error: CafleetError, as_json: bool) -> int:
    """Print an error on standard error; its exit code."""
    if as_json:
        document = {"code": error.code, "message": error.message}
        output.note(output.encoded({"error": document}))
        return error.exit_code
    from cafleet_core.cli import error_hints

    output.note(f"Error: {error.message}")
    if way_out := error_hints.way_out(error):
        output.note(way_out)
    return error.exit_code


def report_usage(error: click.ClickException, as_json: bool) -> int:
    """Print what the parser refuses; only a group without a command answers with its help."""
    from click.exceptions import (
        BadParameter,
        MissingParameter,
        NoArgsIsHelpError,
        NoSuchOption,
        UsageError,
    )

    if isinstance(error, NoArgsIsHelpError):
        if as_json:
            return report(WrongUsage("Missing command."), as_json)
        output.note(error.format_message())
        return WrongUsage.exit_code
    context = error.ctx if isinstance(error, UsageError) else None
    says_it = isinstance(error, BadParameter) and not isinstance(
        error, MissingParameter
    )
    way_out = _usage(context) if context and not says_it else ""
    if isinstance(error, NoSuchOption):
        return report(WrongUsage(_no_such_option(error), way_out), as_json)
    return report(WrongUsage(error.format_message(), way_out), as_json)


def _usage(context: click.Context) -> str:
    """The way out of a wrong command line: its usage; of a group, what may follow."""
    command, path = context.command, context.command_path
    names = getattr(command, "list_commands", None)
    if names is not None:
        return f"Commands: {', '.join(names(context))}; see '{path} --help'."
    pieces = command.collect_usage_pieces(context)
    return f"Usage: {' '.join((path, *pieces))}; see '{path} --help'."


def _no_such_option(error: click.NoSuchOption) -> str:
    from cafleet_core.suggestion import nearest

    meant = nearest(error.option_name, error.possibilities or ())
    hint = f"; did you mean '{meant}'?" if meant else "."
    return f"No such option {error.option_name!r}{hint}"
