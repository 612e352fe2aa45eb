"""Opening the registry, ready for use."""

from __future__ import annotations

import os

from cafleet_core.storage import migrations
from cafleet_core.storage.registry import Registry
from cafleet_core.storage.sqlite import SqliteRegistry

__all__ = ["Registry", "open_registry"]


def open_registry(path: str | os.PathLike[str]) -> Registry:
    """The registry at `path`, made and filled where it is missing or empty.

    One a thread. Raises RegistryError where the file cannot be used as it is.
    """
    registry = SqliteRegistry(os.fspath(path))
    try:
        migrations.ready(registry)
    except BaseException:
        registry.close()
        raise
    return registry
