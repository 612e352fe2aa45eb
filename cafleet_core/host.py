"""Where this process runs: the host, and the tmux server around it."""

from __future__ import annotations

import os

from cafleet_core import ids
from cafleet_core.config import folders
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


_LONGEST_PID = 10
"""Digits of the largest process id that a system may have."""

_MACHINE_ID = "/etc/machine-id"
_BOOT_ID = "/proc/sys/kernel/random/boot_id"
_LONGEST_LINE = 256

_ids: dict[str, str] = {}
"""The ids that were read, by the folder that they are kept in."""


def host_id() -> str:
    """The id of this host, one machine of one user, as the state folder keeps it.

    A machine that is given another name keeps it; a folder that several machines share
    holds one for each. Where none can be kept, the machine's name is as good as it gets.
    """
    folder = folders.state_folder(os.environ)
    known = _ids.get(folder)
    if known is None:
        known = _ids[folder] = _read_or_made(folder)
    return known


def file_name() -> str:
    """The name of the file that holds this host's id: machines may share a home."""
    machine = _line(_MACHINE_ID)
    if not machine and os.path.exists(_BOOT_ID):
        machine = name()  # a container, whose name stays
    signs = [sign for sign in machine if sign.isalnum() or sign in "-_."]
    return f"host-{''.join(signs)}"


def id_file() -> str:
    """Where this host's id is kept."""
    return os.path.join(folders.state_folder(os.environ), file_name())


def name() -> str:
    """The name of this host, for people; it may change at any time."""
    return os.uname().nodename


def boot_id() -> str:
    """The id of this start of the machine; empty where the system has none."""
    return _line(_BOOT_ID)


def tmux_server(environ: Mapping[str, str]) -> tuple[str, int] | None:
    """Socket and pid of the tmux server that `environ` is of; None outside tmux."""
    socket, *rest = environ.get("TMUX", "").split(",")
    pid = rest[0] if rest else ""
    if not socket or not (pid.isascii() and pid.isdigit()) or len(pid) > _LONGEST_PID:
        return None
    return socket, int(pid)


def _read_or_made(folder: str) -> str:
    path = os.path.join(folder, file_name())
    known = _line(path)
    if known:
        return known
    derived = _derived()
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        _keep(derived or ids.new(), path)
    except OSError:
        pass  # whatever can be read there now is the id
    return _line(path) or derived or name()


def _derived() -> str:
    """The same id in whatever folder a user's process keeps its state: some inherit no variables.

    A digest of the machine's own id, which is nobody else's business; empty where it has none.
    """
    machine = _line(_MACHINE_ID)
    if not machine:
        return ""
    from hashlib import sha256  # once a machine and folder

    hidden = sha256(f"cafleet {machine} {os.getuid()}".encode()).hexdigest()
    return (
        f"{hidden[:8]}-{hidden[8:12]}-{hidden[12:16]}-{hidden[16:20]}-{hidden[20:32]}"
    )


def _keep(host: str, path: str) -> None:
    """Keep an id there, unless another process has been faster."""
    new = f"{path}.{ids.new()}"
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, f"{host}\n".encode())
        os.link(new, path)
    finally:
        os.close(descriptor)
        os.unlink(new)


def _line(path: str) -> str:
    """The only line of a short file; empty where it cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        return os.read(descriptor, _LONGEST_LINE).decode("utf-8", "replace").strip()
    except OSError:
        return ""
    finally:
        os.close(descriptor)
