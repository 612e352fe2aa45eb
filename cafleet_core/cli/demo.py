"""`cafleet demo` and `tour`: a team of stand-ins at work, with the control room open."""

from __future__ import annotations

import os
import shlex
import sys

import click

from cafleet_core.cli import output
from cafleet_core.cli.parser import Command, pass_invocation
from cafleet_core.errors import Refused, WrongUsage
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.cli.invocation import Invocation

_UNWATCHED_SECONDS = 600


@click.command(cls=Command)
@click.option("--keep", is_flag=True, help="It does not end by itself, unwatched.")
@click.option("--stop", is_flag=True, help="End the running demo and its registry.")
@click.option(
    "--database",
    metavar="URL",
    help="Use this registry, instead of one that the demo makes and removes.",
)
@click.option("--stop-unwatched", is_flag=True, hidden=True)
@pass_invocation
def demo(
    run: Invocation,
    keep: bool,
    stop: bool,
    database: str | None,
    stop_unwatched: bool,
) -> None:
    """Show a whole team at work, without any coding agent.

    A Director and three members, ordinary programs that really poll, ack and reply,
    beside the control room. Inside tmux they get a new window; outside, a tmux session
    'cafleet-demo' that this terminal is attached to.

    Without a terminal the session stays detached: once the first messages are
    exchanged, the control room's frame and the command to attach are printed. Unless
    --keep, such a demo ends by itself when nobody has attached after ten minutes.

    The registry is a private, temporary one, whatever CAFLEET_DATABASE_URL says;
    only --database names another.
    """
    if stop or stop_unwatched:
        _stop(run, unwatched_only=stop_unwatched)
    elif not (sys.stdin.isatty() and sys.stdout.isatty()):
        _print_frame(run, keep, database)
    else:
        _show(database, tour=False)


@click.command(cls=Command)
@pass_invocation
def tour(_run: Invocation) -> None:
    """Go through the control room in five minutes, in a demo of its own.

    The demo's team is at work, and a panel above the composer tells what to do next: it
    goes on when that is done. F8 skips a step, F7 ends the tour and leaves the demo.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise WrongUsage("the tour needs a terminal.")
    _show(None, tour=True)


def _show(database: str | None, *, tour: bool) -> None:
    if os.environ.get("TMUX_PANE"):
        _beside(database, tour=tour)
    else:
        _attached(database, tour=tour)


def _stop(run: Invocation, *, unwatched_only: bool) -> None:
    from cafleet_core.demo import lifecycle, window

    demos = [
        demo
        for demo in window.running()
        if not (unwatched_only and window.watched(demo))
    ]
    if not demos:
        raise Refused("no demo is running.")
    for demo in demos:
        lifecycle.end(demo)
    run.say("The demo has ended.", {"stopped": True})


def _print_frame(run: Invocation, keep: bool, database: str | None) -> None:
    from cafleet_core.demo import lifecycle, window
    from cafleet_core.panes.tmux import windows

    demo = lifecycle.start(database, size=lifecycle.FRAME_SIZE)
    try:
        frame = lifecycle.await_exchange(demo)
    except BaseException:
        lifecycle.end(demo.window)
        raise
    if not keep:
        window.end_unwatched(demo.window, _UNWATCHED_SECONDS)
    attach = shlex.join(windows.attach_command(demo.window.socket, window.SESSION))
    run.say(
        f"{frame}\n\nattach: {attach}\nend:    cafleet demo --stop",
        {"frame": frame, "attach": attach},
    )


def _beside(database: str | None, *, tour: bool) -> None:
    from cafleet_core.demo import lifecycle

    lifecycle.start(database, size=None, tour=tour)
    output.note("The demo is in the window 'demo'; 'cafleet demo --stop' ends it.")


def _attached(database: str | None, *, tour: bool) -> None:
    from cafleet_core.demo import lifecycle, window
    from cafleet_core.panes.tmux import windows
    from cafleet_core.panes.tmux.layouts import Size

    output.note("Starting the team…")
    size = Size(*os.get_terminal_size())
    demo = lifecycle.start(database, size=size, tour=tour)
    command = windows.attach_command(demo.window.socket, window.SESSION)
    os.execvp(command[0], command)  # noqa: S606  # the terminal is tmux's from here on
