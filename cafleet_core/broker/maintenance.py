"""Keeping the registry file in order: bringing it to head, backing it up."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import NamedTuple

from cafleet_core import clock
from cafleet_core.broker.sessions import add_missing_administrators
from cafleet_core.storage import migrations
from cafleet_core.storage.registry import HEAD, Registry


class Initialised(NamedTuple):
    """Revisions before and after, and the copy that was made of an older file."""

    before: int
    after: int
    backup: Path | None


def init(path: str) -> Initialised:
    """Bring the registry at `path` to head, making it where it is missing.

    An older one is copied beside itself first. Raises RegistryError, with nothing
    touched, for a file that is newer than this program or not a registry.
    """
    registry = Registry(path)
    try:
        empty = registry.empty()
        if not empty:
            migrations.refuse_foreign(registry)
        before = registry.revision()
        backup = None if empty or before == HEAD else _backup(registry)
        migrations.upgrade(registry)
        add_missing_administrators(registry)
        return Initialised(before, HEAD, backup)
    finally:
        registry.close()


def _backup(registry: Registry) -> Path:
    when = clock.now().strftime("%Y%m%dT%H%M%S")
    target = Path(f"{registry.path}.{when}.bak")
    copy = sqlite3.connect(target)
    try:
        registry.copy_to(copy)
    finally:
        copy.close()
    target.chmod(0o600)
    return target
