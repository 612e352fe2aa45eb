"""`docs/errors.md`: every error of the program, its messages, and what to do about each."""

from __future__ import annotations

import inspect
import pkgutil
from functools import cache
from importlib import import_module
from pathlib import Path

import cafleet_core
from cafleet_core.cli import error_hints
from cafleet_core.errors import CafleetError, WrongUsage
from cafleet_core.reference.message_templates import templates

_INTRODUCTION = """\
# Errors

<!-- Made by `make docs` from the program itself; change the program, not this file. -->

An error is `Error: <message>` on standard error, under `--json` one object
`{"error":{"code":"…","message":"…"}}`; nothing is on standard output then. Scripts rely on
the code and the exit code, which do not change; messages are for readers, and may end in a
suggestion. `<name>` stands for what differs each time. What goes wrong without an error, such
as a message that is held, is in [troubleshooting.md](troubleshooting.md).

A program that is interrupted exits with 130.

"""

_HEADER = """\
| code | exit code | what is the case | what to do |
| --- | --- | --- | --- |
"""


_PARSER = ("fail", "UsageError")
"""Functions by which the parser refuses; the refusals become `WrongUsage`."""


def document() -> str:
    """The table of codes, and under each code its messages, sorted."""
    said = messages()
    return (
        _INTRODUCTION + table() + "".join(_section(code, said[code]) for code in said)
    )


def table() -> str:
    """Every code as a link, with its exit code, its meaning and what to do."""
    return _HEADER + "".join(map(_row, by_code().values()))


def by_code() -> dict[str, type[CafleetError]]:
    """The class of each code, sorted by code."""
    return dict(
        sorted({kind.code: kind for kind in reversed(errors().values())}.items())
    )


@cache
def messages() -> dict[str, list[str]]:
    """The messages of each code, sorted, as in the source."""
    kinds = errors()
    sources = sorted(Path(cafleet_core.__path__[0]).rglob("*.py"))
    said = templates(sources, {*kinds, *_PARSER})
    said[WrongUsage.__name__] |= said["fail"] | said["UsageError"]
    of_code: dict[str, set[str]] = {code: set() for code in by_code()}
    for name, kind in kinds.items():
        of_code[kind.code] |= said[name]
    return {
        code: sorted(words, key=lambda message: (message.casefold(), message))
        for code, words in of_code.items()
    }


def errors() -> dict[str, type[CafleetError]]:
    """Every error class by its name, base classes first."""
    for module in pkgutil.walk_packages(cafleet_core.__path__, "cafleet_core."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    kinds = [CafleetError]
    for kind in kinds:
        kinds += sorted(kind.__subclasses__(), key=lambda kind: kind.__name__)
    return {
        kind.__name__: kind
        for kind in kinds
        if kind.__module__.startswith("cafleet_core.")
    }


def _row(kind: type[CafleetError]) -> str:
    meaning = (inspect.getdoc(kind) or "").split("\n\n")[0].replace("\n", " ")
    code = f"[`{kind.code}`](errors.md#{kind.code})"
    return f"| {code} | {kind.exit_code} | {meaning} | {_hint(kind.code)} |\n"


def _hint(code: str) -> str:
    return error_hints.BY_CODE.get(code, "")


def _section(code: str, said: list[str]) -> str:
    listed = "".join(map(_message, said))
    return f"\n## {code}\n\n{_hint(code)}\n" + (listed and f"\n{listed}")


def _message(message: str) -> str:
    way = error_hints.BY_MESSAGE.get(message)
    return f"- `{message}`\n" + (f"  {way}\n" if way else "")
