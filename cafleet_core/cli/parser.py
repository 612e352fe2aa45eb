"""click's commands and groups, with the options that several share."""

from __future__ import annotations

from functools import cache
from importlib import import_module

import click

from cafleet_core.cli import aliases, command_table, output, positional
from cafleet_core.cli.aliases import canonical
from cafleet_core.cli.click_options import (
    AGENT,
    TableOption,
    made_argument,
    made_option,
    shared_options,
)
from cafleet_core.cli.invocation import Invocation
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from click.shell_completion import CompletionItem

    from cafleet_core.config.settings import Settings

pass_invocation = click.make_pass_decorator(Invocation, ensure=True)


_AGENT_METAVAR = "ID|NAME"


def from_table(words: str) -> click.Command | None:
    """click's command for these words of the table; None if they are not in it."""
    command = command_table.command(words)
    if command is None:
        return None
    function = load(command.place)
    params: list[click.Parameter] = [*map(made_option, command.options)]
    if command.argument is not None:
        params.append(made_argument(command.argument))
    return Command(
        words.split()[-1],
        callback=pass_invocation(function),
        help=function.__doc__,
        params=params,
    )


def _show_help(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        output.line(context.get_help())
        context.exit()


@cache
def _help_option(names: tuple[str, ...]) -> click.Option:
    return click.Option(
        names,
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_show_help,
        help="Show this message and exit.",
    )


class _Parsed(click.Command):
    """A command whose `--help` is not looked up in translations on the disk."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _help_option(tuple(self.get_help_option_names(ctx)))


class Command(_Parsed):
    """A command that also takes the shared options, and whose help shows one example."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for param in self.params:
            if param.metavar == _AGENT_METAVAR:
                param.type = AGENT
        self.params.extend(shared_options())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        syntax = self._syntax()
        return super().parse_args(
            ctx, positional.as_options(_words_of(ctx), syntax, args)
        )

    def _syntax(self) -> positional.Syntax:
        options = [param for param in self.params if isinstance(param, click.Option)]
        return positional.Syntax(
            values={
                name: each.nargs
                for each in options
                if not each.is_flag
                for name in each.opts
            },
            repeatable={
                name for each in options if each.multiple for name in each.opts
            },
            takes_words=any(isinstance(param, click.Argument) for param in self.params),
            optional={
                name
                for each in options
                if isinstance(each, TableOption) and each.may_stand_alone
                for name in each.opts
            },
        )

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """The options, then the arguments that may replace some of them, then the command's own."""
        options, *own = super().collect_usage_pieces(ctx)
        slots = self._slots(ctx)
        pieces = [f"[{slot.make_metavar(ctx)}]" for slot in slots]
        dots = "..." if slots and slots[-1].multiple else ""
        return [options, *pieces[:-1], *(piece + dots for piece in pieces[-1:]), *own]

    def _slots(self, ctx: click.Context) -> list[click.Option]:
        """The options that arguments may replace, in their order."""
        options = {name: param for param in self.params for name in param.opts}
        slots = positional.POSITIONAL.get(_words_of(ctx), ())
        return [
            option
            for slot in slots
            if isinstance(option := options[slot], click.Option)
        ]

    def shell_complete(
        self, ctx: click.Context, incomplete: str
    ) -> list[CompletionItem[Any]]:
        """Candidates for an argument that replaces an option; else the options' names."""
        free = [
            slot for slot in self._slots(ctx) if not ctx.params.get(slot.name or "")
        ]
        if free and not incomplete.startswith("-"):
            return free[0].type.shell_complete(ctx, free[0], incomplete)
        return super().shell_complete(ctx, incomplete)

    def faults(self, _settings: Settings) -> Iterable[tuple[str, str]]:
        """Invalid settings that only this command reads, as (key, reason)."""
        return ()

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        from cafleet_core.cli.examples import EXAMPLES

        example = EXAMPLES.get(_words_of(ctx))
        if example:
            lines = example.splitlines()
            with formatter.section("Examples" if lines[1:] else "Example"):
                formatter.write("".join(f"  {line}\n" for line in lines))


class Group(_Parsed, click.Group):
    """A group whose commands take the shared options, as it does itself.

    Those of the table are imported when they are called.
    """

    command_class = Command

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(shared_options())

    def list_commands(self, ctx: click.Context) -> list[str]:
        ours = [
            words.split()[-1]
            for words in command_table.commands(self.name or "")
            if words.startswith(f"{self.name} ")
        ]
        return sorted([*super().list_commands(ctx), *ours])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        ours = from_table(f"{self.name} {cmd_name}")
        return ours or super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if ctx.parent is None:
            args = aliases.rewritten(args)
        name = args[0]
        known = name.startswith("-") or self.get_command(ctx, name) is not None
        if not known and not ctx.resilient_parsing:
            from cafleet_core.cli import misspelt

            within = ctx.command_path.split()[1:]
            hint = misspelt.hint(name, within, self.list_commands(ctx))
            ctx.fail(f"No such command {name!r}{hint}")
        return super().resolve_command(ctx, args)


def _words_of(context: click.Context) -> str:
    """The words of a command as the documentation has them, without the program's name."""
    return " ".join(canonical(context.command_path.split()[1:]))


def load(place: str) -> Any:
    """The object at a place within this package, written as `module.function`."""
    module, _, function = place.partition(".")
    return getattr(import_module(f"cafleet_core.cli.{module}"), function)
