"""The URL of a registry on a server: what may stand in it, and what its parts are."""

from __future__ import annotations

import os

from cafleet_core.errors import InvalidSetting
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMES = ("postgresql://", "postgres://")

_VERIFIED = "verify-full"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SECRETS = ("password", "sslpassword")


class Server(NamedTuple):
    """Which database of which server a URL names, as messages call it."""

    host: str
    port: str
    database: str

    @property
    def where(self) -> str:
        """One line that holds no secret."""
        return f"{self.host or 'localhost'}:{self.port}/{self.database}"


def parse(url: str, named: str) -> Server:
    """What a URL names; `named` is how messages call the setting, which never show the URL.

    Raises InvalidSetting where a password stands in it, which all would see who list
    processes, where it names no database, and where a network could read along.
    """
    from urllib.parse import parse_qs, urlsplit  # a file needs none

    if not url.startswith(SCHEMES):
        raise InvalidSetting(f"{named} is no postgresql:// URL.")
    try:
        parts, port = urlsplit(url), urlsplit(url).port
    except ValueError:
        raise InvalidSetting(f"{named} is no URL of a PostgreSQL database.") from None
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if parts.password is not None or not options.keys().isdisjoint(_SECRETS):
        raise InvalidSetting(
            f"{named} holds a password, which every list of processes would show;"
            " put it into ~/.pgpass (PGPASSFILE), or use a client certificate."
        )
    host = options.get("host") or parts.hostname or ""
    server = Server(
        host or _implied(options),
        options.get("port") or str(port or os.environ.get("PGPORT") or 5432),
        options.get("dbname") or parts.path.strip("/"),
    )
    if not server.database:
        raise InvalidSetting(f"{named} names no database; write .../database.")
    address = options.get("hostaddr") or os.environ.get("PGHOSTADDR", "")
    is_near = _is_near(server.host) and _is_near(address)
    if not is_near and options.get("sslmode") != _VERIFIED:
        raise InvalidSetting(
            f"{named} would let the network read and write along; add"
            f" sslmode={_VERIFIED}, and sslrootcert=system or a file."
        )
    return server


def _implied(options: Mapping[str, str]) -> str:
    """The host of a URL that names none: what libpq takes instead, or the entry that names it."""
    service = options.get("service") or os.environ.get("PGSERVICE")
    return f"service {service}" if service else os.environ.get("PGHOST", "")


def _is_near(hosts: str) -> bool:
    """Whether no connection to any of these leaves this machine: a unix socket, or loopback."""
    return all(
        not host or host.startswith(("/", "@")) or host in _LOOPBACK
        for host in hosts.split(",")
    )
