"""Registries as copies of one that was migrated once: a test of migrations makes its own."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from cafleet_core.broker.registry.open import Registry, open_registry


def a_registry(place: Path | str) -> Registry:
    """The registry at a path or URL, open; one without anything in it where there is none."""
    if isinstance(place, Path) and not place.exists():
        _write_private(place, _empty())
    return open_registry(place)


@cache
def _empty() -> bytes:
    """A file without a session, as the migrations make it."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "registry.db")
        open_registry(path, relayed=False).close()
        return path.read_bytes()


def _write_private(path: Path, content: bytes) -> None:
    """Write a file with the modes that the registry's own has."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
    ) as file:
        file.write(content)
