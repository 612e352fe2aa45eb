"""Crowds that send at one moment: each is served, once, and what each has waited is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry
from tests.campaigns.tally import Campaign
from tests.team import Team, a_team
from tests.terminal import environment

SENDERS = 20
CROWD = 100
"""As many send at one moment, in the whole campaign."""

SENDER = """
import json, sys, time
from cafleet_core.broker.messages import send as messages
from cafleet_core.broker.registry.open import open_registry
from cafleet_core.storage import lookup, write_queue

path, sender, recipient, words = sys.argv[1:]
registry = open_registry(path)
[agent], [other] = (lookup.agents(registry, None, each) for each in (sender, recipient))
waited, take = [], write_queue.take

def measured(path):
    began = time.monotonic()
    ticket = take(path)
    waited.append(time.monotonic() - began)
    return ticket

write_queue.take = measured
print("ready", flush=True)
sys.stdin.read()
began = time.monotonic()
messages.send(registry, agent, [other], words)
took = time.monotonic() - began
print(json.dumps({"turn": max(waited), "send": took}), flush=True)
"""
"""Sends once its input, which is that of all of them, has ended; its interpreter runs by then."""


@pytest.mark.timeout(0)
def test_crowds(registry: Registry) -> None:
    campaign = Campaign("crowds", SENDERS)
    team = a_team(registry, "alice")
    waits: list[dict[str, float]] = []
    while (number := campaign.counts["senders"]) < campaign.rounds:
        crowd = min(CROWD, campaign.rounds - number)
        waits += _send(campaign, registry, team, range(number, number + crowd))
        campaign.counts["senders"] += crowd
    stored = Counter(text for (text,) in registry.rows("SELECT text FROM tasks"))
    for number in range(campaign.rounds):
        if (count := stored[str(number)]) != 1:
            campaign.harm("doubled" if count else "lost", f"message {number}")
    for what in ("turn", "send"):
        seconds = sorted(wait[what] for wait in waits)
        longest, most = seconds[-1], seconds[int(0.99 * (len(seconds) - 1))]
        print(f"\n{what}: longest {longest:.2f} s, 99 of 100 within {most:.2f} s")
    campaign.close()


def _send(
    campaign: Campaign, registry: Registry, team: Team, numbers: range
) -> list[dict[str, float]]:
    """Have a crowd send these numbers at one moment; what each waited, in seconds."""
    barrier, opens = os.pipe()
    crowd = [_sender(registry, team, number, barrier) for number in numbers]
    os.close(barrier)
    for sender in crowd:
        assert sender.stdout is not None
        assert sender.stdout.readline() == "ready\n", sender.communicate()[1]
    os.close(opens)
    waits = []
    for number, sender in zip(numbers, crowd, strict=True):
        out, err = sender.communicate()
        if sender.returncode:
            campaign.harm("refused", f"message {number}: {err[-300:]}")
        else:
            waits.append(json.loads(out))
    return waits


def _sender(
    registry: Registry, team: Team, number: int, barrier: int
) -> subprocess.Popen[str]:
    ids = (team.director.agent_id, team.others["alice"].agent_id)
    return subprocess.Popen(
        [sys.executable, "-c", SENDER, registry.where, *ids, str(number)],
        env=environment(Path(registry.where)),
        stdin=barrier,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
