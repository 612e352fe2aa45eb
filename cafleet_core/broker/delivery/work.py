"""What is unsettled of a session's pushes on this host, and when the first is due."""

from __future__ import annotations

from cafleet_core import clock, host
from cafleet_core.broker.delivery import policy
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.storage import unsettled_pushes

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry


class Work(NamedTuple):
    """Counts of a session's unsettled pushes on this host.

    `held` wait for their pane; `doable` are those, the typed texts to confirm and scheduled
    messages; `all` are what a look at the panes may settle, with those to unreachable
    recipients and without what waits for a time; the first is due at `due_at`.
    """

    held: int
    doable: int
    all: int
    due_at: str | None


def left(registry: Registry, session_id: str) -> Work:
    """What is left to do for a session on this host."""
    since = policy.lookback(clock.now())
    return Work(*unsettled_pushes.work(registry, host.host_id(), session_id, since))
