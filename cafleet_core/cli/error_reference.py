"""`docs/errors.md`: every error of the program, with the messages that its source holds."""

from __future__ import annotations

import inspect
import pkgutil
from importlib import import_module
from pathlib import Path

import cafleet_core
from cafleet_core.cli.message_templates import templates
from cafleet_core.errors import CafleetError, WrongUsage

_INTRODUCTION = """\
# Errors

<!-- Made by `make docs` from the program itself; change the program, not this file. -->

An error is `Error: <message>` on standard error, under `--json` one object
`{"error":{"code":"…","message":"…"}}`; nothing is on standard output then. Scripts rely on
the code and the exit code, which do not change; messages are for readers, and may end in a
suggestion. `<name>` stands for what differs each time.

A program that is interrupted exits with 130.

| code | exit code | what is the case | what to do |
| --- | --- | --- | --- |
"""


_PARSER = ("fail", "UsageError")
"""By these the parser refuses what then becomes a `WrongUsage`."""


def document() -> str:
    """The table of codes, and under each code its messages, sorted."""
    kinds = errors()
    sources = sorted(Path(cafleet_core.__path__[0]).rglob("*.py"))
    said = templates(sources, {*kinds, *_PARSER})
    said[WrongUsage.__name__] |= said["fail"] | said["UsageError"]
    by_code = sorted({kind.code: kind for kind in reversed(kinds.values())}.items())
    rows = [_row(kind) for _, kind in by_code]
    lists = [
        _messages(code, {one for name in _of(code, kinds) for one in said[name]})
        for code, _ in by_code
    ]
    return _INTRODUCTION + "".join(rows) + "".join(lists)


def errors() -> dict[str, type[CafleetError]]:
    """Every class of error by its name, the general before the special."""
    for module in pkgutil.walk_packages(cafleet_core.__path__, "cafleet_core."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    found = [CafleetError]
    for kind in found:
        found += sorted(kind.__subclasses__(), key=lambda one: one.__name__)
    return {
        one.__name__: one for one in found if one.__module__.startswith("cafleet_core.")
    }


def _of(code: str, kinds: dict[str, type[CafleetError]]) -> list[str]:
    return [name for name, kind in kinds.items() if kind.code == code]


def _row(kind: type[CafleetError]) -> str:
    meaning = (inspect.getdoc(kind) or "").split("\n\n")[0].replace("\n", " ")
    return f"| `{kind.code}` | {kind.exit_code} | {meaning} | {kind.remedy} |\n"


def _messages(code: str, messages: set[str]) -> str:
    listed = "".join(
        f"- `{one}`\n"
        for one in sorted(messages, key=lambda one: (one.casefold(), one))
    )
    return f"\n## {code}\n\n{listed}" if listed else ""
