"""`cafleet monitor`: deliver and supervise without a control room."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from functools import partial

import click

from cafleet_core.broker.directory import identity
from cafleet_core.cli import output
from cafleet_core.cli.parser import Command, pass_invocation
from cafleet_core.errors import Refused, RegistryError, RegistryGone, TmuxError
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from cafleet_core.broker.supervision.monitor import Monitor
    from cafleet_core.cli.invocation import Invocation


class _Ended(Exception):
    """A signal asks the loop to end."""


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
    if only_deliver and not os.path.exists(run.settings.registry):
        path = run.settings.registry  # opening it would create an empty one
        raise RegistryGone(f"registry {path} is gone: put it back where it was.")
    session_id = run.session().session_id
    signal.signal(signal.SIGTERM, _end)
    try:
        if only_deliver:
            _deliver(run, session_id, once)
        else:
            _supervise(run, session_id, interval, once)
    except (KeyboardInterrupt, _Ended):
        _note(only_deliver, session_id, "The monitor has ended.")
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
            _repeat(step, lambda: time.sleep(interval), output.note)
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
    note = partial(_note, True, session_id)
    note("Delivering.")
    try:
        if once:
            loop.step()
        else:
            _repeat(loop.step, loop.rest, note)
            note(loop.ended)
    finally:
        with suppress(RegistryError):
            loop.release()


def _repeat(
    step: Callable[[], bool], rest: Callable[[], None], note: Callable[[str], None]
) -> None:
    """Repeat `step` until it is done; trouble of the registry or of tmux is noted once, and
    waited for.
    """
    trouble = ""
    while True:
        try:
            if not step():
                return
            trouble = ""
            rest()
        except RegistryGone:
            raise
        except (RegistryError, TmuxError) as error:
            if error.message != trouble:
                note(f"Trying again: {error.message}")
            trouble = error.message
            time.sleep(1)


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


def _note(in_log: bool, session_id: str, words: str) -> None:
    """Print a note on standard error; in the log of all loops with time, process and session."""
    if not in_log:
        output.note(words)
        return
    from cafleet_core import clock
    from cafleet_core.broker.supervision import background

    with suppress(OSError):
        background.cut(2)
    output.note(f"{clock.stamp()} {os.getpid()} {session_id}: {words}")


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise _Ended
