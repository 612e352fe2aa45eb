"""Arguments that stand for options: `message ack ID`, `message send NAME TEXT`."""

from __future__ import annotations

from cafleet_core.cli.aliases import AS_WORDS, OPTIONS, WITHOUT_EFFECT
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

_MEMBER = ("--member-id",)
_MESSAGE = ("--task-id",)
_SESSION = ("--session-id",)

POSITIONAL = {
    "session create": ("--label",),
    "session budget": ("--usd",),
    "agent register": ("--name", "--description"),
    "agent list": _SESSION,
    "agent show": ("--id",),
    "agent adopt": ("--id",),
    "agent deregister": ("--agent-id",),
    "agents": ("--id",),
    "message send": ("--to", "--text"),
    "message broadcast": ("--text",),
    "message poll": ("--agent-id",),
    "message ack": _MESSAGE,
    "message cancel": _MESSAGE,
    "message show": _MESSAGE,
    "message status": _MESSAGE,
    "message list": ("--with",),
    "member create": ("--name",),
    "member list": _SESSION,
    "member capture": _MEMBER,
    "member scan": _SESSION,
    "member questions": _SESSION,
    "member send-input": _MEMBER,
    "member exec": _MEMBER,
    "member ping": _MEMBER,
    "member adopt": ("--pane",),
    "member release": _MEMBER,
    "member interrupt": _MEMBER,
    "member prompt": _MEMBER,
    "member note": _MEMBER,
    "member diff": _MEMBER,
    "member explain": _MEMBER,
    "member wait": _MEMBER,
    "member watch": _MEMBER,
    "member restart": _MEMBER,
    "member delete": _MEMBER,
    "file claim": ("--path",),
    "file release": ("--path",),
    "monitor": _SESSION,
    "replay": _SESSION,
    "status": _SESSION,
}
"""By command, the options that its arguments stand for, in order, unless given as options.

The last takes all remaining arguments if it may be repeated.
"""


class Syntax(NamedTuple):
    """Which of a command's options take values, to tell arguments from those."""

    values: Mapping[str, int]
    """Options that take values, and how many."""
    repeatable: Container[str]
    takes_words: bool
    """Whether it has arguments of its own after those of the table: a prompt, a command."""
    optional: Container[str] = ()
    """Options that may stand without their value, which is then empty."""


class _Line(NamedTuple):
    """A command line taken apart; `after` is what followed `--`."""

    options: list[str]
    given: set[str]
    words: list[str]
    after: list[str]


def as_options(command: str, syntax: Syntax, arguments: Sequence[str]) -> list[str]:
    """The arguments of a command turned into options, each by its name here.

    What follows `--` is never an option. If the command has arguments of its own, it
    belongs to those alone.
    """
    line = _taken_apart(command, syntax, arguments)
    if not syntax.takes_words:
        line.words.extend(line.after)
        line.after.clear()
    slots = [slot for slot in POSITIONAL.get(command, ()) if slot not in line.given]
    options = [f"{slot}={word}" for slot, word in zip(slots, line.words, strict=False)]
    words = [*line.words[len(slots) :], *line.after]
    last = POSITIONAL.get(command, ("",))[-1]
    if last in syntax.repeatable:
        options += [f"{last}={word}" for word in words]
        words = []
    return [*line.options, *options, *(["--", *words] if words else [])]


def _taken_apart(command: str, syntax: Syntax, arguments: Sequence[str]) -> _Line:
    line = _Line([], set(), [], [])
    rest = list(reversed(arguments))
    while rest:
        argument = rest.pop()
        if argument == "--":
            line.after.extend(reversed(rest))
            rest.clear()
        elif argument == "-" or not argument.startswith("-"):
            line.words.append(argument)
        else:
            _take_option(line, command, syntax, argument, rest)
    return line


def _take_option(
    line: _Line, command: str, syntax: Syntax, argument: str, rest: list[str]
) -> None:
    """Store an option with its value, which may be the next argument."""
    spelt, equals, value = argument.partition("=")
    dropped = WITHOUT_EFFECT.get(command, ())
    as_word = spelt in AS_WORDS.get(command, ())
    name = OPTIONS.get(command, {}).get(spelt, spelt)
    count = syntax.values.get(name, int(as_word or f"{spelt}=" in dropped))
    if name in syntax.optional and (not rest or rest[-1].startswith("-")):
        equals = "="
    values = [value] if equals else []
    missing = max(count - len(values), 0)
    values += [rest.pop() for _ in range(min(missing, len(rest)))]
    if as_word and values:
        line.after.extend(values)
    elif spelt not in dropped and f"{spelt}=" not in dropped:
        line.given.add(name)
        line.options.extend([name + equals + value, *values[len(equals) :]])
