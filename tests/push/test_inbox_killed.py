"""Senders killed while they hand a message to an agent's own inbox: it comes once all the same."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry
from tests.push.peer import Peer, a_peer
from tests.push.test_inbox import look_after
from tests.team import Team, a_team
from tests.terminal import Terminal, eventually

pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry)


@pytest.fixture
def peer(registry: Registry, terminal: Terminal, team: Team, tmp_path: Path) -> Peer:
    return a_peer(registry, terminal, team, tmp_path / "home")


KILLED = """
import os, signal, sys
from cafleet_core.broker.delivery import dispatch
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import open_registry
from cafleet_core.config.rules import PushRules
from cafleet_core.push import transport
from cafleet_core.push.native_inbox import claude
from cafleet_core.storage import lookup

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

path, sender, recipient, where, what = sys.argv[1:]
places = {"inbox": claude.Inbox, "link": claude.Link}
places |= {"writer": transport.writer, "outbox": dispatch.outbox}
setattr(places[where], what, die)
registry = open_registry(path)
(agent,) = lookup.agents(registry, None, sender)
(other,) = lookup.agents(registry, None, recipient)
send.send(registry, agent, [other], "once", rules=PushRules(transport="auto"))
"""


@pytest.mark.parametrize(
    "moment",
    [
        *(("inbox", "connect"), ("writer", "type_turns")),
        *(("link", "hand_over"), ("outbox", "record")),
    ],
    ids=["after the claim", "before the mark", "before the frame", "after it"],
)
def test_a_sender_that_dies_leaves_a_message_that_comes_once(
    registry: Registry, team: Team, peer: Peer, moment: tuple[str, str]
) -> None:
    who = (team.director.agent_id, peer.agent.agent_id)
    command = [sys.executable, "-c", KILLED, registry.url, *who, *moment]
    done = subprocess.run(command, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    for _ in range(3):
        look_after(registry)
    eventually(lambda: [*peer.turns(), *peer.typed()])
    assert len([*peer.turns(), *peer.typed()]) == 1
