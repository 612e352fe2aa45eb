"""Revision 17: live sessions are found by their labels."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry


def apply(registry: Registry) -> None:
    """Index the labels; they are not unique, because earlier registries may hold one twice."""
    registry.execute(
        "CREATE INDEX sessions_label ON sessions (label) WHERE deleted_at IS NULL"
    )
