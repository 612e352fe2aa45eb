"""Whether any push is unsettled: a cheap query before the imports that settling needs."""

from __future__ import annotations

from cafleet_core import clock, host
from cafleet_core.broker.delivery import policy
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.storage import unsettled_pushes

if TYPE_CHECKING:
    from cafleet_core.config.rules import PushRules
    from cafleet_core.storage.registry import Registry
    from cafleet_core.storage.unsettled_pushes import Horizons
    from cafleet_core.views import Held


_SHORT_SECONDS = 0.5
"""A command of this length asks its last question as it was foreseen when it began."""


def held(registry: Registry, session_id: str) -> Held:
    """The messages of a session that are still to be typed."""
    from cafleet_core.views import Held  # only callers that show it import views

    return Held(*unsettled_pushes.held(registry, session_id))


def recipients(registry: Registry, session_id: str) -> tuple[str, ...]:
    """The names of those to whom they are to be typed, the one who waits longest first."""
    return tuple(unsettled_pushes.held_recipients(registry, session_id))


class Outlook(NamedTuple):
    """What counts as due to a command that ends by `soon`: nothing of what it types itself."""

    at: Horizons
    soon: str


def outlook() -> Outlook:
    """What counts as due to a command that has just begun, or is about to end."""
    now = clock.now()
    return Outlook(policy.horizons(now), clock.stamp_after(now, _SHORT_SECONDS))


def unsettled(registry: Registry, by: Outlook) -> tuple[bool, bool]:
    """Whether anything at all is unsettled on this host; and whether some of it is due."""
    return unsettled_pushes.unsettled(registry, host.host_id(), *by)


def unattended(registry: Registry) -> list[tuple[str, str | None]]:
    """Sessions with unsettled pushes on this host and no process that delivers them here.

    Each with the tmux socket of one of the recipients, if any has a pane.
    """
    now = clock.now()
    since = policy.lookback(now)
    owing = unsettled_pushes.sessions_with_work(registry, host.host_id(), since)
    if not owing:
        return []
    from cafleet_core.broker.delivery import holder  # most commands find nothing owed

    return [
        (session_id, socket)
        for session_id, socket, held_by, sign in owing
        if not holder.delivers((held_by or "", sign or ""), now)
    ]


def settle(registry: Registry, rules: PushRules) -> int:
    """Send what is due, confirm typed texts, and make the pushes due on this host.

    Returns how many were typed.
    """
    from cafleet_core.broker.delivery import timetable  # as below

    here, at = host.host_id(), policy.horizons(clock.now())
    registry.foresee(lambda there: unsettled_pushes.due(there, here, at))
    timetable.settle(registry)
    due = unsettled_pushes.due(registry, here, at)
    if not due:
        return 0
    from cafleet_core.broker.delivery.dispatch import (
        retry,
    )  # most commands find nothing owed

    return sum(
        retry(registry, session_id, agents, at, rules)
        for session_id, agents in due.items()
    )
