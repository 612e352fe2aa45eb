"""Processes that are killed at any moment: each message is typed once, and is in the registry."""

from __future__ import annotations

import re
import time
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from cafleet_core import ids
from cafleet_core.broker.delivery import pending
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.rules import PushRules
from tests.campaigns.tally import Campaign
from tests.campaigns.town import MORTAL, RECIPIENTS, Town
from tests.campaigns.victims import VICTIMS, Pace, Round, the_tmux_server
from tests.terminal import eventually, turns

KILLS = 20
_SETTLED_EVERY = 50
_HEADER = re.compile(r"^\[cafleet msg (\S+) from \S+ \S+\]$", re.MULTILINE)


@pytest.mark.timeout(0)
def test_kills(registry: Registry, tmp_path: Path) -> None:
    campaign = Campaign("kills", KILLS)
    towns = [Town(registry, tmp_path / "tmux.sock", tmp_path / "town0")]
    try:
        pace = _pace(towns[0])
        for number, kind in enumerate(_kinds(campaign)):
            begin, _ = VICTIMS[kind]
            begin(Round(campaign, towns[-1], number, pace))
            campaign.counts[kind] += 1
            if begin is the_tmux_server:
                folder = tmp_path / f"town{len(towns)}"
                towns.append(Town(registry, tmp_path / "tmux.sock", folder))
                _try_all(registry)  # what is owed in the town that is no more, too
            if number % _SETTLED_EVERY == _SETTLED_EVERY - 1:
                _settle(registry, towns[-1])
        _settle(registry, towns[-1])
        for town in towns:
            _judge(campaign, registry, town, whole=town is towns[-1])
        _clear_up(campaign, towns[-1])
    finally:
        towns[-1].terminal.close()
    campaign.close()


def _kinds(campaign: Campaign) -> list[str]:
    """Each kind in turn by its weight, in an order of the campaign's own; all of them if few."""
    weighted = [kind for kind, (_, weight) in VICTIMS.items() for _ in range(weight)]
    kinds = list(VICTIMS)
    while len(kinds) < campaign.rounds:
        kinds += campaign.random.sample(weighted, len(weighted))
    kinds = kinds[: campaign.rounds]
    campaign.random.shuffle(kinds)
    return kinds


def _pace(town: Town) -> Pace:
    """What a command takes on this machine now, and some more."""
    started = time.monotonic()
    town.starts(town.office, "message", "list").wait()
    return Pace(1.5 * (time.monotonic() - started))


def _try_all(registry: Registry) -> None:
    """As if the claims of the dead had ended, and the time of each next try had come."""
    with registry.write():
        registry.execute("UPDATE tasks SET push_claimed_until = created_at")
        registry.execute(
            "UPDATE tasks SET push_next_at = created_at WHERE push_next_at > ''"
        )
    pending.settle(registry, PushRules())


def _settle(registry: Registry, town: Town) -> None:
    """Somebody comes by until nothing is owed to a town's agents that can be reached."""
    sessions = [team.session.session_id for team in (town.office, town.ward)]

    def is_settled() -> bool:
        _try_all(registry)
        return not registry.row(
            "SELECT 1 FROM tasks WHERE push_next_at IS NOT NULL"
            " AND session_id IN (?, ?) LIMIT 1",
            sessions,
        )

    eventually(is_settled, 120)


def _judge(campaign: Campaign, registry: Registry, town: Town, whole: bool) -> None:
    """Each message was typed once; in a town whose server was killed, once at most."""
    for name in RECIPIENTS:
        log = town.log(name)
        stored = _stored(registry, town.office.caller(name).agent.agent_id)
        if whole:
            eventually(partial(_has_typed, log, len(stored)))
        campaign.counts["messages"] += len(stored)
        _compare(campaign, name, stored, _typed(log), at_least=int(whole))
    mortal = town.mortal.agent_id
    counts = _typed(town.log(MORTAL))
    _compare(campaign, MORTAL, _stored(registry, mortal), counts, at_least=0)
    unheard = "SELECT task_id FROM tasks WHERE context_id = ? AND submitted_at > ''"
    for (task_id,) in registry.rows(unheard, (mortal,)):
        if not counts[ids.shown(task_id)]:
            campaign.harm("mistold", f"{task_id} was submitted to a program that died")


def _compare(
    campaign: Campaign, name: str, stored: set[str], counts: Counter[str], at_least: int
) -> None:
    for task_id in stored | counts.keys():
        count = counts[task_id]
        if not at_least <= count <= 1 or task_id not in stored:
            kind = "doubled" if count > 1 else "mistyped" if count else "lost"
            campaign.harm(kind, f"{task_id} for {name}, typed {count} times")


def _clear_up(campaign: Campaign, town: Town) -> None:
    """Whatever is half made can be deleted, and leaves nothing."""
    for name in town.workers():
        deleting = town.starts(town.shop, "member", "delete", "--member-id", name)
        if deleting.wait():
            campaign.harm("left", f"{name} cannot be deleted")
    if town.workers() or town.strangers():
        campaign.harm("left", f"members {town.workers()}, panes {town.strangers()}")


def _stored(registry: Registry, agent_id: str) -> set[str]:
    """The ids of the messages that an agent was sent by others, as they are typed."""
    rows = registry.rows(
        "SELECT task_id FROM tasks WHERE context_id = ? AND type = 'unicast'"
        " AND from_agent_id <> context_id",
        (agent_id,),
    )
    return {ids.shown(task_id) for (task_id,) in rows}


def _typed(log: Path) -> Counter[str]:
    """How often each message was announced."""
    return Counter(task_id for turn in turns(log) for task_id in _HEADER.findall(turn))


def _has_typed(log: Path, count: int) -> bool:
    return len(_typed(log)) >= count
