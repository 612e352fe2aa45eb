"""The command `cafleet tui`: choose a session, open its control room, or draw one frame."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cafleet_core.broker.directory import callers, sessions
from cafleet_core.broker.registry.open import Registry
from cafleet_core.cli.invocation import Invocation
from cafleet_core.cli.parser import Command, pass_invocation
from cafleet_core.config.settings import Settings
from cafleet_core.errors import InvalidInput, NotReady, WrongUsage
from cafleet_core.records import Session

if TYPE_CHECKING:
    from cafleet_tui.app import CafleetApp
    from cafleet_tui.data.source import Source


_SIDE = click.IntRange(1, 1000)

read_only_option = click.option(
    "--read-only", is_flag=True, help="Only look: nothing is sent, typed or stored."
)


class RoomCommand(Command):
    """A command that reads the settings of themes and keys."""

    def faults(self, settings: Settings) -> Iterable[tuple[str, str]]:
        """See `Command`."""
        from cafleet_tui.appearance import check_settings

        return check_settings.faults(settings)


screenshot_option = click.option(
    "--screenshot",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE.svg",
    help="Draw one frame into a file and exit.",
)
size_option = click.option(
    "--size",
    type=(_SIDE, _SIDE),
    default=(160, 50),
    show_default=True,
    metavar="COLUMNS ROWS",
    help="The size of that frame.",
)


@click.command("tui", cls=RoomCommand)
@screenshot_option
@size_option
@read_only_option
@click.option("--tour", is_flag=True, hidden=True)
@pass_invocation
def tui(
    run: Invocation,
    screenshot: Path | None,
    size: tuple[int, int],
    read_only: bool,
    tour: bool,
) -> None:
    """Open the control room: a session's agents and messages, live.

    Without --session-id it is the session of this pane, else the only live one, else
    you choose.
    """
    only_look(run, read_only)
    session = choose_session(run.registry, run.session_id, run.settings)
    settings = run.settings.replace(read_only=run.read_only)
    show(make_app(settings, session, tour=tour), screenshot, size)


def only_look(run: Invocation, wanted: bool) -> None:
    """Have this run only look, where that is wanted, or the registry allows nothing else."""
    run.read_only = wanted or not run.registry.may_write()
    if run.read_only and not wanted:
        run.note(
            f"registry {run.registry.where} lets this role only read:"
            " the control room only looks."
        )


def show(app: CafleetApp, screenshot: Path | None, size: tuple[int, int]) -> None:
    """Show an application until it is left, or draw one frame of it.

    Raises WrongUsage without a terminal.
    """
    if screenshot:
        _draw(app, screenshot, size)
    else:
        _refuse_without_terminal()
        _forget_sizes()
        asyncio.run(_shown(app))
        if app.fault:
            raise app.fault
        if app.return_code:
            context = click.get_current_context()
            context.exit(app.return_code)


def _refuse_without_terminal() -> None:
    """Raise WrongUsage if there is no terminal; in a browser the server takes its place."""
    if "TEXTUAL_DRIVER" in os.environ:
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise WrongUsage(
            "the control room needs a terminal; for one frame use --screenshot FILE.svg."
        )


async def _shown(app: CafleetApp) -> None:
    """Run the control room until it is left, or must end."""
    from cafleet_tui.terminal.end import Ending, end_at_a_crash

    end_at_a_crash(app)
    Ending(app, sys.stdin.fileno()).start()
    await app.run_async()


def _forget_sizes() -> None:
    """Remove the variables of the terminal's size, so that the terminal is asked for it.

    The shell that started the tmux server may have exported them: they would be believed in
    every pane, and at every change of size.
    """
    if sys.stdout.isatty():
        for name in ("COLUMNS", "LINES"):
            os.environ.pop(name, None)


def choose_session(
    registry: Registry, reference: str | None, settings: Settings
) -> Session | None:
    """The session named, else the pane's, else the only live one; None to choose in the picker.

    Raises NotFound or Ambiguous for a name that is not one session's.
    """
    wanted = settings.session_id if reference is None else reference
    if wanted is not None:
        return sessions.find(registry, wanted)
    around = callers.surroundings(registry, settings, os.environ)
    if around.housed:
        return sessions.find(registry, around.housed[0].session_id)
    live = sessions.summaries(registry)
    return live[0].session if len(live) == 1 else None


def make_app(
    settings: Settings, session: Session | None, *, tour: bool = False
) -> CafleetApp:
    """The application over the registry that the settings name; it says which of `[tui]` are invalid."""
    from cafleet_tui.appearance import check_settings

    settings, faults = check_settings.usable(settings)
    app = _kind_of_app(tour)(partial(_open_source, settings), settings, session)
    app.source_with = lambda wanted: partial(_open_source, wanted)
    app.setting_faults = faults
    return app


def _kind_of_app(tour: bool) -> type[CafleetApp]:
    if tour:
        from cafleet_tui.tour_app import TourApp

        return TourApp
    from cafleet_tui.app import CafleetApp

    return CafleetApp


def _open_source(settings: Settings) -> Source:
    """The calling thread's view of the registry; imported once the first frame is drawn."""
    from cafleet_tui.data.registry_source import RegistrySource

    return RegistrySource(settings)


def _draw(app: CafleetApp, path: Path, size: tuple[int, int]) -> None:
    from cafleet_tui.screenshot import PATIENCE, draw

    try:
        drawn = asyncio.run(draw(app, size))
    except TimeoutError:
        why = f"the control room was not read in {PATIENCE:g} s."
        raise NotReady(why) from None
    try:
        path.write_text(drawn, encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror}.") from None
