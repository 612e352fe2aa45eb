"""Whether a machine is there or away, by the signs that its host process leaves in the registry."""

from __future__ import annotations

from cafleet_core import clock, text
from cafleet_core.errors import Ambiguous, NotFound
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.ids import SHORTEST_PREFIX
from cafleet_core.storage import hosts
from cafleet_core.storage.hosts import Host

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from cafleet_core.storage.registry import Registry

__all__ = [
    "AWAY_SECONDS",
    "SIGN_SECONDS",
    "Host",
    "find",
    "is_away",
    "is_there",
    "known",
    "label",
]

SIGN_SECONDS = 5.0
"""Seconds between two signs of a host process."""

AWAY_SECONDS = 15.0
"""Seconds without a sign after which a machine counts as away."""

_LONGEST_SHOWN = 80


def is_there(host: Host | None, at: datetime) -> bool:
    """Whether a machine's host process runs and reaches the registry, as far as is known."""
    if host is None or host.seen_at is None:
        return False
    return clock.age(host.seen_at, at) <= AWAY_SECONDS


def is_away(registry: Registry, host_id: str) -> bool:
    """Whether nothing is seen of a machine's host process now."""
    return not is_there(known(registry, [host_id]).get(host_id), clock.now())


def known(registry: Registry, host_ids: Iterable[str]) -> dict[str, Host]:
    """Those of these machines that are known, by id."""
    wanted = list(dict.fromkeys(host_ids))
    return {host.host_id: host for host in hosts.get(registry, wanted)}


def label(host: Host | None, host_id: str) -> str:
    """What people call a machine: its name, the beginning of its id, or both where names are alike."""
    if host is None:
        return host_id[:8]
    name = text.label(host.name)
    return f"{name} {host.host_id[:8]}" if host.shares_name else name


def find(registry: Registry, reference: str) -> Host:
    """The machine with this name, id or beginning of an id; raises NotFound or Ambiguous."""
    machines = hosts.listed(registry)
    named = [host for host in machines if host.name == reference]
    if not named and len(reference) >= SHORTEST_PREFIX:
        named = [host for host in machines if host.host_id.startswith(reference)]
    if len(named) == 1:
        return named[0]
    shown = text.cut(text.label(reference), _LONGEST_SHOWN)
    if named:
        listed = "".join(f"\n  {each.host_id} {label(each, '')}" for each in named)
        raise Ambiguous(f"'{shown}' may mean any of these machines:{listed}")
    known_ones = ", ".join(dict.fromkeys(label(each, "") for each in machines))
    raise NotFound(
        f"machine '{shown}' is not known; known are: {known_ones or 'none'}.",
        "'cafleet host' on that machine makes it known.",
    )
