"""What every command shares: the options that go anywhere, the registry, and who calls."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import click

from cafleet_core.broker.delivery import pending
from cafleet_core.broker.directory import host_renamed, identity
from cafleet_core.broker.directory.identity import Caller
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.cli import output
from cafleet_core.cli.aliases import canonical
from cafleet_core.config import settings
from cafleet_core.config.settings import Settings
from cafleet_core.errors import CafleetError, CallerUnknown
from cafleet_core.records import Session

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Invocation:
    """One run of the program."""

    def __init__(self) -> None:
        self.json = False
        self.session_id: str | None = None
        self.agent_id: str | None = None
        self.read_only = False
        self.starts_loop = True

    @cached_property
    def settings(self) -> Settings:
        """The settings of this run; raises InvalidSetting."""
        return settings.load()

    @cached_property
    def registry(self) -> Registry:
        """The registry, opened when first asked for; raises RegistryError."""
        registry = open_registry(self.settings.registry)
        if not self.read_only:
            host_renamed.keep_agents(registry, os.environ)
        return registry

    def caller(self) -> Caller:
        """Who calls; raises CallerUnknown where nothing tells."""
        return identity.caller(
            self.registry, self.settings, os.environ, self.session_id, self.agent_id
        )

    def session(self) -> Session:
        """The session that is meant; raises CallerUnknown where nothing tells."""
        return identity.session_of_caller(
            self.registry, self.settings, os.environ, self.session_id, self.agent_id
        )

    def session_if_known(self) -> Session | None:
        """The session that is meant, or None where nothing tells."""
        try:
            return self.session()
        except CallerUnknown:
            return None

    def say(self, words: str, document: object) -> None:
        """Print the result in the form that was asked for."""
        if self.json:
            output.document(document)
        else:
            output.line(words)

    def close(self) -> None:
        """Give the registry back, where it was opened; first, try the pushes that are owed.

        What is owed still is left to a loop in the background. A run that only looks does
        neither. Nothing that happens here is the run's failure.
        """
        if "registry" not in self.__dict__:
            return
        try:
            if not self.read_only:
                pending.settle(self.registry, self.settings.push_rules)
                self._leave_work()
        except (CafleetError, KeyboardInterrupt):
            pass  # the command has done its own work; the next one tries again
        finally:
            self.registry.close()

    def _leave_work(self) -> None:
        if not self.starts_loop or not self.settings.background:
            return
        if unattended := pending.unattended(self.registry):
            from cafleet_core.broker.supervision import background  # seldom needed

            background.start(self.registry, unattended, self.settings)


pass_invocation = click.make_pass_decorator(Invocation, ensure=True)


class Reference(click.ParamType[str]):
    """What stands for something in the registry: resolved by the broker, offered to shells."""

    def __init__(self, name: str) -> None:
        self.name = name

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        return value

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[Any]]:
        from cafleet_core.cli import completion

        run = ctx.ensure_object(Invocation)
        return completion.offered(run, self.name, incomplete)


AGENT = Reference("agent")
SESSION = Reference("session")

_AGENT_METAVAR = "ID|NAME"


def _keep(context: click.Context, option: click.Parameter, value: Any) -> Any:
    if value not in (None, False):  # an empty id is one that nobody has
        setattr(context.ensure_object(Invocation), option.name or "", value)
    return value


@cache
def shared_options() -> tuple[click.Option, ...]:
    """The options that are accepted before and after every subcommand."""
    return (
        click.Option(
            ["--session-id", "--fleet-id", "session_id"],
            type=SESSION,
            metavar="ID",
            expose_value=False,
            callback=_keep,
            help="The session to work in.",
        ),
        click.Option(
            ["--agent-id", "agent_id"],
            type=AGENT,
            metavar="ID",
            expose_value=False,
            callback=_keep,
            help="The agent to act as.",
        ),
        click.Option(
            ["--json", "json"],
            is_flag=True,
            expose_value=False,
            callback=_keep,
            help="Print JSON.",
        ),
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
    """A command of which the parser does not search the disk for a translation of `--help`."""

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

    def faults(self, _settings: Settings) -> Iterable[tuple[str, str]]:
        """What cannot be meant of settings that only this command reads: each with its why."""
        return ()

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        from cafleet_core.cli.examples import EXAMPLES

        words = canonical(ctx.command_path.split()[1:])
        with formatter.section("Example"):
            formatter.write(f"  {EXAMPLES[' '.join(words)]}\n")


class Group(_Parsed, click.Group):
    """A group whose commands take the shared options, as it does itself."""

    command_class = Command

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(shared_options())

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        known = name.startswith("-") or self.get_command(ctx, name) is not None
        if not known and not ctx.resilient_parsing:
            from cafleet_core.suggestion import nearest

            meant = nearest(name, self.list_commands(ctx))
            hint = f"; did you mean '{meant}'?" if meant else "."
            ctx.fail(f"No such command {name!r}{hint}")
        return super().resolve_command(ctx, args)
