"""An agent that cannot work, as each command tells it: at its limit, refused, suspended."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from cafleet_core import clock, host
from cafleet_core.broker.delivery import holder
from cafleet_core.panes.tmux.facts import STATE_OPTION
from cafleet_core.states import PaneState, Watcher
from cafleet_core.storage import monitors, parked_agents
from tests.cli.desk import Desk
from tests.cli.pretender import PROMPTED, Pretender, creating

Stamp = Callable[[str], None]

LISTED = ("member", "list", "--activity")
EXPLAIN = ("member", "explain", "--member-id", "worker")


@pytest.fixture
def worker(desk: Desk) -> Any:
    """A member at rest; what `create` told of it."""
    return desk.a_worker_at_rest()


@pytest.fixture
def stamp(desk: Desk, worker: Any) -> Stamp:
    """Leaves on the member's pane what a hook would."""
    pane = worker["placement"]["tmux_pane_id"]

    def stamp(words: str) -> None:
        desk.terminal.tmux("set-option", "-p", "-t", pane, STATE_OPTION, words)

    return stamp


def ends_in_an_hour(stamp: Stamp) -> str:
    """Put the member at a limit that ends in an hour; the stamp of that."""
    now = int(time.time())
    stamp(f"limit {now} {now + 3600}")
    return clock.from_epoch(now + 3600) or ""


def test_an_agent_at_its_limit_says_so_and_until_when(desk: Desk, stamp: Stamp) -> None:
    until = ends_in_an_hour(stamp)
    hour = clock.local_end(until, clock.now())
    [row] = desk(*LISTED, "--json").document
    assert (row["state"], row["until"], row["quiet"]) == ("limit", until, False)
    assert f" limit {hour} " in desk(*LISTED).out
    assert desk(*EXPLAIN, "--json").document["until"] == until
    first, *_ = desk(*EXPLAIN).out.splitlines()
    assert first == f"Member worker is at its usage limit until {hour}."
    assert desk("status").out == f"a test: 1 at limit until {hour}: worker\n"
    [unable] = desk("status", "--json").document["unable"]
    assert (unable["name"], unable["state"], unable["until"]) == (
        *("worker", "limit", until),
    )


def test_what_it_is_owed_is_held_and_nothing_is_typed(desk: Desk, stamp: Stamp) -> None:
    ends_in_an_hour(stamp)
    sent = desk("send", "--to", "worker", "--text", "to do", "--json")
    assert sent.document["push"] == {"outcome": "held", "reason": "limit"}
    pinged = desk("member", "ping", "--member-id", "worker")
    assert pinged.code == 1
    assert "held (limit: " in pinged.err


def test_once_its_limit_is_over_it_is_typed(desk: Desk, stamp: Stamp) -> None:
    now = int(time.time())
    stamp(f"limit {now - 3600} {now}")
    sent = desk("send", "--to", "worker", "--text", "to do", "--json")
    assert sent.document["push"] == {"outcome": "delivered"}


def keeps(desk: Desk, worker: Any, state: PaneState) -> None:
    """A monitor has given a sign, and has seen the member in this state."""
    monitor = holder.this_process(Watcher.MONITOR).text()
    where = (desk.registry, desk.team.session.session_id, host.host_id())
    with desk.registry.write():
        monitors.hold(*where, monitor, clock.stamp())
        monitors.keep_state(desk.registry, worker["agent_id"], state, clock.stamp())


def test_where_a_monitor_keeps_states_the_end_is_told_all_the_same(
    desk: Desk, worker: Any, stamp: Stamp
) -> None:
    until = ends_in_an_hour(stamp)
    keeps(desk, worker, PaneState.LIMIT)
    [unable] = desk("status", "--json").document["unable"]
    assert unable["until"] == until


def test_one_that_its_service_refuses_says_so(desk: Desk, stamp: Stamp) -> None:
    stamp(f"failed {int(time.time())}")
    [row] = desk(*LISTED, "--json").document
    assert (row["state"], row["until"]) == ("failed", None)
    assert " failed " in desk(*LISTED).out
    assert desk(*EXPLAIN).out.startswith("Member worker is refused by its service.\n")
    assert desk("status").out == "a test: 1 refused by service: worker\n"


def test_one_that_is_stopped_says_so(desk: Desk, worker: Any) -> None:
    keeps(desk, worker, PaneState.SUSPENDED)
    assert desk("status").out == "a test: 1 suspended: worker\n"
    [unable] = desk("status", "--json").document["unable"]
    assert (unable["state"], unable["until"]) == ("suspended", None)


@pytest.fixture
def parked(desk: Desk, worker: Any) -> str:
    """The member's account is at its limit for an hour, as another was told; how that is told."""
    until = clock.stamp_after(clock.now(), 3600)
    with desk.registry.write():
        parked_agents.park(desk.registry, worker["agent_id"], until)
    return clock.local_end(until, clock.now())


def test_of_one_that_is_parked_each_command_tells_whose_limit_and_until_when(
    desk: Desk, parked: str
) -> None:
    sent = desk("send", "--to", "worker", "--text", "to do")
    held = f"push: held (limit): its account is at its limit, until {parked}"
    assert sent.out.splitlines()[-1] == held
    pinged = desk("member", "ping", "--member-id", "worker")
    assert pinged.code == 1
    reported = f"held (limit: its account is at its limit, as another agent was told, until {parked})."
    assert reported in pinged.err
    explained = desk(*EXPLAIN).out
    assert explained.startswith(f"Member worker is at its usage limit until {parked}.")
    assert "its account is at its limit" in explained


def test_who_creates_one_of_a_parked_account_is_warned(
    desk: Desk, pretender: Pretender
) -> None:
    known = pretender.configured(f'{PROMPTED}\naccount = ["PRETENDER_HOME", "~/.it"]')
    first = desk(*creating("first", "pretender"), "--json", **known)
    assert first.err == ""
    until = clock.stamp_after(clock.now(), 3600)
    with desk.registry.write():
        parked_agents.park(desk.registry, first.document["agent_id"], until)
    made = desk(*creating("second", "pretender"), **known)
    end = clock.local_end(until, clock.now())
    assert made.code == 0
    assert made.err.startswith("Its account, ")
    assert made.err.endswith(f"/.it, is at its limit: nothing is done before {end}.\n")
