"""Other names of commands and options: one table for both parsers."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ALIASES = {
    "fleet": ("session",),
    "register": ("agent", "register"),
    "deregister": ("agent", "deregister"),
    "send": ("message", "send"),
    "broadcast": ("message", "broadcast"),
    "poll": ("message", "poll"),
    "ack": ("message", "ack"),
    "cancel": ("message", "cancel"),
    "get-task": ("message", "show"),
}
"""A first word, and the words of the command that it stands for."""

COMMANDS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("member", "show"): ("agent", "show"),
    ("team", "scan"): ("member", "scan"),
    ("monitor", "start"): ("monitor",),
    ("monitor", "scan"): ("member", "scan"),
    ("monitor", "capture"): ("member", "scan"),
}
"""Two words by which other versions of cafleet name a command, and its words here."""

SWITCHES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("member", "prompt", "--shell"): ("member", "exec"),
}
"""A command with a flag that makes it another one."""

_SUBJECT = {"--message-id": "--task-id"}
_MEMBER = {"--id": "--member-id"}
_BODY = {"--text-file": "--file", "--from-member-id": "--agent-id"}

OPTIONS: dict[str, dict[str, str]] = {
    "session create": {"--name": "--label"},
    "agent show": {"--member-id": "--id"},
    "message send": {**_BODY, "--to-member-id": "--to"},
    "message broadcast": _BODY,
    "message poll": {"--member-id": "--agent-id"},
    "message ack": _SUBJECT,
    "message cancel": _SUBJECT,
    "message show": _SUBJECT,
    "message status": _SUBJECT,
    "member create": {"--text-file": "--prompt-file", "--file": "--prompt-file"},
    "member capture": _MEMBER,
    "member delete": _MEMBER,
    "member exec": _MEMBER,
    "member ping": _MEMBER,
    "member prompt": _MEMBER,
    "monitor": {"--tick": "--interval"},
}
"""By command: an option's name in other versions, and its name here."""

AS_WORDS: dict[str, tuple[str, ...]] = {
    "member create": ("--text",),
    "member prompt": ("--text",),
    "setup": ("--coding-agent",),
}
"""Options of other versions whose value is an argument here: a prompt, the name of an agent."""

WITHOUT_EFFECT: dict[str, tuple[str, ...]] = {
    "session create": (
        *("--full", "--monitor-file=", "--monitor-model=", "--monitor-effort="),
    ),
    "session list": ("--full",),
    "session show": ("--full",),
    "agent show": ("--full",),
    "member create": ("--role=",),
    "member list": ("--full",),
    "member capture": ("--no-ansi",),
    "member ping": ("--quiet",),
}
"""Options of other versions that ask for what happens here anyway; those with `=` have a value.

In those versions a language model watches the team as a member with a role and options of
its own; here no model does (`cafleet monitor`).
"""

_VALUED = ("--session-id", "--fleet-id", "--agent-id")


def canonical(words: Sequence[str]) -> tuple[str, ...]:
    """The words of a command as the documentation has them."""
    first, *rest = words
    spelt = (*ALIASES.get(first, (first,)), *rest)
    return (*COMMANDS.get(spelt[:2], spelt[:2]), *spelt[2:])


def rewritten(arguments: Sequence[str]) -> list[str]:
    """A command line from its first word on, with a command of `COMMANDS` by its name here.

    The shared options may stand between its two words.
    """
    second = 1
    while arguments[second : second + 1] and arguments[second].startswith("-"):
        second += 2 if arguments[second] in _VALUED else 1
    words = (arguments[0], *arguments[second : second + 1])
    rest = list(arguments[second + 1 :])
    meant = COMMANDS.get(words)
    for (*command, switch), other in SWITCHES.items():
        ends = rest.index("--") if "--" in rest else len(rest)
        if words == tuple(command) and switch in rest[:ends]:
            rest.remove(switch)
            meant = other
    between = arguments[1:second]
    return list(arguments) if meant is None else [*meant, *between, *rest]
