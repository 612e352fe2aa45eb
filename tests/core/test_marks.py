"""The agents that a pane is marked with: each puts on and takes off its own, and nobody else's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cafleet_core.panes.tmux import facts, marks
from cafleet_core.panes.tmux.facts import IDENTITY_OPTION
from cafleet_core.panes.tmux.marks import MarkedPane
from tests.builders import an_id
from tests.terminal import Terminal

ALICE, BOB = an_id("alice"), an_id("bob")


@pytest.fixture
def pane(terminal: Terminal) -> MarkedPane:
    here = facts.panes(terminal.socket)[terminal.first]
    return MarkedPane(terminal.socket, here.server_pid, here.pane_id, here.pid)


def borne(pane: MarkedPane) -> tuple[str, ...]:
    return facts.panes(pane.socket)[pane.pane_id].agent_ids


def test_several_live_in_one_pane_and_leave_it_one_by_one(pane: MarkedPane) -> None:
    assert marks.add(pane, ALICE)
    assert marks.add(pane, BOB)
    assert marks.add(pane, ALICE)
    assert borne(pane) == (ALICE, BOB)
    assert marks.remove(pane, ALICE)
    assert borne(pane) == (BOB,)
    assert not marks.remove(pane, ALICE)
    assert marks.remove(pane, BOB)
    assert borne(pane) == ()


def test_the_single_mark_of_an_earlier_program_is_a_set_of_one(
    terminal: Terminal, pane: MarkedPane
) -> None:
    terminal.tmux("set-option", "-p", "-t", pane.pane_id, IDENTITY_OPTION, ALICE)
    assert facts.stamped(terminal.socket, ALICE) == [pane.pane_id]
    assert marks.add(pane, BOB)
    assert borne(pane) == (ALICE, BOB)
    for agent_id in (ALICE, BOB):
        assert facts.stamped(terminal.socket, agent_id) == [pane.pane_id]


def test_of_many_that_come_at_once_none_is_lost(pane: MarkedPane) -> None:
    many = [an_id("agent", number) for number in range(12)]
    with ThreadPoolExecutor(12) as threads:
        assert all(threads.map(lambda agent_id: marks.add(pane, agent_id), many))
    assert set(borne(pane)) == set(many)


@pytest.mark.parametrize("changes", [{"server_pid": 1}, {"pane_id": "%77"}, {"pid": 1}])
def test_another_pane_than_the_one_meant_is_left_alone(
    pane: MarkedPane, changes: dict[str, Any]
) -> None:
    assert marks.add(pane, ALICE)
    other = pane._replace(**changes)
    assert not marks.add(other, BOB)
    assert not marks.remove(other, ALICE)
    assert borne(pane) == (ALICE,)


def test_a_pane_remembers_who_has_lived_there(pane: MarkedPane) -> None:
    for agent_id in (ALICE, BOB):
        marks.add(pane, agent_id)
        marks.remove(pane, agent_id)
    assert facts.panes(pane.socket)[pane.pane_id].left_ids == (ALICE, BOB)


@pytest.mark.parametrize("agent_id", ["", "x' ; kill-server ; '", "#{pid}"])
def test_what_is_no_id_gets_into_no_script(pane: MarkedPane, agent_id: str) -> None:
    with pytest.raises(ValueError, match="not fit for a tmux script"):
        marks.add(pane, agent_id)
    with pytest.raises(ValueError, match="not fit for a tmux script"):
        marks.remove(pane, agent_id)
