"""Whatever happens to a machine, its server or the way between: one typing, one truth, no hang.

`make campaigns` does so many times, and with the faults that take long.
"""

from __future__ import annotations

import random
from pathlib import Path

from tests.hosts.faults import QUICK
from tests.hosts.stage import a_stage
from tests.postgres import Server

SEED = 7


def test_each_message_is_typed_once_and_its_sender_told_the_truth(
    mortal_server: Server, tmp_path: Path
) -> None:
    chance = random.Random(SEED)  # noqa: S311  # when each fault happens
    with a_stage(tmp_path, mortal_server, chance) as stage:
        harms = []
        for number, fault in enumerate(chance.sample(QUICK, len(QUICK))):
            outcome = stage.round(number, fault)
            harms += [(fault.__name__, *harm) for harm in stage.harms(outcome)]
        assert [*harms, *stage.harms_in_all()] == []
