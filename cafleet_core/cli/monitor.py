"""`cafleet monitor`: deliver and supervise without a control room."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from functools import partial

import click

from cafleet_core.broker.directory import identity
from cafleet_core.broker.registry.open import expect_writable, is_file
from cafleet_core.cli import output, service_loop
from cafleet_core.cli.parser import Command, pass_invocation
from cafleet_core.cli.service_loop import Ended
from cafleet_core.errors import Refused, RegistryError, RegistryGone
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.broker.supervision.monitor import Monitor
    from cafleet_core.cli.invocation import Invocation


@click.command(cls=Command)
@click.option(
    "--interval",
    type=click.FloatRange(0.1, 10),
    default=1.0,
    show_default=True,
    metavar="SECONDS",
    help="Between two looks.",
)
@click.option("--once", is_flag=True, help="Look once, then end.")
@click.option(
    "--only-deliver",
    is_flag=True,
    help="Wake nobody; end when nothing has been owed for a minute.",
)
@pass_invocation
def monitor(run: Invocation, interval: float, once: bool, only_deliver: bool) -> None:
    """Deliver what is held, and wake the Director when a member needs it.

    It needs no language model, and types only when there is something to act on. The
    control room does the same while it is open. One a session and machine. What is held
    while neither runs is delivered by one that only delivers, started in the background.
    """
    if (
        only_deliver
        and is_file(run.settings.registry)
        and not os.path.exists(run.settings.registry)
    ):
        path = run.settings.registry  # opening it would create an empty one
        raise RegistryGone(f"registry {path} is gone: put it back where it was.")
    run.relayed = False  # it outlives the host process
    session_id = run.session().session_id
    expect_writable(run.registry)
    try:
        with service_loop.ended_by_signal():
            if only_deliver:
                _deliver(run, session_id, once)
            else:
                _supervise(run, session_id, interval, once)
    except (KeyboardInterrupt, Ended):
        service_loop.note(only_deliver, session_id, "The monitor has ended.")
    except RegistryGone:
        run.read_only = True  # nothing is typed for a registry that is gone
        raise


def _supervise(run: Invocation, session_id: str, interval: float, once: bool) -> None:
    from cafleet_core.broker.supervision.monitor import Monitor
    from cafleet_core.config import folders
    from cafleet_core.event_rules import tables
    from cafleet_core.event_rules.runner import RuleRunner

    rules, limits = run.settings.push_rules, run.settings.thresholds
    watching = Monitor(
        *(run.registry, session_id, rules, limits), screens=run.settings.screens
    )
    acting = RuleRunner(run.registry, tables.load(folders.user_file(os.environ)))

    def step() -> bool:
        goes_on = _tick(run, watching, session_id, quiet=not once)
        acting.step()
        return goes_on

    try:
        if once:
            step()
            acting.wait()
        else:
            service_loop.repeat(step, lambda: time.sleep(interval), output.note)
    finally:
        with suppress(RegistryError):
            acting.close()
            watching.release()


def _deliver(run: Invocation, session_id: str, once: bool) -> None:
    """Deliver until nothing is left to do; detached from the process that starts it."""
    from cafleet_core.broker.supervision.delivery_loop import DeliveryLoop

    run.starts_loop = False  # a loop in the background ends at any signal
    os.chdir("/")
    loop = DeliveryLoop(
        *(run.registry, session_id, run.settings.push_rules),
        screens=run.settings.screens,
    )
    note = partial(service_loop.note, True, session_id)
    note("Delivering.")
    try:
        if once:
            loop.step()
        else:
            service_loop.repeat(loop.step, loop.rest, note)
            note(loop.ended)
    finally:
        with suppress(RegistryError):
            loop.release()


def _tick(run: Invocation, watching: Monitor, session_id: str, *, quiet: bool) -> bool:
    """Look once; False where the session is no more."""
    run.registry.check_in_place()
    if identity.find_session(run.registry, session_id).deleted_at is not None:
        return False
    seen = watching.tick()
    if seen.refusal:
        raise seen.refusal
    if not seen.watching:
        raise Refused("this session is watched already, by a monitor or control room.")
    if seen.wake or not quiet:
        run.say(seen.wake or "Nothing to tell.", {"told": seen.wake})
        output.flush()
    return True
