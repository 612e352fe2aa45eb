"""Keeping the registry file in order: to head, checked, copied, pruned."""

from __future__ import annotations

import os
from pathlib import Path

from cafleet_core import clock
from cafleet_core.broker.directory.sessions import add_missing_administrators
from cafleet_core.errors import Refused, RegistryError
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.storage import maintenance, migrations
from cafleet_core.storage.registry import HEAD, Registry
from cafleet_core.storage.sqlite import SqliteRegistry

if TYPE_CHECKING:
    from cafleet_core.storage.maintenance import Pruned


class Initialised(NamedTuple):
    """Revisions before and after, and the copy that was made of an older file."""

    before: int
    after: int
    backup: Path | None


class Checked(NamedTuple):
    """What is wrong with the file, a line each, and the rows of each table."""

    complaints: list[str]
    counts: dict[str, int]


def init(path: str) -> Initialised:
    """Bring the registry at `path` to head, making it where it is missing.

    An older one is copied beside itself first. Raises RegistryError, with nothing
    touched, for a file that is newer than this program or not a registry.
    """
    registry = SqliteRegistry(path)
    try:
        empty = registry.empty()
        if not empty:
            migrations.refuse_foreign(registry)
        backup = None if empty or registry.revision() == HEAD else _beside(registry)
        before = migrations.upgrade(registry)
        if backup and before == HEAD:  # another has done it meanwhile
            backup.unlink()
            backup = None
        add_missing_administrators(registry)
        return Initialised(before, HEAD, backup)
    finally:
        registry.close()


def check(registry: Registry) -> Checked:
    """Whether the registry is sound, and how much is in it."""
    return Checked(maintenance.complaints(registry), maintenance.counts(registry))


def backup(registry: Registry, path: str) -> Path:
    """Copy the registry to a new file, whole although others write; its path.

    Raises Refused where something is there already, RegistryError where it cannot be made.
    """
    target = Path(path).absolute()
    if target.exists():
        raise Refused(f"{target} exists already; nothing was written.")
    return _copy(registry, target)


def prune(registry: Registry, before: str, *, dry_run: bool) -> Pruned:
    """Remove what is settled and older than the stamp `before`; what was, or would be, removed."""
    with registry.write(keep=not dry_run):
        return maintenance.prune(registry, before)


def compact(registry: Registry) -> None:
    """Give the space of removed rows back to the disk; raises RegistryError without room for it."""
    maintenance.compact(registry)


def _beside(registry: Registry) -> Path:
    when = clock.now().strftime("%Y%m%dT%H%M%S.%f")
    return _copy(registry, Path(f"{registry.path}.{when}.bak"))


def _copy(registry: Registry, target: Path) -> Path:
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise RegistryError(f"cannot write {target}: {error.strerror}.") from None
    os.close(descriptor)
    try:
        registry.copy_to(str(target))
    except BaseException:  # an interrupt too: half a copy must not pass for one
        target.unlink()
        raise
    return target
