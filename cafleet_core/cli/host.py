"""`cafleet host`: this machine's part of a registry on a server."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from functools import partial

from cafleet_core.cli import output, service_loop
from cafleet_core.cli.command_table import MAY_BE_ACCEPTED
from cafleet_core.cli.service_loop import Ended
from cafleet_core.errors import InvalidSetting, RegistryError
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.host_process.process import HostProcess

_TAKE_SECONDS = 1.0
"""Seconds between two tries to become the machine's host process."""


def host(run: Invocation, accept: tuple[str, ...], background: bool) -> None:
    """Type to this machine's agents, watch their panes, and do what other machines ask.

    One process a machine and user, for all sessions of a registry on a PostgreSQL server;
    another one waits until it ends. It is started by what creates a session or a member.
    """
    from cafleet_core.broker.registry.open import expect_writable, open_registry
    from cafleet_core.host_process.process import HostProcess

    run.starts_loop = False
    if background:
        os.chdir("/")
    accepts = (*accept, *_accepted(run.settings.host_accepts))
    rules, limits = run.settings.push_rules, run.settings.thresholds
    registry = open_registry(run.settings.registry, relayed=False)
    expect_writable(registry)
    shares = run.settings.share_screen
    process = HostProcess(registry, rules, limits, accepts, shares_screens=shares)
    note = partial(service_loop.note, background, "host")

    def step() -> bool:
        process.step()
        return True

    try:
        with service_loop.ended_by_signal():
            if _taken(process, background):
                _serve(process, note)
                note("The host process runs.")
                service_loop.repeat(step, process.rest, note)
    except (KeyboardInterrupt, Ended):
        note("The host process has ended.")
    finally:
        with suppress(RegistryError):
            process.close()
        registry.close()


def _serve(process: HostProcess, note: Callable[[str], None]) -> None:
    """Let this machine's commands connect through the process, if its socket can be had."""
    try:
        process.serve()
    except OSError as error:
        note(f"Commands connect by themselves: {error.strerror}.")


def _accepted(configured: str) -> list[str]:
    """The verbs of the setting; raises InvalidSetting for one that needs no leave, or is none."""
    verbs = configured.replace(",", " ").split()
    for verb in verbs:
        if verb not in MAY_BE_ACCEPTED:
            known = " or ".join(MAY_BE_ACCEPTED)
            raise InvalidSetting(f"host.accepts={verb!r} is not {known}.")
    return verbs


def _taken(process: HostProcess, background: bool) -> bool:
    """Wait until this is the machine's one; False if it is not to wait, and another runs."""
    waiting = False
    while not process.take():
        if background:
            return False
        if not waiting:
            output.note(
                "Another host process of this machine runs: waiting for its end."
            )
        waiting = True
        time.sleep(_TAKE_SECONDS)
    return True
