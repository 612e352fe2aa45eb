"""Open the registry, migrated and ready for use."""

from __future__ import annotations

import os

from cafleet_core.errors import Refused, RegistryError
from cafleet_core.storage.registry import HEAD, Registry

__all__ = [
    "Registry",
    "connect",
    "expect_writable",
    "is_file",
    "open_registry",
    "url_of",
]

_FILE = "sqlite:///"
_SERVER = ("postgresql://", "postgres://")


def open_registry(
    place: str | os.PathLike[str], *, make: bool = True, relayed: bool = True
) -> Registry:
    """The registry in a file, or at a URL; filled where it is empty.

    One at a URL by way of this machine's host process, where there is one and `relayed`.
    A file is made where it is missing. One a thread. Raises RegistryError where it cannot
    be used as it is, RegistryGone where it is missing and not to be made.
    """
    registry = (relayed and _relayed(os.fspath(place))) or connect(place, make=make)
    if registry.opened_at != HEAD:
        from cafleet_core.storage import migrations  # most registries are at head

        try:
            migrations.ready(registry)
        except BaseException:
            registry.close()
            raise
    return registry


def expect_writable(registry: Registry) -> None:
    """Raise Refused where the server lets this role only read: what runs long would try for ever."""
    if not registry.may_write():
        raise Refused(
            f"registry {registry.where} lets this role only read.",
            "Its owner allows more: 'cafleet db grant ROLE'.",
        )


def _relayed(place: str) -> Registry | None:
    if is_file(place):
        return None
    from cafleet_core.storage import relay

    return relay.connect(place)


def is_file(place: str) -> bool:
    """Whether the registry there is a file of this machine, and not at a server."""
    return not place.startswith(_SERVER)


def url_of(place: str) -> str:
    """A place as a URL, which is what a process of ours is told of it."""
    return place if not is_file(place) or place.startswith(_FILE) else _FILE + place


def connect(place: str | os.PathLike[str], *, make: bool = True) -> Registry:
    """The registry there as it is, whatever its revision."""
    named = os.fspath(place).removeprefix(_FILE)
    if not is_file(named):
        try:
            from cafleet_core.storage.postgres import PostgresRegistry
        except ImportError:
            raise RegistryError(
                "the registry is on a PostgreSQL server: install 'cafleet[postgres]',"
                " which brings the driver."
            ) from None
        return PostgresRegistry(named)
    from cafleet_core.storage.sqlite import SqliteRegistry

    return SqliteRegistry(named, make=make)
