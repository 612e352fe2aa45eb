"""Migrate a registry to this program's revision: numbered steps, forward only, all or nothing."""

from __future__ import annotations

from cafleet_core.errors import RegistryError
from cafleet_core.storage.registry import HEAD, Registry


def ready(registry: Registry) -> None:
    """Bring an empty file to head, and require head of any other.

    Raises RegistryError for a file that is not a cafleet registry, or of another revision.
    """
    if registry.opened_at > HEAD and registry.oldest_reader() <= HEAD:
        return  # what has been added since, this program does without
    if registry.empty():
        upgrade(registry)
        return
    refuse_foreign(registry)
    # read again: another process may have filled the file since
    revision = registry.revision()
    if revision < HEAD:
        raise RegistryError(
            f"registry {registry.where} is at revision {revision}, this program needs {HEAD}:"
            " run 'cafleet db init'."
        )


def refuse_foreign(registry: Registry) -> None:
    """Raise RegistryError for a file of another program, or of a newer cafleet."""
    if not registry.ours():
        if registry.has_table("alembic_version"):
            raise RegistryError(
                f"{registry.where} is an earlier cafleet's registry, or another program's: move"
                " it away, then 'cafleet db import' takes in what it holds."
            )
        raise RegistryError(
            f"{registry.where} holds tables that are not cafleet's; name another file in"
            " CAFLEET_DATABASE_URL, or move this one away."
        )
    if registry.revision() > HEAD and registry.oldest_reader() > HEAD:
        raise RegistryError(
            f"registry {registry.where} is at revision {registry.revision()}, newer than this"
            f" program's {HEAD}; upgrade cafleet. Nothing was changed."
        )


def upgrade(registry: Registry) -> int:
    """Bring an empty or older registry to head in one transaction, and return its revision before.

    One of a newer program that this one can use stays as it is.
    Safe against other processes doing the same: whoever comes second finds it done.
    """
    from cafleet_core.storage.migrations.steps import (
        OLDEST_READER,  # most registries are at head
    )

    with registry.write():
        before = registry.revision()
        if before < HEAD:
            registry.upgrade(before)
            registry.mark(HEAD, OLDEST_READER)
    return before
