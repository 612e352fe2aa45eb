"""Recipe steps that were forgotten for a command, error, migration and so on, a sentence each."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import click

import cafleet_core
from cafleet_core.agents.catalog import CodingAgent
from cafleet_core.agents.cues import OF_AGENT, Cues
from cafleet_core.cli import command_table, error_hints, push_hints
from cafleet_core.cli.commands import cafleet
from cafleet_core.cli.examples import EXAMPLES
from cafleet_core.config.keys import KEYS
from cafleet_core.event_rules import message
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.reference import commands, data_model, errors
from cafleet_core.states import EventKind, PushReason
from cafleet_core.storage.migrations.steps import STEPS
from cafleet_core.storage.registry import HEAD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CORE = Path(cafleet_core.__path__[0])


def gaps() -> list[str]:
    """Every step of a recipe that is missing, with the file where it belongs.

    Commands that cannot be loaded come alone: what is left is asked of loaded ones.
    """
    return [*_functions(), *_root_commands()] or [
        *_coding_agents(),
        *_commands(),
        *_unnamed(),
        *_errors(),
        *_push_reasons(),
        *_events(),
        *_settings(),
        *_migrations(),
        *_columns(),
    ]


def _coding_agents() -> Iterator[str]:
    fields = {*CodingAgent._fields, *OF_AGENT} - {"name"}
    cues = set(Cues._fields) - set(OF_AGENT)
    for path in sorted((_CORE / "agents").glob("*.toml")):
        place = f"cafleet_core/agents/{path.name}"
        table = tomllib.loads(path.read_text("utf-8"))
        for key in sorted({"argv", "process_names", "cues"} - set(table)):
            yield f"{place} does not say its {key}."
        for key in sorted(set(table) - fields):
            yield f"{place} says {key}, which nobody reads."
        for key in sorted(set(table.get("cues", {})) - cues):
            yield f"{place} says cues.{key}, which nobody reads."


def _functions() -> Iterator[str]:
    for words, command in command_table.everything().items():
        module, _, function = command.place.partition(".")
        if function not in _defined(_CORE / f"cli/{module}.py"):
            yield (
                f"cafleet_core/cli/{module}.py has no function `{function}`, which"
                f" `cafleet {words}` names."
            )


def _defined(path: Path) -> set[str]:
    """The functions of a module; none if there is no such file."""
    body = ast.parse(path.read_text("utf-8")).body if path.exists() else []
    return {node.name for node in body if isinstance(node, ast.FunctionDef)}


def _unnamed() -> Iterator[str]:
    """Functions that take a command's invocation, but that no table and no module names."""
    paths = (_CORE / "cli").glob("*.py")
    sources = {path.stem: path.read_text("utf-8") for path in paths}
    for module, source in sources.items():
        for name in filter(None, map(_written_for_a_command, ast.parse(source).body)):
            named = re.compile(rf"\b{module}(\.{name}\b| import .*\b{name}\b)")
            called = re.search(rf"^ +{name}\(", source, re.MULTILINE)
            if not called and not any(map(named.search, sources.values())):
                yield (
                    f"cafleet_core/cli/{module}.py has `{name}`, which no command of"
                    " cli/*_options.py or cli/command_table.py names."
                )


def _written_for_a_command(node: ast.stmt) -> str | None:
    """The name of a public function whose first parameter is `run`; click's own have a decorator."""
    if not isinstance(node, ast.FunctionDef) or node.decorator_list:
        return None
    first = node.args.args[0].arg if node.args.args else ""
    return None if node.name.startswith("_") or first != "run" else node.name


def _root_commands() -> Iterator[str]:
    context = click.Context(cafleet)
    for name in cafleet.list_commands(context):
        try:
            cafleet.get_command(context, name)
        except click.UsageError:
            yield (
                f"cafleet_core/cli/command_table.py does not say what `cafleet {name}`"
                " takes."
            )


def _commands() -> Iterator[str]:
    known = {" ".join(c.words): c.command for c in commands.documented()}
    leaves = {
        words
        for words, command in known.items()
        if not isinstance(command, click.Group)
    }
    for words in sorted(leaves - set(EXAMPLES)):
        yield f"cafleet_core/cli/examples.py has no example for `cafleet {words}`."
    for words in sorted(set(EXAMPLES) - leaves - {"agents"}):
        yield f"cafleet_core/cli/examples.py has an example for `{words}`, which is no command."
    reached = {command.callback for command in known.values()}
    for module, function in _declared():
        if (f"cafleet_core.cli.{module}", function) not in {
            (callback.__module__, callback.__name__)
            for callback in reached
            if callback is not None
        }:
            yield (
                f"cafleet_core/cli/{module}.py declares the command `{function}`, which"
                " cli/commands.py does not name."
            )


def _declared() -> Iterator[tuple[str, str]]:
    """Module and name of each function that is a command or a group by its decorators."""
    for path in sorted((_CORE / "cli").glob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and _is_command(node):
                yield path.stem, node.name


def _is_command(function: ast.FunctionDef) -> bool:
    calls = [
        node.func for node in function.decorator_list if isinstance(node, ast.Call)
    ]
    names = {call.attr for call in calls if isinstance(call, ast.Attribute)}
    return bool(names & {"command", "group"}) and function.name not in _NOT_LISTED


_NOT_LISTED = {"cafleet"}
"""The root."""


def _errors() -> Iterator[str]:
    for code, kind in errors.by_code().items():
        if code not in error_hints.BY_CODE:
            yield (
                f"cafleet_core/cli/error_hints.py says nothing in BY_CODE of `{code}`,"
                f" the code of {kind.__name__}."
            )


def _push_reasons() -> Iterator[str]:
    given = _named(_GIVERS, _REASON)
    for reason in PushReason:
        if reason not in push_hints.BY_PUSH_REASON and reason != PushReason.ANSWER:
            yield (
                "cafleet_core/cli/push_hints.py says nothing in BY_PUSH_REASON of"
                f" `{reason}`."
            )
        if f"PushReason.{reason.name}" not in given:
            yield (
                "No module of cafleet_core/broker, push or panes gives the push reason"
                f" `{reason}`."
            )
    for name in sorted(set(push_hints.BY_PUSH_REASON) - set(PushReason)):
        yield f"cafleet_core/states.py: PushReason has no `{name}`, which BY_PUSH_REASON names."


def _events() -> Iterator[str]:
    recorded = _named(_RECORDERS, _KIND)
    for kind in EventKind:
        if kind not in message.WORDS:
            yield f"cafleet_core/event_rules/message.py says nothing in WORDS of `{kind}`."
        if f"EventKind.{kind.name}" not in recorded:
            yield f"No module of cafleet_core/broker or storage records the event `{kind}`."


def _named(modules: Iterable[str], member: re.Pattern[str]) -> set[str]:
    """The members of an enum that the modules of these patterns name."""
    sources = (path for pattern in modules for path in _CORE.glob(pattern))
    return {
        name for path in sources for name in member.findall(path.read_text("utf-8"))
    }


_RECORDERS = ("broker/**/*.py", "storage/**/*.py")
_KIND = re.compile(r"EventKind\.\w+")
_GIVERS = ("broker/**/*.py", "push/*.py", "panes/**/*.py", "records.py")
_REASON = re.compile(r"PushReason\.\w+")


def _settings() -> Iterator[str]:
    table = _CORE / "config/keys.py"
    packages = (_CORE, _CORE.parent / "cafleet_tui")
    sources = (path for package in packages for path in package.rglob("*.py"))
    read = {
        name
        for path in sources
        if path != table
        for name in _SETTING.findall(path.read_text("utf-8"))
    }
    for key in KEYS:
        if key.field not in read:
            yield f"Nothing reads `{key.name}`: no module has `settings.{key.field}`."


_SETTING = re.compile(r"(?<=settings\.)\w+|(?<=self\.)\w+")


def _migrations() -> Iterator[str]:
    steps = [step.__module__.rpartition(".")[2] for step in STEPS]
    for path in sorted((_CORE / "storage/migrations").glob("m[0-9]*.py")):
        if path.stem not in steps:
            yield f"cafleet_core/storage/migrations/steps.py does not take {path.stem}."
    if len(STEPS) != HEAD:
        yield (
            f"cafleet_core/storage/registry.py: HEAD is {HEAD}, but there are"
            f" {len(STEPS)} migrations."
        )


def _columns() -> Iterator[str]:
    for column in data_model.unmodelled():
        yield f"cafleet_core/storage/: no model has `{column}`."
    for column in data_model.undescribed():
        yield f"cafleet_core/storage/: `{column}` of its model has no help_text."
