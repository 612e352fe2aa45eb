"""The orders of a list of members: what comes first in each, and how names are compared."""

from __future__ import annotations

import pytest

from cafleet_core.broker.team.roster_order import QUIET, natural, place
from cafleet_core.states import PaneState
from cafleet_core.views import RosterOrder
from tests.builders import a_member

TEAM = {
    "drafter-10": (PaneState.IDLE, 3.0, 0),
    "drafter-2": (PaneState.WAITING, 50.0, 0),
    "Anna": (PaneState.BUSY, 1.0, 0),
    "bert": (QUIET, 900.0, 2),
    "carl": (QUIET, 800.0, 0),
    "dora": (PaneState.DEAD, 400.0, 0),
}


@pytest.mark.parametrize(
    ("order", "first"),
    [
        (RosterOrder.NEED, "drafter-2 dora bert Anna carl drafter-10"),
        (RosterOrder.NAME, "Anna bert carl dora drafter-2 drafter-10"),
        (RosterOrder.STATE, "drafter-2 dora bert carl Anna drafter-10"),
        (RosterOrder.ACTIVITY, "Anna drafter-10 drafter-2 dora carl bert"),
    ],
)
def test_an_order_puts_first_what_it_is_called_for(
    order: RosterOrder, first: str
) -> None:
    places = {
        name: place(order, a_member(name, unacked=unacked), state, since)
        for name, (state, since, unacked) in TEAM.items()
    }
    assert sorted(places, key=places.__getitem__) == first.split()


@pytest.mark.parametrize(
    "names",
    [
        ("x", "x1", "x01y", "x2", "x10", "y"),
        ("2", "\u0663", "10", "a"),
        ("a\u00b2", "a\u00b3"),
        ("", "1" * 5000, "1" * 5001, "-"),
    ],
)
def test_numbers_in_names_count_as_numbers(names: tuple[str, ...]) -> None:
    assert sorted(sorted(names), key=natural) == list(names)
