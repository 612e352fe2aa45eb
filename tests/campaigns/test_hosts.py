"""Faults between two machines and their server: each message is typed once, and told as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.campaigns.tally import Campaign
from tests.hosts.faults import FAULTS
from tests.hosts.stage import Fault, a_stage
from tests.postgres import Server

ROUNDS = len(FAULTS)


@pytest.mark.timeout(0)
def test_faults(mortal_server: Server, tmp_path: Path) -> None:
    campaign = Campaign("hosts", ROUNDS)
    with a_stage(tmp_path, mortal_server, campaign.random) as stage:
        for number, fault in enumerate(_faults(campaign)):
            campaign.counts[fault.__name__] += 1
            outcome = stage.round(number, fault)
            campaign.counts["unknown"] += outcome.sent is None
            for kind, what in (*stage.harms(outcome), *stage.harms_in_all()):
                campaign.harm(kind, f"{number}, {fault.__name__}: {what}")
        seen = [submitted_at for _, _, submitted_at in stage.stored().values()]
        campaign.counts["messages"] = len(seen)
        campaign.counts["seen to be submitted"] = len(list(filter(None, seen)))
    campaign.close()


def _faults(campaign: Campaign) -> list[Fault]:
    """Each fault as often as the others, in an order of the campaign's own."""
    faults: list[Fault] = []
    while len(faults) < campaign.rounds:
        faults += campaign.random.sample(FAULTS, len(FAULTS))
    return faults[: campaign.rounds]
