"""The command `cafleet replay`: the control room over the past of a session."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cafleet_core import clock
from cafleet_core.cli.click_options import Decimal
from cafleet_core.cli.invocation import Invocation
from cafleet_core.cli.parameter_types import Time
from cafleet_core.cli.parser import pass_invocation
from cafleet_core.errors import CallerUnknown
from cafleet_tui.cli import (
    RoomCommand,
    choose_session,
    screenshot_option,
    show,
    size_option,
)
from cafleet_tui.model.playback import FASTEST, SLOWEST, Playback
from cafleet_tui.terminal import colours

if TYPE_CHECKING:
    from cafleet_core.config.settings import Settings
    from cafleet_core.records import Session
    from cafleet_tui.data.source import Source
    from cafleet_tui.replay_app import ReplayApp


@click.command("replay", cls=RoomCommand)
@click.option(
    "--at",
    type=Time(),
    metavar="TIME",
    help="Begin at this time, such as 'yesterday 9:00'; else at the session's beginning.",
)
@click.option(
    "--speed",
    type=Decimal(SLOWEST, FASTEST),
    default=1.0,
    show_default=True,
    metavar="TIMES",
    help="How many seconds of then pass in one of now.",
)
@click.option("--paused", is_flag=True, help="Begin standing still.")
@screenshot_option
@size_option
@pass_invocation
def replay(
    run: Invocation,
    at: str | None,
    speed: float,
    paused: bool,
    screenshot: Path | None,
    size: tuple[int, int],
) -> None:
    """Open the control room over the past: a session as it was, at any time.

    Everything that it shows is of the moment that it names: who there was and in which
    state, what had been said, delivered and acked, who waited for an answer, and the
    screens that were kept. Nothing is sent, typed or stored. A deleted session is
    replayed too; what `db prune` has removed is not known any more.
    """
    run.read_only = True
    session = choose_session(run.registry, run.session_id, run.settings)
    if session is None:
        raise CallerUnknown("name a session.")
    began = clock.parse(session.created_at)
    moment = clock.parse(at) if at else began
    playback = Playback(began, moment, speed, paused=paused or screenshot is not None)
    show(make_app(run.settings, session, playback), screenshot, size)


def make_app(settings: Settings, session: Session, playback: Playback) -> ReplayApp:
    """The application over the past of a session; it alerts nobody."""
    colours.tell(os.environ)
    from cafleet_tui.appearance import check_settings
    from cafleet_tui.replay_app import ReplayApp

    settings, faults = check_settings.usable(settings)
    quiet = settings.replace(read_only=True, bell=False, desktop=False)
    open_source = partial(_open_source, quiet, session.session_id, playback)
    app = ReplayApp(open_source, quiet, session, playback)
    app.setting_faults = faults
    return app


def _open_source(settings: Settings, session_id: str, playback: Playback) -> Source:
    """The past for the calling thread; imported once the first frame is drawn."""
    from cafleet_tui.data.past_source import PastSource

    return PastSource(settings, session_id, playback)
