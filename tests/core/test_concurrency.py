"""Many senders, one recipient, one reader: no error, nothing lost, nothing twice."""

from __future__ import annotations

import subprocess
from collections import Counter
from pathlib import Path

from cafleet_core.broker.messages import inbox
from cafleet_core.broker.registry.open import Registry
from tests.team import Team, a_team_in_panes, log_of
from tests.terminal import (
    Terminal,
    begun,
    cafleet,
    eventually,
    turns,
)

SENDERS = 30


def start(registry: Registry, team: Team, number: int) -> subprocess.Popen[str]:
    return begun(
        registry.url,
        *("--session-id", team.session.session_id, "message", "send", "--quiet"),
        *("--agent-id", team.director.agent_id, "--to", "alice"),
        *("--text", f"number {number};"),
    )


def test_thirty_senders_at_once_reach_one_pane_and_one_reader(
    registry: Registry, terminal: Terminal, tmp_path: Path
) -> None:
    team = a_team_in_panes(registry, terminal, tmp_path, "alice")
    wanted = {f"number {number};" for number in range(SENDERS)}
    processes = [start(registry, team, number) for number in range(SENDERS)]
    read: Counter[str] = Counter()
    while any(process.poll() is None for process in processes):
        read.update(poll_and_ack(registry, team))
    outputs = [process.communicate() for process in processes]
    read.update(poll_and_ack(registry, team))

    assert [err for _, err in outputs] == [""] * SENDERS
    assert {process.returncode for process in processes} == {0}
    assert len({out for out, _ in outputs}) == SENDERS
    assert read == Counter(wanted)
    everything = inbox.poll(registry, team.others["alice"], acked_too=True)
    tried = {(task.push_outcome, task.push_attempts) for task in everything}
    assert tried <= {("delivered", 1), (None, 0)}, "acked before anybody had typed it"
    log = log_of(tmp_path, "alice")
    latest = max(everything, key=lambda task: task.notified_at or "")
    eventually(lambda: latest.task_id[:8] in "".join(turns(log)))
    shown = [lines for turn in turns(log) for lines in previews(turn)]
    assert all(head.startswith("[cafleet msg ") for head, _ in shown)
    bodies = Counter(body for _, body in shown)
    assert set(bodies) <= wanted
    assert set(bodies.values()) == {1}, "typed twice"
    assert terminal.tmux("list-buffers") == ""


def previews(turn: str) -> list[tuple[str, str]]:
    """The head and the body of each message in a turn; of many the last line counts the rest."""
    lines = turn.split("\n")
    return list(zip(lines[::2], lines[1::2], strict=False))


def poll_and_ack(registry: Registry, team: Team) -> list[str]:
    """What the recipient finds, as a process of its own."""
    who = ("--session-id", team.session.session_id, "--agent-id", "alice", "--json")
    polled = cafleet(registry.url, *who, "message", "poll")
    assert (polled.code, polled.err) == (0, "")
    if polled.document:
        ids = [
            word for message in polled.document for word in ("--task-id", message["id"])
        ]
        acked = cafleet(registry.url, *who, "message", "ack", *ids)
        assert (acked.code, acked.err) == (0, "")
    return [message["text"] for message in polled.document]
