"""Leaving work to the background: a loop of its own, detached from whoever starts it."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from cafleet_core import clock, host
from cafleet_core.agents import programs
from cafleet_core.broker.delivery import holder, pending
from cafleet_core.broker.directory import sender_keys
from cafleet_core.config import keys
from cafleet_core.errors import RegistryError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import monitors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cafleet_core.config.settings import Settings
    from cafleet_core.storage.registry import Registry

LOG = "delivery.log"
"""The file in the state folder to which every loop writes."""

LONGEST_LOG = 65_536
"""Bytes after which the log begins anew."""

IDENTITY = (keys.AGENT_ID, keys.SESSION_ID, sender_keys.VARIABLE, "TMUX_PANE")
"""What tells who a process is: a loop is nobody."""


def start_where_owed(registry: Registry, settings: Settings) -> None:
    """Start a loop for each session that leaves work here; what goes wrong is nobody's failure."""
    if not settings.background:
        return
    with suppress(RegistryError):  # the next command starts it
        start(registry, pending.unattended(registry), settings)


def start(
    registry: Registry,
    unattended: Iterable[tuple[str, str]],
    settings: Settings,
) -> None:
    """Start a loop for each of these sessions, as `pending.unattended` tells them.

    Of many that start one at once, the one that reserves the claim does. Raises
    RegistryError; RegistryGone where the file is another now.
    """
    registry.check_in_place()
    for session_id, socket in unattended:
        if not _reaches(socket):
            continue
        reserved = _reserve(registry, session_id)
        if not reserved:
            continue
        pid = _spawn(session_id, registry.path, settings.state_folder)
        with registry.write():
            if pid is None:
                monitors.release(registry, session_id, reserved)
            else:  # so that it can be asked for even before it has begun
                to_come = holder.to_come(pid).text()
                monitors.hand_over(registry, session_id, reserved, to_come)


def _reaches(socket_path: str) -> bool:
    """Whether this process could type at all: in an agent's sandbox nothing it starts can."""
    import socket  # seldom needed, and not cheap

    if programs.which("tmux") is None:
        return False
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(0.2)
        try:
            probe.connect(socket_path)
        except PermissionError:
            return False
        except OSError:
            return True  # a server that is away may come back
    return True


def _reserve(registry: Registry, session_id: str) -> str | None:
    """The claim for the loop to come; None where another was faster."""
    here, reserved = host.host(), holder.to_come().text()
    with registry.write():
        claim = monitors.claim(registry, session_id, here)
        if holder.delivers(claim, clock.now()):
            return None
        monitors.hold(registry, session_id, here, reserved, clock.stamp())
    return reserved


def _spawn(session_id: str, registry_path: str, state_folder: str) -> int | None:
    """Start the process in a session of its own, with nothing of ours open; its pid, or None."""
    argv = [sys.executable, "-P", "-m", "cafleet_core", "monitor", "--only-deliver"]
    argv += ["--session-id", session_id]
    environ = {name: os.environ[name] for name in os.environ if name not in IDENTITY}
    environ[keys.DATABASE_URL] = f"sqlite:///{registry_path}"
    log = _open_log(state_folder)
    try:
        return os.posix_spawn(
            argv[0],
            argv,
            environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, log, 1),
                (os.POSIX_SPAWN_DUP2, log, 2),
                *((os.POSIX_SPAWN_CLOSE, number) for number in _inheritable()),
            ],
            setsid=True,
            setsigmask=(),
            setsigdef=(1, 2, 3, 13, 15),  # POSIX: hang-up, both interrupts, pipe, term
        )
    except (OSError, NotImplementedError, ValueError):
        return None
    finally:
        os.close(log)


def _open_log(folder: str) -> int:
    """A descriptor for what a loop prints: its owner's file, or nowhere."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        log = os.open(os.path.join(folder, LOG), flags, 0o600)
    except OSError:
        return os.open(os.devnull, os.O_WRONLY)
    cut(log)
    return log


def cut(log: int) -> None:
    """Empty a log that has grown too long; anything else but a file stays as it is."""
    if os.fstat(log).st_size > LONGEST_LOG:
        os.ftruncate(log, 0)


def _inheritable() -> Iterator[int]:
    """What our caller left open for our children, beside the standard streams."""
    for name in os.listdir("/dev/fd"):
        number = int(name)
        try:
            if number > 2 and os.get_inheritable(number):
                yield number
        except OSError:
            continue  # the one that listed them
