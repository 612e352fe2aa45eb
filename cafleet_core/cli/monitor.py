"""`cafleet monitor`: the delivery and supervision loop, without a screen."""

from __future__ import annotations

import signal
import time
from types import FrameType
from typing import TYPE_CHECKING

import click

from cafleet_core.broker.directory import identity
from cafleet_core.cli import output
from cafleet_core.cli.invocation import Invocation
from cafleet_core.cli.parser import Command, pass_invocation
from cafleet_core.errors import Refused, RegistryError

if TYPE_CHECKING:
    from cafleet_core.broker.supervision.monitor import Monitor


class _Ended(Exception):
    """A signal asked for the end."""


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
@pass_invocation
def monitor(run: Invocation, interval: float, once: bool) -> None:
    """Deliver what is held, and wake the Director when a member needs it.

    It needs no language model, and types only when there is something to act on. The
    control room does the same while it is open. One a session and machine.
    """
    from cafleet_core.broker.supervision.monitor import Monitor

    session_id = run.session().session_id
    rules, limits = run.settings.push_rules, run.settings.thresholds
    watching = Monitor(run.registry, session_id, rules, limits)
    signal.signal(signal.SIGTERM, _end)
    try:
        if once:
            _tick(run, watching, session_id, quiet=False)
        else:
            _watch(run, watching, session_id, interval)
    except (KeyboardInterrupt, _Ended):
        output.note("The monitor has ended.")
    finally:
        watching.release()


def _watch(
    run: Invocation, watching: Monitor, session_id: str, interval: float
) -> None:
    """Look until the session is no more; a registry that is in trouble is said once, and awaited."""
    trouble = ""
    while True:
        try:
            if not _tick(run, watching, session_id):
                return
            trouble = ""
        except RegistryError as error:
            if error.message != trouble:
                output.note(f"Trying again: {error.message}")
            trouble = error.message
        time.sleep(interval)


def _tick(
    run: Invocation, watching: Monitor, session_id: str, *, quiet: bool = True
) -> bool:
    """Look once; False where the session is no more."""
    if identity.find_session(run.registry, session_id).deleted_at is not None:
        return False
    seen = watching.tick()
    if not seen.watching:
        raise Refused("this session is watched already, by a monitor or control room.")
    if seen.told or not quiet:
        run.say(seen.told or "Nothing to tell.", {"told": seen.told})
        output.flush()
    return True


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise _Ended
