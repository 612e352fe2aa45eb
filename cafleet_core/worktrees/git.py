"""Run git: with a time limit, without questions, pagers, hooks or programs of a repository.

The repository's own settings name programs that git runs at a mere status (`core.fsmonitor`)
or a checkout (hooks): those are switched off here. Filters and merge drivers, without which
files would have other content, run as ever.
"""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress

from cafleet_core import text
from cafleet_core.errors import GitError
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

SECONDS = 20.0
"""Seconds for a call that only reads, or moves a ref."""

LONG_SECONDS = 600.0
"""Seconds for a call that writes or removes a whole tree."""

_PASSED_ON = ("GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM")
_UNASKED = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "true",
    "SSH_ASKPASS": "true",
    "GIT_PAGER": "cat",
    "GIT_EDITOR": "true",
    "GIT_SEQUENCE_EDITOR": "true",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_MERGE_AUTOEDIT": "no",
    "LC_ALL": "C",
}
_SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.quotePath=false",
    "submodule.recurse=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.ext.allow=never",
    "log.showSignature=false",
)
_LONGEST_WORDS = 300


class Reply(NamedTuple):
    """Exit code and output of git; bytes that are not UTF-8 are lone surrogates in it."""

    code: int
    out: str
    err: str


def call(
    folder: str,
    *arguments: str,
    stdin: str = "",
    seconds: float = SECONDS,
) -> Reply:
    """Run git in a folder; raises GitError if it is missing, or not done within `seconds`."""
    settings = [part for setting in _SETTINGS for part in ("-c", setting)]
    command = ["git", "-C", folder, "--no-pager", *settings, *arguments]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
            start_new_session=True,
        )
    except FileNotFoundError:
        raise GitError(
            "git is not on PATH.", "Install git; only worktrees need it."
        ) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise GitError(f"git cannot be run: {why}.") from None
    try:
        out, err = process.communicate(os.fsencode(stdin), seconds)
    except subprocess.TimeoutExpired:
        raise GitError(
            f"git {arguments[0]} did not answer within {seconds:g} s."
        ) from None
    finally:
        _end(process)
    return Reply(process.returncode, os.fsdecode(out), os.fsdecode(err))


def ask(
    folder: str,
    *arguments: str,
    stdin: str = "",
    seconds: float = SECONDS,
) -> str:
    """What git printed; raises GitError, with git's own words, where it failed."""
    reply = call(folder, *arguments, stdin=stdin, seconds=seconds)
    if reply.code != 0:
        raise GitError(f"git {arguments[0]}: {words(reply)}.")
    return reply.out


def line(folder: str, *arguments: str) -> str:
    """The one line that git printed, perhaps with line feeds in it."""
    return ask(folder, *arguments).removesuffix("\n")


def words(reply: Reply) -> str:
    """What git said against it, as one line fit for an error."""
    said = [
        part.removeprefix("fatal: ").removeprefix("error: ")
        for part in reply.err.splitlines()
        if part.strip() and not part.startswith(("hint:", "warning:", "Preparing"))
    ]
    shown = text.one_line(" ".join(said)) or f"exit code {reply.code}"
    return text.cut(shown, _LONGEST_WORDS).rstrip(".")


def fields(output: str) -> list[str]:
    """The parts of an output that `-z` has ended with NUL each."""
    return output.split("\0")[:-1]


def environment(more: Iterable[tuple[str, str]] = ()) -> dict[str, str]:
    """The variables for git: nothing that points it to another repository, no questions."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith(_PASSED_ON)
    }
    return {**kept, **_UNASKED, **dict(more)}


def _end(process: subprocess.Popen[bytes]) -> None:
    """End git and all that it has started, if it still runs."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
