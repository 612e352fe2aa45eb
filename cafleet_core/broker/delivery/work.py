"""What of a session's mail is unsettled on this machine, and when the first of it is due."""

from __future__ import annotations

from cafleet_core import clock, host
from cafleet_core.broker.delivery import policy
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.storage import outbox

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry


class Work(NamedTuple):
    """What of a session's mail is unsettled on this host.

    `held` could be typed if its pane allowed it, `doable` is that and what is typed and to
    be confirmed, `all` includes what nobody can be told of; the first is due at `due_at`.
    """

    held: int
    doable: int
    all: int
    due_at: str | None


def left(registry: Registry, session_id: str) -> Work:
    """What is left to do for a session on this host."""
    since = policy.horizons(clock.now()).since
    return Work(*outbox.work(registry, host.host(), session_id, since))
