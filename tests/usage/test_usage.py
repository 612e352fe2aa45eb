"""`cafleet usage`: sampled from agents' files, kept as totals, summed up as differences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cafleet_core import clock
from cafleet_core.broker.directory import agents
from cafleet_core.broker.events import history
from cafleet_core.broker.registry import maintenance
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.supervision.monitor import Monitor
from cafleet_core.broker.team import usage, usage_alerts
from cafleet_core.broker.team.usage import By
from cafleet_core.config.rules import PushRules, Thresholds
from cafleet_core.states import EventKind
from cafleet_core.storage import usage_samples
from cafleet_core.usage.sample import Tokens, UsageSample, Window
from cafleet_core.views import EventFilter
from tests.builders import DAWN, an_id, at
from tests.cli.conftest import Prompt, as_agent, cli
from tests.core.test_sources import Shell, record, shell
from tests.team import NOWHERE, Team, a_team
from tests.usage.agent_files import CONVERSATION, RESETS, answer, status, transcript

__all__ = ["as_agent", "cli", "shell"]


@pytest.fixture
def team(registry: Registry, shell: Shell, tmp_path: Path) -> Team:
    """A Director without a pane, and alice, a Claude Code that has answered once."""
    team = a_team(registry)
    team.others["alice"] = agents.register(
        *(registry, team.session, "alice", "d"), here=NOWHERE, coding_agent="claude"
    )
    with registry.write():
        registry.execute(
            "UPDATE agent_placements SET pane_pid = ? WHERE agent_id = ?",
            (shell.pid, team.others["alice"].agent_id),
        )
        registry.execute(
            "UPDATE agent_placements SET director_agent_id = ? WHERE agent_id = ?",
            (team.director.agent_id, team.others["alice"].agent_id),
        )
        registry.execute("UPDATE agents SET kind = 'member' WHERE name = 'alice'")
    record(tmp_path, shell.pid, sessionId=CONVERSATION, cwd="/code")
    transcript(tmp_path, answer(1))
    status(tmp_path)
    return team


def test_what_each_member_has_used_is_told_in_both_forms(
    as_agent: Prompt, team: Team, tmp_path: Path
) -> None:
    lines = as_agent("Director", "usage").out.splitlines()
    assert lines[0].split("  ")[0] == "name"
    assert lines[1].split()[:8] == [
        *("alice", "110", "5", "1.0k", "$0.00", "82%", "91%", "until")
    ]
    [document] = as_agent("Director", "usage", "--json").document
    assert document["cost"] == 0.0041
    assert (document["context_percent"], document["input_tokens"]) == (82, 110)
    assert document["account"] == str(tmp_path / ".claude")
    assert document["five_hours"]["percent"] == 91
    listed = as_agent("Director", "member", "list", "--usage", "--json").document
    assert listed[0]["usage"]["context_percent"] == 82
    table = as_agent("Director", "member", "list", "--usage").out
    assert table.splitlines()[1].split()[-2:] == ["82%", "$0.00"]
    assert "usage" not in as_agent("Director", "member", "list", "--json").document[0]


def test_a_monitor_samples_and_keeps_a_row_only_where_a_number_changed(
    registry: Registry, team: Team, tmp_path: Path
) -> None:
    def ticked() -> int:
        watching = Monitor(registry, team.session.session_id, PushRules(), Thresholds())
        watching.tick()
        watching.release()
        return int(registry.row("SELECT COUNT(*) FROM usage_samples")[0])

    assert (ticked(), ticked()) == (1, 1)
    with registry.write():  # ten minutes ago
        registry.execute("UPDATE usage_samples SET at = ?", (at(minutes=-10),))
    assert ticked() == 1
    transcript(tmp_path, answer(2))
    assert (ticked(), ticked()) == (2, 2)
    [total] = usage.totals(registry, By.MEMBER, team.session.session_id)
    assert total.tokens == Tokens(220, 10, 2000)


def keep(
    registry: Registry,
    team: Team,
    agent: str,
    when: str,
    output: int,
    conversation: str = "c1",
    **changes: Any,
) -> None:
    """Keep a sample of a conversation whose answers have this many tokens by now."""
    session_id = team.session.session_id
    agent_id = team.caller(agent).agent.agent_id
    sample = UsageSample(conversation, model="gpt-5", tokens=Tokens(0, output, 0))
    before = usage_samples.latest(registry, session_id).get(agent_id)
    with registry.write():
        usage_samples.keep(
            *(registry, session_id, agent_id, when),
            *(sample._replace(**changes), before),
        )


def outputs(registry: Registry, by: By) -> dict[str, int]:
    return {total.key: total.tokens.output for total in usage.totals(registry, by)}


def test_what_is_summed_up_are_differences_within_a_conversation(
    registry: Registry,
) -> None:
    team = a_team(registry, "alice", "bob")
    for minute, total in ((0, 100), (20, 150), (25, 160), (24 * 60, 300)):
        keep(registry, team, "alice", at(minutes=minute), total)
    keep(registry, team, "alice", at(minutes=24 * 60 + 1), 7, "c2")
    keep(registry, team, "bob", at(minutes=24 * 60), 300)  # the same conversation
    alice, bob = (team.caller(name).agent.agent_id for name in ("alice", "bob"))
    assert outputs(registry, By.MEMBER) == {alice: 307, bob: 0}
    assert outputs(registry, By.SESSION) == {team.session.session_id: 307}
    assert outputs(registry, By.DAY) == {_day(0): 160, _day(1): 147}


def _day(days: int) -> str:
    return clock.plus(DAWN, days * 86400).astimezone().strftime("%Y-%m-%d")


def test_after_pruning_what_is_used_is_still_the_difference(registry: Registry) -> None:
    team = a_team(registry, "alice", "bob")
    for minute, total in ((0, 100), (20, 150), (24 * 60, 300)):
        keep(registry, team, "alice", at(minutes=minute), total)
    keep(registry, team, "bob", at(), 5, "c2")
    agents.deregister(registry, team.others["bob"])
    with registry.write():
        registry.execute(
            "UPDATE agents SET deregistered_at = ? WHERE name = 'bob'", (at(),)
        )
    maintenance.prune(registry, at(minutes=60), dry_run=False)
    alice = team.caller("alice").agent.agent_id
    assert outputs(registry, By.MEMBER) == {alice: 300}
    assert outputs(registry, By.DAY) == {_day(0): 150, _day(1): 150}


def test_costs_are_estimated_only_where_the_agent_tells_none(
    registry: Registry,
) -> None:
    pytest.importorskip("genai_prices")
    team = a_team(registry, "alice", "bob", "carol")
    keep(registry, team, "alice", at(), 10**6, "c1")
    keep(registry, team, "bob", at(), 10**6, "c2", cost=500)
    keep(registry, team, "bob", at(minutes=20), 2 * 10**6, "c2", cost=700)
    keep(registry, team, "carol", at(), 10**6, "c3", model="nobody's")
    costs = {each.key: each.cost for each in usage.totals(registry, By.MEMBER)}
    alice, bob, carol = (costs[team.others[name].agent_id] for name in team.others)
    assert (alice.stated, alice.estimated > 0, alice.unknown) == (0, True, False)
    assert bob == (700, 0, False)
    assert (carol.total, carol.unknown) == (None, True)


def test_a_full_context_and_a_quota_almost_used_up_are_told_once_each_time(
    registry: Registry, team: Team, tmp_path: Path
) -> None:
    def recorded() -> list[tuple[str, str | None, str]]:
        usage.sample(registry, team.session.session_id)
        kinds = (EventKind.CONTEXT_HIGH, EventKind.QUOTA_HIGH)
        return [
            (event.kind, event.new, history.detail(event).get("quota", ""))
            for event in history.newest(registry, EventFilter(kinds=kinds), 99)
        ]

    def shows(context: int, percent: int, resets: int = RESETS) -> None:
        quota = {"used_percentage": percent, "resets_at": resets}
        tokens = {"input_tokens": context}
        window = {"context_window_size": 100, "current_usage": tokens}
        limits = {"five_hour": quota}
        status(tmp_path, context_window=window, rate_limits=limits)

    first = [("context_high", "82%", ""), ("quota_high", "91%", "5 h")]
    assert recorded() == first
    shows(85, 95)
    assert recorded() == first
    shows(40, 10, RESETS + 9)
    assert recorded() == first
    shows(80, 90, RESETS + 9)
    second = [("context_high", "80%", ""), ("quota_high", "90%", "5 h")]
    assert recorded() == first + second


def test_one_account_is_told_of_once_for_all_of_its_agents() -> None:
    high = UsageSample("c1", "its folder", seven_days=Window(93, RESETS))
    [alert] = usage_alerts.alerts(high, None, [])
    assert (alert.kind, alert.quota) == (EventKind.QUOTA_HIGH, "week")
    other = high._replace(conversation="c2")
    assert list(usage_alerts.alerts(other, None, [high])) == []
    elsewhere = other._replace(account="another")
    assert len(list(usage_alerts.alerts(elsewhere, None, [high]))) == 1


def test_a_cost_says_what_of_it_is_known(cli: Prompt, registry: Registry) -> None:
    team = a_team(registry, "alice")
    keep(registry, team, "alice", at(), 1000, "c1", cost=2_000_000)
    keep(registry, team, "alice", at(minutes=20), 1000, "c2", model=an_id("x"))
    shown = cli("usage", "--by", "session").out.splitlines()
    assert shown[1].split() == ["a", "test", "0", "2.0k", "0", "$2.00+"]
    assert cli("usage", "--by", "week").code == 2
