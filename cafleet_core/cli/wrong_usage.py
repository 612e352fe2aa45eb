"""Turn click's refusals into our errors: what was probably meant, and the usage."""

from __future__ import annotations

from click.exceptions import (
    BadParameter,
    ClickException,
    MissingParameter,
    NoSuchOption,
    UsageError,
)

from cafleet_core.errors import WrongUsage
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from click import Context


def made_of(error: ClickException) -> WrongUsage:
    """The error with its hint: the command's usage, if the message alone does not help."""
    context = error.ctx if isinstance(error, UsageError) else None
    says_it = isinstance(error, BadParameter) and not isinstance(
        error, MissingParameter
    )
    way_out = _usage(context) if context and not says_it else ""
    if isinstance(error, NoSuchOption):
        return WrongUsage(_no_such_option(error), way_out)
    return WrongUsage(error.format_message(), way_out)


def _usage(context: Context) -> str:
    """The hint for a wrong command line: its usage; for a group, what may follow."""
    command, path = context.command, context.command_path
    names = getattr(command, "list_commands", None)
    if names is not None:
        return f"Commands: {', '.join(names(context))}; see '{path} --help'."
    pieces = command.collect_usage_pieces(context)
    return f"Usage: {' '.join((path, *pieces))}; see '{path} --help'."


def _no_such_option(error: NoSuchOption) -> str:
    from cafleet_core.suggestion import nearest

    meant = nearest(error.option_name, error.possibilities or ())
    hint = f"; did you mean '{meant}'?" if meant else "."
    return f"No such option {error.option_name!r}{hint}"
