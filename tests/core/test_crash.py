"""A sender that dies at any moment: its message is there once, or was never sent."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry.open import Registry
from tests.team import Team, a_team, a_team_in_panes, log_of
from tests.terminal import (
    Terminal,
    begun,
    cafleet,
    eventually,
    turns,
)

SENDER = """
import os, signal, sqlite3, sys
from cafleet_core.broker.delivery import dispatch
from cafleet_core.broker.messages import send as messages
from cafleet_core.broker.registry.open import open_registry
from cafleet_core.records import PushResult
from cafleet_core.storage import lookup

path, sender, recipient, moment = sys.argv[1:]

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

registry = open_registry(path)
(agent,) = lookup.agents(registry, None, sender)
(other,) = lookup.agents(registry, None, recipient)

def look_from_outside(turns):
    seen = sqlite3.connect(registry.where).execute("SELECT text FROM tasks").fetchall()
    print(seen == [("to do",)], registry._connection.in_transaction)
    die()

if moment == "pushing":
    dispatch.writer.type_turns = look_from_outside
elif moment == "recording":
    dispatch.outbox.record = die
else:
    left = [int(moment)]
    def counted(run):
        def asked(sql, parameters=()):
            if not left[0]:
                die()
            left[0] -= 1
            return run(sql, parameters)
        return asked
    registry.execute, registry.rows = map(counted, (registry.execute, registry.rows))
sys.stdout.reconfigure(line_buffering=True)
messages.send(registry, agent, [other], "to do")
"""


def run_sender(
    registry: Registry, team: Team, moment: str, to: str = "Director"
) -> tuple[int, str]:
    """Send from a process that kills itself at this moment; its exit code and output.

    The Director has a pane, and alice has none.
    """
    director, alice = team.director.agent_id, team.others["alice"].agent_id
    parties = (alice, director) if to == "Director" else (director, alice)
    done = subprocess.run(
        [sys.executable, "-c", SENDER, registry.url, *parties, moment],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


@pytest.mark.sqlite
def test_what_is_pushed_is_already_there_for_everyone(registry: Registry) -> None:
    team = a_team(registry, "alice")
    assert run_sender(registry, team, "pushing") == (-signal.SIGKILL, "True False\n")
    (task,) = inbox.poll(registry, team.director)
    assert task.text == "to do"
    inbox.ack(registry, team.caller("Director"), [task.task_id])


def test_dying_before_the_outcome_is_recorded_loses_only_the_outcome(
    registry: Registry,
) -> None:
    team = a_team(registry, "alice")
    assert run_sender(registry, team, "recording")[0] == -signal.SIGKILL
    (task,) = inbox.poll(registry, team.director)
    assert (task.push_outcome, task.push_attempts) == (None, 0)


@pytest.mark.sqlite  # a server gets the whole transaction at once, or nothing of it
@pytest.mark.parametrize("moment", range(5))
def test_dying_inside_the_transaction_sends_nothing(
    registry: Registry, moment: int
) -> None:
    team = a_team(registry, "alice")
    assert run_sender(registry, team, str(moment), "alice")[0] == -signal.SIGKILL
    assert inbox.poll(registry, team.others["alice"]) == []
    assert registry.complaints() == []
    send.send(registry, team.director, [team.others["alice"]], "another")
    assert len(inbox.poll(registry, team.others["alice"])) == 1


def test_dying_while_tmux_hangs_leaves_the_message_to_poll(
    registry: Registry, terminal: Terminal, tmp_path: Path
) -> None:
    team = a_team_in_panes(registry, terminal, tmp_path, "alice")
    wrapper = tmp_path / "bin" / "tmux"
    wrapper.parent.mkdir()
    wrapper.write_text(f"#!/bin/sh\ntouch {tmp_path}/called\nexec sleep 30\n")
    wrapper.chmod(0o755)
    sender = start_send(registry, team, "to do", PATH=f"{wrapper.parent}:/usr/bin:/bin")
    eventually((tmp_path / "called").exists)
    sender.kill()
    sender.communicate()
    (task,) = inbox.poll(registry, team.others["alice"])
    assert (task.text, task.push_outcome) == ("to do", None)
    assert turns(log_of(tmp_path, "alice")) == []


def start_send(
    registry: Registry, team: Team, body: str, **extra: str
) -> subprocess.Popen[str]:
    return begun(
        registry.url,
        *("message", "send", "--session-id", team.session.session_id),
        *("--agent-id", team.director.agent_id, "--to", "alice", "--text", body),
        **extra,
    )


def test_senders_killed_at_many_moments_leave_each_message_once_or_never(
    registry: Registry, terminal: Terminal, tmp_path: Path
) -> None:
    team = a_team_in_panes(registry, terminal, tmp_path, "alice")
    heard = set()
    for number in range(16):
        sender = start_send(registry, team, f"number {number}")
        time.sleep(0.03 + number * 0.01)  # a moment of its own for each
        sender.kill()
        out, err = sender.communicate()
        assert err == ""
        if "Message sent." in out:
            heard.add(f"number {number}")
    last = cafleet(
        registry.url,
        *("message", "send", "--session-id", team.session.session_id),
        *("--agent-id", team.director.agent_id, "--to", "alice", "--text", "last"),
    )
    assert (last.code, "push: delivered" in last.out) == (0, True)
    there = [task.text for task in inbox.poll(registry, team.others["alice"])]
    assert len(there) == len(set(there))
    assert heard <= set(there)
    typed = eventually(
        lambda: [
            turn.split("\n")[1]
            for turn in turns(log_of(tmp_path, "alice"))
            if any(map(_tells_the_last, turns(log_of(tmp_path, "alice"))))
        ]
    )
    assert len(typed) == len(set(typed))
    assert set(typed) <= set(there)


def _tells_the_last(turn: str) -> bool:
    """Whether a turn shows the last message, or counts it: those of the dead come with it."""
    return "\nlast" in turn or " more wait; " in turn
