"""Opening the registry, ready for use."""

from __future__ import annotations

import os

from cafleet_core.storage import migrations
from cafleet_core.storage.registry import Registry
from cafleet_core.storage.sqlite import SqliteRegistry

__all__ = ["Registry", "open_registry"]


def open_registry(path: str | os.PathLike[str], *, make: bool = True) -> Registry:
    """The registry at `path`, filled where it is empty; made where it is missing.

    One a thread. Raises RegistryError where the file cannot be used as it is, RegistryGone
    where it is missing and not to be made.
    """
    registry = SqliteRegistry(os.fspath(path), make=make)
    try:
        migrations.ready(registry)
    except BaseException:
        registry.close()
        raise
    return registry
