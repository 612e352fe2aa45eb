"""Which machines are there: by the signs that their host processes leave in the registry."""

from __future__ import annotations

from cafleet_core import clock
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import hosts
from cafleet_core.storage.hosts import Host

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from cafleet_core.storage.registry import Registry

__all__ = ["AWAY_SECONDS", "SIGN_SECONDS", "Host", "is_there", "known", "label"]

SIGN_SECONDS = 5.0
"""Seconds between two signs of a host process."""

AWAY_SECONDS = 15.0
"""Seconds without a sign after which a machine counts as away."""


def is_there(host: Host | None, at: datetime) -> bool:
    """Whether a machine's host process runs and reaches the registry, as far as is known."""
    if host is None or host.seen_at is None:
        return False
    return clock.age(host.seen_at, at) <= AWAY_SECONDS


def known(registry: Registry, host_ids: Iterable[str]) -> dict[str, Host]:
    """Those of these machines that are known, by id."""
    wanted = list(dict.fromkeys(host_ids))
    return {host.host_id: host for host in hosts.get(registry, wanted)}


def label(host: Host | None, host_id: str) -> str:
    """What people call a machine: its name, else the beginning of its id."""
    return host.name if host else host_id[:8]
