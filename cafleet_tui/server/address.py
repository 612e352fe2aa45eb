"""Open the server's listening socket, or explain in one line why it cannot be opened."""

from __future__ import annotations

import errno
import ipaddress
import socket
from urllib.parse import urlsplit

from cafleet_core.errors import CafleetError, InvalidInput, InvalidSetting, Refused

HIGHEST_PORT = 65535

_BACKLOG = 128

_EXPOSED = (
    "{host} is not a loopback address: whoever reaches this machine there, and has the "
    "printed address, can read every message and type into every member's pane, and "
    "whoever can listen on the network can read that address, for it is not encrypted."
)


def listen(host: str, port: int, *, allow_remote: bool) -> socket.socket:
    """A listening socket at `host` and `port`; port 0 takes a free one.

    Raises InvalidInput for an unknown host, Refused for one beyond loopback unless
    `allow_remote`, and CafleetError if the address cannot be bound.
    """
    if not 0 <= port <= HIGHEST_PORT:
        raise InvalidSetting(f"port {port} is not between 0 and {HIGHEST_PORT}.")
    family, address = _resolved(host, port)
    if not (allow_remote or is_loopback(address[0])):
        raise Refused(f"{exposure(host)} If that is meant, add --allow-remote.")
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(address)
        opened.listen(_BACKLOG)
    except OSError as error:
        opened.close()
        raise CafleetError(_trouble(host, port, error)) from None
    opened.setblocking(False)
    return opened


def is_loopback(address: str) -> bool:
    """Whether an address is reachable from this host only."""
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def exposure(host: str) -> str:
    """The warning about listening beyond loopback."""
    return _EXPOSED.format(host=host or "an empty host")


def origin(url: str) -> str:
    """The origin that a URL is, such as `https://box.example.net`; empty for an empty one.

    Raises InvalidSetting for anything else.
    """
    wanted = url.rstrip("/")
    parts = urlsplit(wanted)
    if wanted and (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or wanted != f"{parts.scheme}://{parts.netloc}"
        or "@" in parts.netloc
    ):
        raise InvalidSetting(
            f"server.url {url!r} is not written as https://box.example.net."
        )
    return wanted


def in_address(host: str) -> str:
    """A host as part of a URL: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def _resolved(host: str, port: int) -> tuple[socket.AddressFamily, tuple[str, int]]:
    if not host:
        raise InvalidInput("the host to listen at is empty.")
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise InvalidInput(f"no address is known for host {host!r}.") from None
    # IPv4 first, as browsers prefer it for localhost
    family, _, _, _, address = min(infos, key=lambda info: info[0] != socket.AF_INET)
    return family, (str(address[0]), port)


def _trouble(host: str, port: int, error: OSError) -> str:
    where = f"{in_address(host)}:{port}"
    if error.errno == errno.EADDRINUSE:
        return f"{where} is taken by another program; choose another port with --port (0 takes a free one)."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine."
    if error.errno == errno.EACCES:
        return f"{where} is not yours to listen at; choose a port above 1023."
    return f"cannot listen at {where}: {error.strerror}."
