"""The command `cafleet server`."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import TYPE_CHECKING, NamedTuple

import click

from cafleet_core import own_module
from cafleet_core.cli import output
from cafleet_core.cli.invocation import Invocation
from cafleet_core.cli.parser import Command, pass_invocation
from cafleet_tui.cli import choose_session, only_look, read_only_option

if TYPE_CHECKING:
    import socket

    from cafleet_core.records import Session


class Where(NamedTuple):
    """Where a server listens: the requested host, and the port that it got.

    `public` is the origin at which a phone reaches it, empty if that is no other.
    """

    host: str
    port: int
    public: str = ""

    def address(self, token: str) -> str:
        """The address to open in the browser."""
        return f"{self._origin}/?token={token}"

    def phone(self, token: str) -> str:
        """The address of the page for a phone."""
        return f"{self.public or self._origin}/m?token={token}"

    @property
    def _origin(self) -> str:
        from cafleet_tui.server.address import in_address

        return f"http://{in_address(self.host)}:{self.port}"


@click.command("server", cls=Command)
@click.option(
    "--host",
    metavar="ADDRESS",
    help="Where to listen; by default the setting `server.host`, 127.0.0.1.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="The port, 0 for a free one; by default the setting `server.port`, 8000.",
)
@click.option(
    "--allow-remote",
    is_flag=True,
    help="Listen beyond loopback too, where whoever reads the unencrypted network can take over every member.",
)
@click.option(
    "--url",
    metavar="URL",
    help="Where a phone reaches it through a proxy; by default the setting `server.url`.",
)
@click.option(
    "--qr", is_flag=True, help="Print the phone's address as a QR code to scan."
)
@read_only_option
@pass_invocation
def server(
    run: Invocation,
    host: str | None,
    port: int | None,
    allow_remote: bool,
    url: str | None,
    qr: bool,
    read_only: bool,
) -> None:
    """Show the control room in a browser, at the address that is printed.

    The address holds a token that lasts as long as the server: whoever has it has the
    control room. Ctrl+C ends the server, and no member with it.
    """
    from cafleet_tui.appearance import check_settings
    from cafleet_tui.server.address import exposure, is_loopback, listen, origin

    for fault in check_settings.usable(run.settings)[1]:
        run.note(fault)
    only_look(run, read_only)
    session = choose_session(run.registry, run.session_id, run.settings)
    public = origin(run.settings.server_url if url is None else url)
    wanted = run.settings.server_host if host is None else host
    number = run.settings.server_port if port is None else port
    with listen(wanted, number, allow_remote=allow_remote) as listening:
        address, got = listening.getsockname()[:2]
        if not is_loopback(address):
            output.note(f"Warning: {exposure(wanted)}")
        _serve(run, Where(wanted, got, public), listening, session, qr)
    output.note("The server has ended.")


def _serve(
    run: Invocation,
    where: Where,
    listening: socket.socket,
    session: Session | None,
    qr: bool,
) -> None:
    from cafleet_tui.server.api.handlers import Api
    from cafleet_tui.server.guard import Guard
    from cafleet_tui.server.phone.handlers import Phone
    from cafleet_tui.server.site import Site

    guard = Guard(*where)
    address = where.address(guard.token)
    document = {"address": address, "host": where.host, "port": where.port}
    session_id = session.session_id if session else None
    document |= {"session_id": session_id, "read_only": run.read_only}
    on_a_phone = where.phone(guard.token)
    document["phone"] = on_a_phone
    run.say(f"Control room: {address}\nPhone:        {on_a_phone}", document)
    if qr and not run.json:
        from cafleet_tui.server.phone.qr import drawn

        output.raw(drawn(on_a_phone))
    output.flush()
    # a control room's error goes to standard error, like the server's own notes
    with contextlib.redirect_stdout(sys.stderr):
        api = Api(run.settings, read_only=run.read_only)
        phone = Phone(run.settings, read_only=run.read_only)
        site = Site(_command(session, run.read_only), guard, api, phone)
        asyncio.run(site.serve(listening))


def _command(session: Session | None, read_only: bool) -> list[str]:
    """The control room's argument list."""
    chosen = ["--session-id", session.session_id] if session else []
    looking = ["--read-only"] if read_only else []
    return own_module.command("cafleet_core", "tui", *chosen, *looking)
