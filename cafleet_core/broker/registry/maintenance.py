"""Maintain the registry file: migrate, check, back up, prune."""

from __future__ import annotations

import os
from contextlib import closing, contextmanager
from pathlib import Path

from cafleet_core import clock
from cafleet_core.broker.directory.sessions import add_missing_administrators
from cafleet_core.broker.registry.open import connect, is_file, open_registry
from cafleet_core.config import server_url
from cafleet_core.errors import Refused, RegistryError
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.storage import attachments as attachment_rows
from cafleet_core.storage import comments, maintenance, migrations
from cafleet_core.storage.registry import HEAD, Registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cafleet_core.storage.maintenance import Pruned


class Initialised(NamedTuple):
    """Revisions before and after, the backup of an older file, and what is left to be done."""

    before: int
    after: int
    backup: Path | None
    left: str
    where: str


class Checked(NamedTuple):
    """What is wrong with the file, a line each, and the number of rows of each table."""

    complaints: list[str]
    counts: dict[str, int]


def init(path: str) -> Initialised:
    """Bring the registry at `path` to head; a missing file is created.

    An older file is backed up beside itself first; a server's backups are its owner's.
    Raises RegistryError, with nothing touched, for a file that is newer than this program or
    not a registry.
    """
    registry = connect(path)
    try:
        empty = registry.empty()
        if not empty:
            migrations.refuse_foreign(registry)
        older = not empty and registry.revision() < HEAD and is_file(path)
        backup = _beside(registry) if older else None
        before = migrations.upgrade(registry)
        if backup and before == HEAD:  # another process has migrated it meanwhile
            backup.unlink()
            backup = None
        add_missing_administrators(registry)
        return Initialised(
            before, max(before, HEAD), backup, registry.make_roles(), registry.where
        )
    finally:
        registry.close()


def check(registry: Registry) -> Checked:
    """Check the registry's integrity and count its rows."""
    return Checked(maintenance.complaints(registry), maintenance.counts(registry))


def backup(registry: Registry, path: str) -> Path:
    """Copy the registry to a new file, as of one moment, and return its path.

    Raises Refused if something is there already, RegistryError if it cannot be created.
    """
    target = Path(path).absolute()
    if target.exists():
        raise Refused(f"{target} exists already; nothing was written.")
    return _copy(registry, target)


def copy(registry: Registry, url: str) -> dict[str, int]:
    """Copy the whole registry into the empty one at a server; how many rows of each table.

    Nobody can write to either meanwhile. Raises Refused where sessions are there already,
    InvalidSetting for a URL that is none, RegistryError.
    """
    server_url.parse(url, "--to")
    with closing(open_registry(url)) as target, target.write():
        if target.rows("SELECT 1 FROM sessions LIMIT 1"):
            raise Refused(f"{target.where} has sessions already; nothing was copied.")
        with registry.write(keep=False):
            return target.take_in(registry)


def prune(registry: Registry, before: str, *, dry_run: bool) -> Pruned:
    """Remove settled rows older than the stamp `before`; what was removed, or would be.

    With messages go the copies of their files that this machine keeps.
    """
    with registry.write(keep=not dry_run):
        pruned = maintenance.prune(registry, before)
        files = attachment_rows.prune(registry)
        comments.prune(registry)
    if not dry_run:  # a copy without its row is noise, a row without it is a loss
        from cafleet_core import attachments
        from cafleet_core.broker.registry import left_behind  # seldom called

        attachments.discard(files)
        left_behind.drop(registry)
    return pruned


def compact(registry: Registry) -> None:
    """Give the space of removed rows back to the disk; raises RegistryError without room for it."""
    registry.compact()


def _beside(registry: Registry) -> Path:
    when = clock.now().strftime("%Y%m%dT%H%M%S.%f")
    return _copy(registry, Path(f"{registry.where}.{when}.bak"))


def _copy(registry: Registry, target: Path) -> Path:
    """Copy under a temporary name first, so that half a copy never has the target's name.

    A temporary file that a killed process left is overwritten by the next.
    """
    partial = target.with_name(f"{target.name}.partial")
    try:
        with _alone_with(partial):
            registry.copy_to(str(partial))
            _publish(partial, target)
    except FileExistsError:
        raise Refused(f"{target} exists already; nothing was written.") from None
    except OSError as error:
        raise RegistryError(f"cannot write {target}: {error.strerror}.") from None
    return target


def _publish(partial: Path, target: Path) -> None:
    """Rename a file; raises FileExistsError rather than overwrite another."""
    try:
        os.link(partial, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if target.exists():
            raise FileExistsError from None
        partial.rename(target)


@contextmanager
def _alone_with(partial: Path) -> Iterator[None]:
    """Hold an empty private file, then remove it; raises Refused if another process holds it."""
    import fcntl  # seldom needed

    descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f"another process is writing {partial}.") from None
        try:
            os.ftruncate(descriptor, 0)
            yield
        finally:
            partial.unlink(missing_ok=True)
    finally:
        os.close(descriptor)
