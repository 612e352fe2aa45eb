"""`docs/cli.md`: every command with its options and its example, made from the parser."""

from __future__ import annotations

import click

from cafleet_core.cli.aliases import (
    ALIASES,
    AS_WORDS,
    COMMANDS,
    OPTIONS,
    SWITCHES,
    WITHOUT_EFFECT,
)
from cafleet_core.cli.click_options import shared_options
from cafleet_core.cli.commands import cafleet
from cafleet_core.cli.examples import EXAMPLES
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_INTRODUCTION = """\
# The command line

<!-- Made by `make docs` from the program itself; change the program, not this file. -->

One line an answer, on standard output; what went wrong on standard error, see
[errors.md](errors.md). The exit code is 0 where it is done, 1 where it was refused or failed, 2 for
wrong usage, 3 where a pane or an agent did not react in time. Every example is run by the tests.

An id may be cut, to four characters or more, where it stays the only one that begins so; an agent
may be called by its name. `TIME` is `10m`, `2h`, `12:40`, `yesterday 9:00` or ISO 8601.
"""

_EVERYWHERE = """\
## Options that go anywhere

Accepted before and after every command, and ignored where they have no use. Left out, session and
agent are those of `CAFLEET_SESSION_ID` and `CAFLEET_AGENT_ID`, which every member has, else of the
tmux pane that calls.
"""

_SHORT = """\
## Short forms

| written | means |
| --- | --- |
| `cafleet agents` | `cafleet agent list`; with `--id ID`: `cafleet agent show --id ID` |
"""

_WORDS = """\
## Words instead of options

An id, a name or a text may stand without its option, in the order that each command's usage line
below shows in brackets: `cafleet message ack 3f0c9a1e 8b2d47c6`, `cafleet message send drafter "Go
on."`. What follows `--` is never an option: `cafleet message send drafter -- "- a list"`.
`cafleet help message send` is `cafleet message send --help`.

The id of a message to several, as `cafleet message list` shows it, stands for your own part of it.
"""

_OTHERS = """\
## Spellings of other versions

What other versions of cafleet call otherwise is understood, so that their habits and scripts go on
working. It is not offered by completion, and nothing new is spelt so.

| written | means |
| --- | --- |
"""


class DocumentedCommand(NamedTuple):
    """A command, the words by which it is called, and its context."""

    words: tuple[str, ...]
    command: click.Command
    context: click.Context


def documented() -> Iterator[DocumentedCommand]:
    """Every command and group but the root, each group before its commands."""
    yield from _below(cafleet, click.Context(cafleet, info_name="cafleet"), ())


def document() -> str:
    """Every group, command, option, default, alias and example, in Markdown."""
    shared = "".join(_row(option) for option in shared_options())
    aliases = "".join(
        f"| `cafleet {alias}` | `cafleet {' '.join(words)}` |\n"
        for alias, words in sorted(ALIASES.items())
    )
    return "\n".join(
        (
            _INTRODUCTION,
            f"{_EVERYWHERE}\n{_HEADER}{shared}",
            f"{_SHORT}{aliases}",
            _WORDS,
            f"{_OTHERS}{''.join(_others())}",
            *(_section(command) for command in documented()),
        )
    )


_HEADER = "| option | meaning | default |\n| --- | --- | --- |\n"


def _below(
    group: click.Group, context: click.Context, above: tuple[str, ...]
) -> Iterator[DocumentedCommand]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        words = (*above, name)
        own = click.Context(command, info_name=name, parent=context)
        yield DocumentedCommand(words, command, own)
        if isinstance(command, click.Group):
            yield from _below(command, own, words)


def _others() -> Iterator[str]:
    """A row for each command and option name of other versions."""
    for words, meant in {**COMMANDS, **SWITCHES}.items():
        yield f"| `{' '.join(words)}` | `{' '.join(meant)}` |\n"
    for command, table in OPTIONS.items():
        for option, ours in table.items():
            yield f"| `{command} {option}` | `{command} {ours}` |\n"
    for command, options in AS_WORDS.items():
        for option in options:
            yield f"| `{command} {option} WORDS` | `{command} WORDS` |\n"
    for command, options in WITHOUT_EFFECT.items():
        for option in options:
            value = " VALUE" if option.endswith("=") else ""
            yield f"| `{command} {option.rstrip('=')}{value}` | `{command}` |\n"


def _section(command: DocumentedCommand) -> str:
    title = f"cafleet {' '.join(command.words)}"
    if isinstance(command.command, click.Group):
        return f"## {title}\n\n{_help(command.command)}\n"
    depth = "##" if len(command.words) == 1 else "###"
    usage = " ".join((title, *command.command.collect_usage_pieces(command.context)))
    rows = "".join(_row(option) for option in own_options(command.command))
    options = f"\n{_HEADER}{rows}" if rows else ""
    return (
        f"{depth} {title}\n\n{_help(command.command)}\n\n    {usage}\n{options}\n"
        f"```sh\n{EXAMPLES.get(' '.join(command.words), '')}\n```\n"
    )


def _help(command: click.Command) -> str:
    paragraphs = (command.help or "").split("\n\n")
    return "\n\n".join(" ".join(words.split()) for words in paragraphs)


def own_options(command: click.Command) -> list[click.Option]:
    """The options of a command except those that every command takes."""
    shared = {option.name for option in shared_options()}
    return [
        param
        for param in command.params
        if isinstance(param, click.Option)
        and not param.hidden
        and param.name not in shared
    ]


def _row(option: click.Option) -> str:
    spelt = ", ".join(option.opts)
    value = "" if option.is_flag else " " + _value(option)
    meaning = option.help or ""
    if option.required:
        meaning = f"{meaning} Required.".strip()
    return f"| `{spelt}{value}` | {_cell(meaning)} | {_cell(_default(option))} |\n"


def _value(option: click.Option) -> str:
    if option.metavar:
        return option.metavar.replace("|", "\\|")
    kind = option.type
    if isinstance(kind, click.Choice):
        return "\\|".join(str(choice) for choice in kind.choices)
    if isinstance(kind, click.IntRange | click.FloatRange):
        return f"{kind.min}…{kind.max}"
    return kind.name.upper()


def _default(option: click.Option) -> str:
    default: Any = option.default
    if option.is_flag or not isinstance(default, str | int | float | tuple):
        return ""
    words = default if isinstance(default, tuple) else (default,)
    return " ".join(f"`{word}`" for word in words)


def _cell(words: str) -> str:
    return " ".join(words.split()).replace("|", "\\|")
