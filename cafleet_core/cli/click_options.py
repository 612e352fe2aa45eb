"""click's options and arguments, made of those of the table, and those that all commands share."""

from __future__ import annotations

from functools import cache

import click

from cafleet_core.cli.invocation import Invocation
from cafleet_core.cli.options import SHARED, Kind
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from click.shell_completion import CompletionItem

    from cafleet_core.cli.options import Argument, Option


class DirectoryParam(click.ParamType[str]):
    """An id or name of something that there is: resolved by the command, completed by shells."""

    def __init__(self, name: str) -> None:
        self.name = name

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        return value

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[Any]]:
        from cafleet_core.cli import candidates

        run = ctx.ensure_object(Invocation)
        return candidates.offered(run, self.name, incomplete)


AGENT = DirectoryParam("agent")
SESSION = DirectoryParam("session")
RULE = DirectoryParam("rule")

_NAMED = {Kind.AGENT: AGENT, Kind.SESSION: SESSION, Kind.RULE: RULE}


def _keep(context: click.Context, option: click.Parameter, value: Any) -> Any:
    if value not in (None, False):  # no agent has an empty id
        setattr(context.ensure_object(Invocation), option.name or "", value)
    return value


class TableOption(click.Option):
    """An option of the table."""

    may_stand_alone = False


def made_option(option: Option) -> click.Option:
    """click's option for one of the table."""
    is_flag = option.kind == Kind.FLAG
    default = False if is_flag else option.default
    # to click None is a default too, with which a required option is not missing; and where
    # one without a default is said to be no flag, it may do without its value
    given: dict[str, Any] = {} if default is None else {"default": default}
    made = TableOption(
        [*option.names, option.field],
        type=_type(option),
        is_flag=is_flag or None,
        **given,
        show_default=option.shows_default,
        required=option.required,
        multiple=option.multiple,
        metavar=option.metavar,
        help=option.help,
    )
    made.may_stand_alone = option.optional
    return made


class Decimal(click.FloatRange):
    """A number between two others, which no number is that is none."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        """See `click.FloatRange`."""
        number = super().convert(value, param, ctx)
        if number != number:  # `math` would be imported for this alone
            self.fail(f"{value!r} is not a valid float.", param, ctx)
        return number


def made_argument(argument: Argument) -> click.Argument:
    """The click argument for the argument of a command of the table."""
    return click.Argument(
        [argument.field],
        type=_NAMED.get(argument.kind),
        metavar=argument.metavar,
        required=argument.required,
        nargs=-1 if argument.many else 1,
    )


def _type(option: Option) -> click.ParamType[Any] | None:
    """click's type for an option's value."""
    match option.kind:
        case Kind.SESSION | Kind.AGENT | Kind.RULE:
            return _NAMED[option.kind]
        case Kind.COUNT:
            return click.IntRange(option.low, option.high)
        case Kind.SECONDS | Kind.DOLLARS:
            return Decimal(option.low, option.high)
        case Kind.CHOICE:
            return click.Choice(option.choices)
        case Kind.TIME:
            from cafleet_core.cli.parameter_types import Time

            return Time()
        case Kind.FOLDER:
            from cafleet_core.cli.parameter_types import Absolute

            return Absolute(exists=True, file_okay=False)
    return None


@cache
def shared_options() -> tuple[click.Option, ...]:
    """The options that are accepted before and after every subcommand."""
    made = tuple(map(made_option, SHARED))
    for option in made:
        option.expose_value, option.callback = False, _keep
    return made
