"""Budgets of members and sessions: told at 80 and at 100 percent, once each, and nothing is held."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.broker.events import history
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.supervision import concerns
from cafleet_core.broker.supervision.monitor import Monitor
from cafleet_core.broker.team import budgets
from cafleet_core.config.rules import PushRules, Thresholds
from cafleet_core.event_rules import message
from cafleet_core.states import EventKind
from cafleet_core.storage import budgets as rows
from cafleet_core.storage import overview
from cafleet_core.usage.sample import MICRO, dollars
from cafleet_core.views import EventFilter
from tests.builders import at
from tests.cli.conftest import Prompt, as_agent, cli
from tests.team import Team, a_team, a_team_in_panes, log_of
from tests.terminal import Terminal, eventually, turns
from tests.usage.test_usage import keep

__all__ = ["as_agent", "cli"]


@pytest.fixture
def team(registry: Registry) -> Team:
    """A Director with alice and bob, who have spent nothing yet."""
    return a_team(registry, "alice", "bob")


def spends(registry: Registry, team: Team, agent: str, cost: float) -> None:
    """Have an agent's conversation have cost this much, in US dollars."""
    keep(registry, team, agent, at(), 1, f"of {agent}", cost=round(cost * MICRO))


def events(registry: Registry, team: Team) -> list[str]:
    """Look at the budgets; what was ever told of them, as a rule's command reads it."""
    budgets.checked(registry, team.session.session_id)
    wanted = EventFilter(kinds=(EventKind.BUDGET_HIGH,))
    return [
        f"{event.agent_name} {message.words(event, history.detail(event))}"
        for event in history.newest(registry, wanted, 99)
    ]


def told(registry: Registry, team: Team) -> list[tuple[str, str]]:
    """What the Director is told of budgets now: the condition, and the words."""
    session_id = team.session.session_id
    standings = budgets.checked(registry, session_id)
    roster = overview.roster(registry, session_id)
    return [
        (each.condition, each.words) for each in concerns.of_budgets(roster, standings)
    ]


def test_each_level_is_told_once(registry: Registry, team: Team) -> None:
    budgets.give(registry, team.others["alice"], 10)
    spends(registry, team, "bob", 50)
    spends(registry, team, "alice", 7.99)
    assert (events(registry, team), told(registry, team)) == ([], [])
    spends(registry, team, "alice", 8)
    first = "alice has spent 80% of $10.00"
    assert events(registry, team) == [first]
    spends(registry, team, "alice", 9.9)
    assert events(registry, team) == [first]
    [(condition, words)] = told(registry, team)
    assert words == f"{first}: `cafleet usage`"
    spends(registry, team, "alice", 10.5)
    assert events(registry, team) == [first, "alice has spent 105% of $10.00"]
    [(another, _)] = told(registry, team)
    assert another != condition
    spends(registry, team, "alice", 99)
    assert len(events(registry, team)) == 2


def test_what_is_spent_at_once_is_told_once(registry: Registry, team: Team) -> None:
    spends(registry, team, "alice", 3)
    budgets.give(registry, team.others["alice"], 2)
    assert events(registry, team) == ["alice has spent 150% of $2.00"]


def test_of_two_who_see_it_one_tells(registry: Registry, team: Team) -> None:
    budgets.give(registry, team.others["alice"], 2)
    [seen] = rows.of_session(registry, team.session.session_id)
    with registry.write():
        firsts = [rows.tell(registry, seen, 80, "80%") for _ in range(2)]
    assert firsts == [True, False]
    budgets.give(registry, team.others["alice"], 3)
    with registry.write():
        assert not rows.tell(registry, seen, 100, "of another amount")


def test_a_session_s_budget_is_that_of_all(registry: Registry, team: Team) -> None:
    budgets.give_session(registry, team.session, 10)
    spends(registry, team, "alice", 5)
    spends(registry, team, "bob", 3)
    assert events(registry, team) == ["Director and its team have spent 80% of $10.00"]
    [(_, words)] = told(registry, team)
    assert words == "the session has spent 80% of $10.00: `cafleet usage`"


def test_a_new_budget_is_told_anew_and_none_is_none(
    registry: Registry, team: Team
) -> None:
    alice = team.others["alice"]
    spends(registry, team, "alice", 9)
    budgets.give(registry, alice, 10)
    assert len(events(registry, team)) == 1
    budgets.give(registry, alice, 100)
    assert (len(events(registry, team)), told(registry, team)) == (1, [])
    budgets.give(registry, alice, 9)
    assert len(events(registry, team)) == 2
    budgets.give(registry, alice, 0)
    assert budgets.checked(registry, team.session.session_id) == []


def test_an_estimate_is_marked(registry: Registry, team: Team) -> None:
    pytest.importorskip("genai_prices")
    budgets.give(registry, team.others["alice"], 0.5)
    keep(registry, team, "alice", at(), 10**6)
    [words] = events(registry, team)
    assert words.startswith("alice has spent ~")


def test_budgets_are_set_and_shown_by_commands(
    as_agent: Prompt, registry: Registry, team: Team
) -> None:
    spends(registry, team, "alice", 0.9)
    spends(registry, team, "bob", 0.2)
    given = as_agent("Director", "session", "budget", "1", "--member-id", "alice")
    assert given.out == "alice has a budget of $1.00.\n"
    assert as_agent("Director", "session", "budget", "2.5").out == (
        "The session has a budget of $2.50.\n"
    )
    lines = as_agent("Director", "usage").out.splitlines()
    assert lines[0].endswith("budget")
    assert lines[1].endswith("90% of $1.00")
    assert lines[-1] == "The session has spent 44% of $2.50."
    documents = as_agent("Director", "usage", "--json").document
    assert [each["budget_percent"] for each in documents] == [90, None]
    sessions = as_agent("Director", "usage", "--by", "session").out
    assert sessions.splitlines()[1].endswith("44% of $2.50")
    gone = as_agent("Director", "session", "budget", "0", "--json").document
    assert (gone["agent_id"], gone["budget_usd"]) == (None, None)
    assert as_agent("Director", "session", "budget", "lots").code == 2
    assert as_agent("Director", "session", "budget", "-1").code == 2


def test_a_monitor_tells_the_director_once(
    registry: Registry, terminal: Terminal, tmp_path: Path
) -> None:
    team = a_team_in_panes(registry, terminal, tmp_path, "alice")
    budgets.give(registry, team.others["alice"], 10)
    spends(registry, team, "alice", 10)
    monitor = Monitor(registry, team.session.session_id, PushRules(), Thresholds())
    said = [monitor.tick().wake for _ in range(3)]
    monitor.release()
    line = "[cafleet] alice has spent 100% of $10.00: `cafleet usage`."
    assert said == [f"{line} Look: cafleet member list --news", None, None]
    log = log_of(tmp_path, "Director")
    eventually(lambda: turns(log))
    assert turns(log) == said[:1]


def test_dollars_are_exact() -> None:
    shown = [dollars(amount) for amount in (0, 500, 2_500_000, 12_345_678)]
    assert shown == ["$0.00", "$0.0005", "$2.50", "$12.345678"]
