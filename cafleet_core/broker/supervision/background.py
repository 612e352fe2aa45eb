"""Start delivery loops and host processes in the background, detached from this process."""

from __future__ import annotations

import os
from contextlib import suppress

from cafleet_core import clock, host, own_module
from cafleet_core.agents import programs
from cafleet_core.broker.delivery import holder, pending
from cafleet_core.broker.directory import sender_keys
from cafleet_core.broker.hosts import presence
from cafleet_core.broker.registry.open import is_file
from cafleet_core.config import keys
from cafleet_core.errors import RegistryError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import EventKind
from cafleet_core.storage import events, monitors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cafleet_core.config.settings import Settings
    from cafleet_core.storage.registry import Registry

LOG = "delivery.log"
"""The log file of all loops, in the state folder."""

LONGEST_LOG = 65_536
"""Bytes after which the log is begun anew."""

IDENTITY = (keys.AGENT_ID, keys.SESSION_ID, sender_keys.VARIABLE, "TMUX_PANE")
"""Variables that identify a caller, removed for a loop: it acts for no agent."""


def start_where_owed(registry: Registry, settings: Settings) -> None:
    """Start a loop for each session with unsettled pushes here; a failure is nobody's error.

    Where the registry is on a server, the host process of this machine is that loop.
    """
    if not settings.background:
        return
    with suppress(RegistryError):  # the next command will start it
        if is_file(registry.url):
            start(registry, pending.unattended(registry), settings)
        else:
            start_host(registry, settings)


def start_host(registry: Registry, settings: Settings) -> None:
    """Start this machine's host process, for a registry on a server, unless it is there.

    Of several that start at once one stays.
    """
    if not settings.background or is_file(registry.url):
        return
    here = host.host_id()
    if presence.is_there(presence.known(registry, [here]).get(here), clock.now()):
        return
    host_process = own_module.command("cafleet_core", "host", "--background")
    spawn(host_process, registry.url, settings.state_folder)


def start(
    registry: Registry,
    unattended: Iterable[tuple[str, str | None]],
    settings: Settings,
) -> None:
    """Start a loop for each of these sessions, given as `pending.unattended` returns them.

    Of several processes that try at once, the one that reserves the claim starts it. Raises
    RegistryError; RegistryGone if the file was replaced.
    """
    registry.check_in_place()
    for session_id, socket in unattended:
        if socket and not _reaches(socket):
            continue
        reserved = _reserve(registry, session_id)
        if not reserved:
            continue
        words = ("monitor", "--only-deliver", "--session-id", session_id)
        loop = own_module.command("cafleet_core", *words)
        pid = spawn(loop, registry.url, settings.state_folder)
        with registry.write(session_id):
            if pid is None:
                monitors.release(registry, session_id, reserved)
            else:  # so that its process can be looked up even before it begins
                to_come = holder.to_come(pid).text()
                monitors.hand_over(registry, session_id, reserved, to_come)
                started = (EventKind.DELIVERY_STARTED, clock.stamp(), session_id, None)
                events.add(registry, *started)


def _reaches(socket_path: str) -> bool:
    """Whether this process can reach tmux: in an agent's sandbox no loop could type."""
    import socket  # seldom needed, and costly

    if programs.which("tmux") is None:
        return False
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(0.2)
        try:
            probe.connect(socket_path)
        except PermissionError:
            return False
        except OSError:
            return True  # the server may come back
    return True


def _reserve(registry: Registry, session_id: str) -> str | None:
    """Reserve the claim for the loop that is to start; None if another process was faster."""
    here, reserved = host.host_id(), holder.to_come().text()
    with registry.write(session_id):
        claim = monitors.claim(registry, session_id, here)
        if holder.delivers(claim, clock.now()):
            return None
        monitors.hold(registry, session_id, here, reserved, clock.stamp())
    return reserved


def spawn(argv: list[str], url: str, state_folder: str) -> int | None:
    """Run a program in a session of its own, with nothing of ours open; its pid, or None."""
    environ = {name: os.environ[name] for name in os.environ if name not in IDENTITY}
    environ[keys.DATABASE_URL] = url
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
    """A descriptor for a loop's output: a file of this user, or nowhere."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        log = os.open(os.path.join(folder, LOG), flags, 0o600)
    except OSError:
        return os.open(os.devnull, os.O_WRONLY)
    cut(log)
    return log


def cut(log: int) -> None:
    """Empty a log that is too long; anything but a file is left alone."""
    if os.fstat(log).st_size > LONGEST_LOG:
        os.ftruncate(log, 0)


def _inheritable() -> Iterator[int]:
    """Descriptors besides the standard streams that children would inherit."""
    for name in os.listdir("/dev/fd"):
        number = int(name)
        try:
            if number > 2 and os.get_inheritable(number):
                yield number
        except OSError:
            continue  # the descriptor that lists them
