"""The `cafleet` command: run it once, and turn every error into one line and an exit code."""

from __future__ import annotations

import os
import sys

from cafleet_core.cli import fast_lane, output
from cafleet_core.cli.invocation import Invocation
from cafleet_core.errors import CafleetError
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NoReturn

_INTERRUPTED = 130
_BUNDLE = "cafleet_core.bundle"
_CACHES = ("cafleet_core.memo", _BUNDLE)
"""The modules that keep cache files, each loaded only where a run has a use for it."""


def main() -> NoReturn:
    """Run the command line of this process and exit with its documented code."""
    output.prepare()
    # taking the interpreter apart costs as much as a whole poll, and nothing is left open
    code = run([_as_meant(argument) for argument in sys.argv[1:]])
    for name in _CACHES:
        if cache := sys.modules.get(name):
            cache.keep()
    os._exit(code)


def _as_meant(argument: str) -> str:
    """An argument as UTF-8 text, whatever the locale; undecodable bytes stay as they came.

    Under the POSIX locale Python reads every byte beyond ASCII as a lone surrogate.
    """
    if argument.isascii():
        return argument
    try:
        return os.fsencode(argument).decode()
    except UnicodeError:
        return argument


def run(arguments: list[str]) -> int:
    """Run one command line; its exit code. Only text or JSON is ever printed."""
    invocation = Invocation()
    try:
        try:
            returned = _carry_out(arguments, invocation)
            output.flush()
        finally:
            invocation.close()
    except CafleetError as error:
        return _report(error, invocation.json)
    except KeyboardInterrupt:
        output.note("")  # the terminal has echoed ^C: begin a new line
        return _INTERRUPTED
    except output.ReaderGone:
        return 1
    except SystemExit as left:  # click ends a completion so
        return left.code if isinstance(left.code, int) else 1
    except Exception as error:  # noqa: BLE001  # the last line of defence against tracebacks
        from cafleet_core.cli import crash
        from cafleet_core.errors import Internal

        kind = Internal(type(error).__name__, crash.keep(error))
        return _report(kind, invocation.json)
    return returned if isinstance(returned, int) else 0


def _carry_out(arguments: list[str], invocation: Invocation) -> object:
    """Run usual command lines by the fast lane, all others by click."""
    call = fast_lane.parse(arguments)
    if call is not None:
        return call.on(invocation)
    _start_wholly()
    from cafleet_core.cli import commands

    return commands.carry_out(arguments, invocation)


def _start_wholly() -> None:
    """Import what the start of a short command leaves out."""
    if bundle := sys.modules.get(_BUNDLE):
        bundle.remove()
    if sys.flags.no_site:
        import site

        site.main()


def _report(error: CafleetError, as_json: bool) -> int:
    from cafleet_core.cli import refusals  # most runs refuse nothing

    return refusals.report(error, as_json)
