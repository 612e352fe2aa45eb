"""Programs that an agent opens, and its being stopped, at random moments during a send.

Messages are sent as they are in use: by the command, or by what it calls.
"""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from cafleet_core.broker.delivery import pending
from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.rules import PushRules
from cafleet_core.panes.tmux.facts import Here
from cafleet_core.records import Agent
from tests.campaigns import opener
from tests.campaigns.asker_log import Entry, entries
from tests.campaigns.tally import Campaign
from tests.campaigns.test_questions import CROSSING
from tests.team import Team, a_team
from tests.terminal import Terminal, cafleet, eventually

OPENED = 20
_ONE_BY_COMMAND = 10
"""Of how many messages one is sent by the command, which takes longest to start."""

_MORE = re.compile(r"\[cafleet: (\d+) more wait")

RULES = PushRules()


@pytest.mark.timeout(0)
@pytest.mark.parametrize("look", ["plain", "alternate"])
def test_programs(
    registry: Registry, terminal: Terminal, tmp_path: Path, look: str
) -> None:
    campaign = Campaign(f"programs, {look}", OPENED)
    team, log, strays = a_team(registry), tmp_path / "log", tmp_path / "strays"
    recipient = _an_opener(registry, terminal, team, campaign, look, log, strays)
    number = 0
    while (opened := _opened(log)) < campaign.rounds:
        _send(campaign, registry, terminal, team, recipient, f"message {number}.")
        number += 1
    eventually(lambda: _all_typed(registry) or _opened(log) > opened + 200, 120)
    _judge(campaign, registry, log, strays, number)
    campaign.counts["opened"] = _opened(log)
    campaign.close()


def _an_opener(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    campaign: Campaign,
    look: str,
    log: Path,
    strays: Path,
) -> Agent:
    file = strays.with_name("file")
    file.write_text("a line of the file\n" * 60)
    program = [sys.executable, "-m", "tests.campaigns.opener", str(log)]
    shell = ["bash", "--norc", "-c", opener.SHELL, "bash"]
    argv = [*shell, *program, str(campaign.seed), str(file), look]
    pane = terminal.pane(argv, {"STRAYS": str(strays)})
    eventually(lambda: "❯" in terminal.screen(pane))
    in_front = eventually(lambda: _the_agent(terminal, pane))
    return agents.register(
        registry, team.session, "opener", "", here=in_front, coding_agent="standin"
    )


def _the_agent(terminal: Terminal, pane: str) -> Here | None:
    """The pane, while its agent is in front of it."""
    there = terminal.here(pane)
    return there if there.pane.command.startswith("python") else None


def _send(
    campaign: Campaign,
    registry: Registry,
    terminal: Terminal,
    team: Team,
    recipient: Agent,
    words: str,
) -> None:
    if campaign.random.randrange(_ONE_BY_COMMAND):
        sent = send.send(registry, team.director, [recipient], words, rules=RULES)
        campaign.counts[str(sent.deliveries[0][1].outcome)] += 1
        pending.settle(registry, RULES)
        return
    who = ("--session-id", team.session.session_id, "--agent-id", "Director")
    said = ("message", "send", "--to", recipient.agent_id, "--text", words)
    ran = cafleet(terminal.registry, *who, *said, CAFLEET_BACKGROUND="false")
    campaign.counts["sent by the command" if ran.code == 0 else "failed"] += 1


def _opened(log: Path) -> int:
    return sum(
        entry.state != opener.BOX and entry.given is None for entry in entries(log)
    )


def _all_typed(registry: Registry) -> bool:
    pending.settle(registry, RULES)
    return not registry.row(
        "SELECT 1 FROM tasks WHERE push_next_at IS NOT NULL LIMIT 1"
    )


def _judge(
    campaign: Campaign, registry: Registry, log: Path, strays: Path, sent: int
) -> None:
    """Each message is typed once, into the box; what crossed a change on its way is counted apart."""
    with suppress(
        AssertionError
    ):  # a busy machine may not have given it the last one yet
        eventually(lambda: not _unread(log, strays, sent))
    astray = [
        entry for entry in entries(log) if entry.given and entry.state != opener.BOX
    ]
    astray += _read_by_the_shell(strays)
    for entry in astray:
        if entry.age > CROSSING:
            campaign.harm("mistyped", f"{entry}")
        else:
            campaign.counts["crossed"] += 1
    rows = registry.rows("SELECT text FROM tasks WHERE push_outcome = 'delivered'")
    delivered = {words for (words,) in rows}
    for words, count in _counts(log, strays, sent).items():
        if count > 1:
            campaign.harm("doubled", words)
        elif words not in delivered:
            campaign.harm("lost", words)
    with suppress(
        AssertionError
    ):  # a busy machine may not have given it the last one yet
        eventually(lambda: not _unread(log, strays, sent))
    for words in _unread(log, strays, sent):
        campaign.harm("lost", words)


def _counts(log: Path, strays: Path, sent: int) -> dict[str, int]:
    """How often each message was read."""
    given = _given(log, strays)
    return {
        words: given.count(words) for words in map("message {}.".format, range(sent))
    }


def _unread(log: Path, strays: Path, sent: int) -> list[str]:
    """What nobody has read: a turn tells ten messages in full, and how many more there are."""
    unsaid = [words for words, count in _counts(log, strays, sent).items() if not count]
    more = sum(map(int, _MORE.findall(_given(log, strays))))
    return unsaid if len(unsaid) != more else []


def _given(log: Path, strays: Path) -> str:
    return "".join(
        entry.given or "" for entry in [*entries(log), *_read_by_the_shell(strays)]
    )


def _read_by_the_shell(strays: Path) -> list[Entry]:
    lines = strays.read_text("utf-8").splitlines() if strays.exists() else []
    parts = [line.split(" ", 2) for line in lines]
    return [
        Entry(opener.STOPPED, words, float(read) - float(since))
        for since, read, words in parts
    ]
