"""Copies of files whose senders have died before the message that they were made for."""

from __future__ import annotations

from cafleet_core import attachments
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import attachments as rows

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry


def drop(registry: Registry) -> None:
    """Remove those that were made for this registry on this machine, an hour ago or earlier."""
    paths = attachments.left_behind(registry.where)
    if paths:
        attachments.drop(paths, stored=rows.stored_among(registry, paths))
