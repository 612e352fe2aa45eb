"""Processes that are killed at any moment: each message is typed once, and is in the registry."""

from __future__ import annotations

import re
import subprocess
import time
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from cafleet_core.broker.delivery import pending
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.rules import PushRules
from tests.campaigns.tally import Campaign
from tests.team import Team, a_team_in_panes, log_of
from tests.terminal import Terminal, command_line, environment, eventually, turns

KILLS = 20
_HEADER = re.compile(r"^\[cafleet msg (\S+) from \S+ \S+\]$", re.MULTILINE)

_COMMANDS = {
    "send": ("message", "send", "--to", "alice", "--text"),
    "send to two": ("message", "send", "--to", "alice", "--to", "bob", "--text"),
    "broadcast": ("message", "broadcast", "--text"),
    "monitor": ("monitor", "--interval", "0.1"),
    "loop": ("monitor", "--only-deliver"),
    "poll": ("message", "poll"),
    "list": ("message", "list"),
    "activity": ("member", "list", "--activity"),
}
"""What is killed; to those that take a text it is added."""


@pytest.mark.timeout(0)
def test_kills(registry: Registry, terminal: Terminal, tmp_path: Path) -> None:
    campaign = Campaign("kills", KILLS)
    team = a_team_in_panes(registry, terminal, tmp_path, "alice", "bob")
    started = time.monotonic()
    _start(registry, team, "send", "the first").wait()
    lifetime = 1.2 * (time.monotonic() - started)
    for number in range(campaign.rounds):
        process = _start(
            *(registry, team, campaign.random.choice(list(_COMMANDS))),
            f"message {number}",
        )
        time.sleep(lifetime * campaign.random.random())
        ended = process.poll() is not None
        process.kill()
        process.wait()
        campaign.counts["ended" if ended else "killed"] += 1
        if number % 50 == 49:
            _settle(registry)
    _settle(registry)
    _judge(campaign, registry, team, tmp_path)
    campaign.close()


def _start(
    registry: Registry, team: Team, kind: str, words: str
) -> subprocess.Popen[bytes]:
    command = _COMMANDS[kind]
    words_too = (words,) if command[-1] == "--text" else ()
    return subprocess.Popen(
        [
            *command_line(*command, *words_too),
            *("--session-id", team.session.session_id),
            *("--agent-id", team.director.agent_id),
        ],
        env=environment(Path(registry.where)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _settle(registry: Registry) -> None:
    """As if the claims of the dead had ended, and somebody had come by often enough."""

    def is_settled() -> bool:
        with registry.write():
            registry.execute("UPDATE tasks SET push_claimed_until = created_at")
            registry.execute(
                "UPDATE tasks SET push_next_at = created_at WHERE push_next_at > ''"
            )
        pending.settle(registry, PushRules())
        return not registry.row(
            "SELECT 1 FROM tasks WHERE push_next_at IS NOT NULL LIMIT 1"
        )

    eventually(is_settled, 60)


def _judge(campaign: Campaign, registry: Registry, team: Team, logs: Path) -> None:
    for name in ("alice", "bob", "Director"):
        log = log_of(logs, name)
        stored = _stored(registry, team.caller(name).agent.agent_id)
        eventually(partial(_has_typed, log, len(stored)))
        counts = _typed(log)
        campaign.counts["messages"] += len(stored)
        for task_id in stored | counts.keys():
            if (count := counts[task_id]) != 1 or task_id not in stored:
                kind = "doubled" if count > 1 else "mistyped" if count else "lost"
                campaign.harm(kind, f"{task_id} for {name}, typed {count} times")


def _stored(registry: Registry, agent_id: str) -> set[str]:
    """The ids of the messages that an agent was sent by others."""
    rows = registry.rows(
        "SELECT task_id FROM tasks WHERE context_id = ? AND type = 'unicast'"
        " AND from_agent_id <> context_id",
        (agent_id,),
    )
    return {task_id for (task_id,) in rows}


def _typed(log: Path) -> Counter[str]:
    """How often each message was announced."""
    return Counter(task_id for turn in turns(log) for task_id in _HEADER.findall(turn))


def _has_typed(log: Path, count: int) -> bool:
    return len(_typed(log)) >= count
