"""The unit by which systemd runs the host process of a registry on a server, from the login on."""

from __future__ import annotations

import os
import sys

from cafleet_core.agents import programs
from cafleet_core.config import folders
from cafleet_core.errors import Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.setup.edits import WholeFile
from cafleet_core.setup.piece import Piece, Target

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HOST = "host"
"""The name of this piece's owner, in the place of a coding agent's."""

NAME = "host-unit"
UNIT = "cafleet-host.service"

BOOTED = "/run/systemd/system"
"""The folder that is there where systemd runs the machine."""

_USUAL_PATH = "/usr/local/bin:/usr/bin:/bin"
"""Where systemd looks for programs, on every distribution."""

_HANDED_ON = (
    "CAFLEET_DATABASE_URL",  # which has no password in it
    *("PGPASSFILE", "PGSERVICE", "PGSERVICEFILE", "PGSYSCONFDIR"),
    *("PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY"),
    *("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"),
)
"""Variables of a user's shell that name the registry and the folders; none holds a secret."""

_ENABLE = (
    f"Start it: systemctl --user daemon-reload; systemctl --user enable --now {UNIT}."
    " To have it run while you are not logged in: loginctl enable-linger."
)
_DISABLE = f"End it, where it runs: systemctl --user disable --now {UNIT}."

# a tmux server that was started for a member from elsewhere outlives the host process
_BODY = """\
[Unit]
Description=cafleet's agents on this machine

[Service]
{environment}ExecStart=/bin/sh -c 'exec "$$0" -P -m cafleet_core host' {python}
Restart=always
RestartSec=5
KillMode=process

[Install]
WantedBy=default.target
"""


def pieces(environ: Mapping[str, str]) -> Iterator[Piece]:
    """The unit, where systemd is there to run it."""
    if not os.path.isdir(BOOTED):
        return
    home = os.path.join(folders.config_folder(environ), "systemd")
    target = Target(os.path.join(home, "user", UNIT), WholeFile(_body(environ), "#"))
    purpose = "The host process runs from your login on."
    yield Piece(*(NAME, HOST, purpose, home, (target,), _ENABLE), parting=_DISABLE)


def expect_use(*, on_server: bool) -> None:
    """Raise Refused where the unit would be of no use, with what is done instead."""
    if not on_server:
        raise Refused("a registry in a file needs no host process, and so no unit.")
    if not os.path.isdir(BOOTED):
        raise Refused(
            "systemd does not run this machine, so that it would run no unit.",
            "Have 'cafleet host' started with your login in another way, or leave it to"
            " commands such as 'cafleet up', which start it where it does not run.",
        )


def _body(environ: Mapping[str, str]) -> str:
    handed_on = {name: environ[name] for name in _HANDED_ON if environ.get(name)}
    if path := _path(environ):
        handed_on["PATH"] = path
    lines = [
        f"Environment={quoted(f'{name}={value}')}\n"
        for name, value in handed_on.items()
    ]
    # as the program itself systemd takes no path with a quote in it
    python = quoted(sys.executable).replace("$", "$$")
    return _BODY.format(environment="".join(lines), python=python)


def _path(environ: Mapping[str, str]) -> str:
    """Where programs are looked for, if tmux is elsewhere than usual."""
    tmux = programs.which("tmux", environ.get("PATH"))
    if not tmux or programs.which("tmux", _USUAL_PATH):
        return ""
    return f"{os.path.dirname(tmux)}:{_USUAL_PATH}"


def quoted(word: str) -> str:
    """A word of a unit: in quotes, and neither a specifier nor an escape of systemd's."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return '"{}"'.format("".join(map(_printable, escaped)))


def _printable(sign: str) -> str:
    return sign if sign >= " " and sign != "\x7f" else f"\\x{ord(sign):02x}"
