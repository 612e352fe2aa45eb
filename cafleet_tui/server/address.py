"""Where the server listens: the address that was asked for, or one line about why not."""

from __future__ import annotations

import errno
import ipaddress
import socket

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

    Raises InvalidInput for a host that is none, Refused for one beyond loopback unless
    `allow_remote`, and CafleetError where the address cannot be had.
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
    """Whether only this machine reaches an address."""
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def exposure(host: str) -> str:
    """What listening beyond loopback means."""
    return _EXPOSED.format(host=host or "an empty host")


def in_address(host: str) -> str:
    """A host as addresses spell it: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def _resolved(host: str, port: int) -> tuple[socket.AddressFamily, tuple[str, int]]:
    if not host:
        raise InvalidInput("the host to listen at is empty.")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise InvalidInput(f"no address is known for host {host!r}.") from None
    # IPv4 first: that is where a browser looks for localhost when in doubt
    family, _, _, _, address = min(found, key=lambda one: one[0] != socket.AF_INET)
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
