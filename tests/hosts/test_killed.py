"""Whoever dies in between, sender or host process: each message is typed once, none is lost."""

from __future__ import annotations

import os
import random
import time

import psycopg

from tests.hosts.crew import Crew
from tests.terminal import eventually

ROUNDS = int(os.environ.get("CAMPAIGN_COUNT", "4"))
SEED = int(os.environ.get("CAMPAIGN_SEED", "7"))


def test_each_message_is_typed_once_whoever_is_killed(crew: Crew) -> None:
    chance = random.Random(SEED)  # noqa: S311  # which process dies, and when
    for number in range(ROUNDS):
        process = crew.lab.start_host()
        sender = crew.office.begin(
            *("--session-id", crew.session_id, "--agent-id", "Director"),
            *("message", "send", "--to", "bob", "--text", f"note {number}!"),
        )
        victim, other = chance.sample((process, sender), 2)
        time.sleep(chance.uniform(0.2, 1.5))
        victim.kill()
        victim.wait()
        if other is sender:
            assert sender.wait(20) == 0
        else:
            process.kill()
            process.wait()
    crew.lab.start_host()
    eventually(lambda: stored(crew) <= typed(crew), 40)
    turns = "\n".join(crew.bob_was_told())
    assert [turns.count(body) for body in sorted(stored(crew))] == [1] * len(
        stored(crew)
    )


def stored(crew: Crew) -> set[str]:
    with psycopg.connect(crew.office.url) as database:
        rows = database.execute("SELECT text FROM tasks WHERE to_agent_id IS NOT NULL")
        return {text for (text,) in rows}


def typed(crew: Crew) -> set[str]:
    turns = "\n".join(crew.bob_was_told())
    return {body for body in stored(crew) if body in turns}
