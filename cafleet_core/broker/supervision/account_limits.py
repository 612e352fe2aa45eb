"""One agent's limit is its account's: the others of that account are left alone as well.

When it is over they begin one by one, whose mail is oldest first: a team that starts in the
same second is at its limit again at once.
"""

from __future__ import annotations

from cafleet_core import clock, host
from cafleet_core.broker.team import accounts
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.reading.look import FROM_ACCOUNT
from cafleet_core.states import PaneState
from cafleet_core.storage import parked_agents

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from cafleet_core.readings import PaneReading
    from cafleet_core.records import Agent
    from cafleet_core.storage.registry import Registry

PAUSES = (30.0, 180.0)
"""The fewest and the most seconds from the end of a limit, or the one before, to the next."""

_UNKNOWN_LASTS = 300.0
"""Seconds after which it is tried again where nobody knows when the limit ends."""


def keep(
    registry: Registry, team: Sequence[Agent], readings: Mapping[str, PaneReading]
) -> list[Agent]:
    """Park the accounts of those who are at their limit, and end it with the limit.

    Returns those of the team whose time has come and who have nothing to read.
    """
    struck = {agent_id for agent_id, each in readings.items() if _is_struck(each)}
    if not struck and not any(map(_parked_until, team)):
        return []
    now, here = clock.now(), host.host_id()
    everyone = parked_agents.on_host(registry, here)
    mail = parked_agents.oldest_unacked(registry, here)
    own = {agent.agent_id for agent in team}
    changes: dict[str, str | None] = {}
    for account, members in _by_account(everyone).items():
        ends = [readings[each.agent_id] for each in members if each.agent_id in struck]
        if ends and account:
            slots = _while_it_lasts(members, ends, now)
        elif own.isdisjoint(each.agent_id for each in members):
            continue
        else:
            slots = _after_its_end(members, own, now)
        changes |= _assigned(members, slots, mail)
    if changes:
        with registry.write():
            for agent_id, until in changes.items():
                parked_agents.park(registry, agent_id, until)
    over = own.intersection(each for each, until in changes.items() if until is None)
    return [each for each in everyone if each.agent_id in over.difference(mail)]


def _is_struck(reading: PaneReading) -> bool:
    """Whether an agent was itself told of a limit."""
    return reading.state == PaneState.LIMIT and reading.source != FROM_ACCOUNT


def _parked_until(agent: Agent) -> str:
    """The stamp until which an agent is parked; empty if it is not."""
    return (agent.placement and agent.placement.parked_until) or ""


def _by_account(everyone: Sequence[Agent]) -> dict[str, list[Agent]]:
    """The agents by account; below the empty one those of which it cannot be told."""
    groups: dict[str, list[Agent]] = {}
    for agent in everyone:
        account = accounts.of_placement(agent.placement)
        groups.setdefault(account, []).append(agent)
    return groups


def _while_it_lasts(
    members: Sequence[Agent], ends: Sequence[PaneReading], now: datetime
) -> list[str]:
    """The times at which the members of an account begin again, one for each."""
    slots = sorted(map(_parked_until, members))
    known = max((each.until for each in ends if each.until), default="")
    # where nobody knows the end, it is found out by those who are let go: once is enough
    if slots[0] > known or (not known and slots[-1]):
        return slots
    end = clock.parse(known) if known else clock.plus(now, _UNKNOWN_LASTS)
    return list(_one_by_one(end, len(members)))


def _after_its_end(members: Sequence[Agent], own: set[str], now: datetime) -> list[str]:
    """The times of those who still wait; anew from now on if the limit ended before its time.

    That is only known where nobody of the account belongs to another team.
    """
    present = clock.stamp(now)
    slots = sorted(each for each in map(_parked_until, members) if each > present)
    early = slots and slots[0] > clock.stamp_after(now, PAUSES[1])
    if early and own.issuperset(each.agent_id for each in members):
        return list(_one_by_one(now, len(slots)))
    return slots


def _one_by_one(end: datetime, count: int) -> Iterator[str]:
    from random import uniform  # few accounts are at their limit

    at = end
    for _ in range(count):
        at = clock.plus(at, uniform(*PAUSES))  # noqa: S311  # it guards nothing
        yield clock.stamp(at)


def _assigned(
    members: Sequence[Agent], slots: Sequence[str], mail: Mapping[str, str]
) -> dict[str, str | None]:
    """What changes if the slots go to the members in the order of their oldest mail.

    Where there are fewer slots, those get none who are parked no more.
    """
    waiting = sorted(members, key=_parked_until)[len(members) - len(slots) :]
    order = sorted(waiting, key=lambda each: mail.get(each.agent_id, "~"))
    wanted: dict[str, str | None] = {each.agent_id: None for each in members}
    for agent, at in zip(order, slots, strict=True):
        wanted[agent.agent_id] = at or None
    return {
        each.agent_id: wanted[each.agent_id]
        for each in members
        if wanted[each.agent_id] != (_parked_until(each) or None)
    }
