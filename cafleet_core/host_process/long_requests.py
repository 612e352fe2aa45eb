"""Requests that take seconds, each in a process of its own, so that the host process goes on.

That process is named as the one that creates or deletes: where it dies, it is seen to have. It
outlives the host process, which the next one knows by a lock that each of them shares.
"""

from __future__ import annotations

import fcntl
import os
import sys
from contextlib import contextmanager

from cafleet_core import host, own_module
from cafleet_core.broker.hosts import remote_call
from cafleet_core.broker.hosts.remote_call import OutcomeUnknown
from cafleet_core.broker.registry.open import open_registry
from cafleet_core.config import keys
from cafleet_core.errors import Refused, RegistryError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.host_process import requests
from cafleet_core.states import Verb
from cafleet_core.storage import requests as stored

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cafleet_core.broker.registry.open import Registry
    from cafleet_core.storage.requests import Request

_LONG = (Verb.CREATE, Verb.DELETE, Verb.INTERRUPT)
_MOST = 4
"""At once: each may start a coding agent."""

_LOCK = "requests.lock"
"""The file in the registry's folder of this machine that processes lock while they carry one out."""


class LongRequests:
    """The requests that processes of their own carry out now."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._running: dict[int, Request] = {}
        self._left: Sequence[Request] | None = None

    def takes(self, verb: str) -> bool:
        """Whether a verb takes seconds."""
        return verb in _LONG

    def is_full(self) -> bool:
        """Whether there is no room for one more."""
        return len(self._running) >= _MOST

    def begin(self, request: Request, accepts: str) -> None:
        """Have a process carry out a request that was claimed."""
        argv = own_module.command(__name__, request.request_id, accepts)
        environ = {**os.environ, keys.DATABASE_URL: self._registry.url}
        try:
            pid = os.posix_spawn(argv[0], argv, environ)
        except OSError as error:
            failed = Refused(f"that machine can start no process: {error.strerror}.")
            requests.store(self._registry, request, remote_call.failed(failed))
        else:
            self._running[pid] = request

    def reap(self) -> bool:
        """Tell of those whose process has died before it had told; whether any has ended.

        Also of what an earlier host process has left, once nothing of it runs any more.
        """
        cleared = self._tell_of_left()
        ended = [pid for pid in self._running if os.waitpid(pid, os.WNOHANG)[0]]
        for pid in ended:
            self._tell_of_death(self._running.pop(pid))
        return cleared or bool(ended)

    def _tell_of_left(self) -> bool:
        if self._left is None:  # this host process has begun with none of these
            self._left = stored.begun(self._registry, host.host_id())
        if not self._left:
            return False
        with _locked(self._registry, fcntl.LOCK_EX | fcntl.LOCK_NB) as alone:
            left, self._left = (self._left, ()) if alone else ((), self._left)
        for request in left:
            self._tell_of_death(request)
        return bool(left)

    def _tell_of_death(self, request: Request) -> None:
        died = OutcomeUnknown(
            "what carried it out there has died: look there before you try again."
        )
        outcome = remote_call.failed(died)  # kept only where there is none
        requests.store(self._registry, request, outcome)


@contextmanager
def _locked(registry: Registry, how: int) -> Iterator[bool]:
    """Hold the lock of those that carry out a request here, if it can be had."""
    path = os.path.join(registry.folder, _LOCK)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(file, how)
            held = True
        except BlockingIOError:
            held = False
        yield held
    finally:
        os.close(file)


def main(request_id: str, accepts: str) -> None:
    """Carry out a claimed request in this process, and store its outcome."""
    registry = open_registry(os.environ[keys.DATABASE_URL], relayed=False)
    try:
        request = stored.find(registry, request_id)
        if request is not None:
            with _locked(registry, fcntl.LOCK_SH):
                requests.answer(registry, request, accepts)
    except RegistryError as error:
        sys.exit(f"request {request_id}: {error.message}")
    finally:
        registry.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
