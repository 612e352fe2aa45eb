"""Open the registry, migrated and ready for use."""

from __future__ import annotations

import os

from cafleet_core.storage import migrations
from cafleet_core.storage.registry import Registry
from cafleet_core.storage.sqlite import SqliteRegistry

__all__ = ["Registry", "open_registry"]


def open_registry(path: str | os.PathLike[str], *, make: bool = True) -> Registry:
    """The registry at `path`; an empty file is filled, a missing one created if `make`.

    Open one in each thread. Raises RegistryError for a file that cannot be used as it is,
    RegistryGone for a missing one without `make`.
    """
    registry = SqliteRegistry(os.fspath(path), make=make)
    try:
        migrations.ready(registry)
    except BaseException:
        registry.close()
        raise
    return registry
