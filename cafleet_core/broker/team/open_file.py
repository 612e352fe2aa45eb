"""Open a file for the human: in their own program, in a popup of their tmux where there is one."""

from __future__ import annotations

import os
import re
import shlex
import stat
import subprocess
from threading import Thread

from cafleet_core import host, text
from cafleet_core.agents import programs
from cafleet_core.errors import Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux import windows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_USUAL = "vi"
_TAKE_PLUS = frozenset(
    [
        "vi",
        "vim",
        "nvim",
        "view",
        "nano",
        "pico",
        "emacs",
        "emacsclient",
        "micro",
        "kak",
        "joe",
        "mg",
        "ne",
        "less",
        "most",
    ]
)
"""Programs that open a file at the line which `+LINE` before it says."""

_PLACES = re.compile(r"\{(path|line)\}")
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE")
_FAILS_WITHIN = 1.0


def command(
    program: Sequence[str], path: str, line: int, environ: Mapping[str, str]
) -> list[str]:
    """The command that shows a file at a line, from 1 (0: wherever it opens).

    `program` are its words, in which `{path}` and `{line}` are filled in; without words it is
    `$VISUAL` or `$EDITOR`. Raises Refused where the file or the program cannot be run so.
    """
    _refuse_odd(path)
    words = list(program) or _editor(environ)
    found_at = programs.which(words[0], environ.get("PATH")) if words else None
    if found_at is None:
        named = text.one_line(words[0] if words else "")
        raise Refused(f"there is no program '{named}': see `config set tui.viewer`.")
    values = {"path": path, "line": str(max(line, 1))}
    filled = [_PLACES.sub(lambda each: values[each[1]], word) for word in words[1:]]
    if any("{path}" in word for word in words):
        return [found_at, *filled]
    takes_line = line > 0 and os.path.basename(words[0]) in _TAKE_PLUS
    return [found_at, *filled, *([f"+{line}"] if takes_line else []), path]


def has_popups(environ: Mapping[str, str]) -> bool:
    """Whether this process is in a pane of tmux, over whose window a popup can be."""
    return bool(environ.get("TMUX") and environ.get("TMUX_PANE"))


def in_popup(argv: Sequence[str], environ: Mapping[str, str]) -> None:
    """Run a command in a popup over this pane's window, which stays until it ends.

    Raises Refused where it fails at once; it is not waited for.
    """
    socket = environ["TMUX"].split(",")[0]
    passed_on = {name: environ[name] for name in _PASSED_ON if name in environ}
    popup = windows.popup_command(socket, passed_on, argv)
    try:
        process = subprocess.Popen(
            popup,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=dict(environ),
            start_new_session=True,
        )
    except OSError as error:
        raise Refused(f"tmux: {error.strerror}.") from None
    try:
        _, said = process.communicate(timeout=_FAILS_WITHIN)
    except subprocess.TimeoutExpired:
        Thread(target=process.communicate, daemon=True).start()  # so that it is reaped
        return
    if process.returncode:
        why = text.label(said.decode(errors="replace")).rstrip(".")
        ended = f"{os.path.basename(argv[0])} ended with {process.returncode}"
        raise Refused(f"{why or ended}.")


def refuse_elsewhere(host_id: str) -> None:
    """Raise Refused for a file of another machine."""
    if host_id != host.host_id():
        raise Refused("the file is on another machine.")


def _refuse_odd(path: str) -> None:
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        raise Refused(f"{text.one_line(path)}: {error.strerror}.") from None
    if not stat.S_ISREG(mode):
        raise Refused(f"{text.one_line(path)}: no ordinary file.")


def _editor(environ: Mapping[str, str]) -> list[str]:
    wanted = environ.get("VISUAL") or environ.get("EDITOR") or _USUAL
    try:
        return shlex.split(wanted)
    except ValueError:
        return [wanted]
