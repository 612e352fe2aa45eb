"""Which names are offered for the letters that were written, and in which order."""

from __future__ import annotations

import pytest

from cafleet_core.broker.messages.mentions import token
from cafleet_tui.widgets.mention_popup import matching
from tests.builders import an_agent

AGENTS = [an_agent(name) for name in ("Director", "drafter", "reviewer", "data reader")]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("r", ["reviewer", "data-reader", "director", "drafter"]),
        ("dr", ["drafter", "director", "data-reader"]),
        ("rea", ["data-reader"]),
        ("z", []),
    ],
)
def test_a_name_is_meant_by_letters_in_its_order(
    written: str, meant: list[str]
) -> None:
    assert [token(agent.name) for agent in matching(AGENTS, written)] == meant


def test_of_equal_ones_the_last_that_was_written_to_comes_first() -> None:
    offered = matching(AGENTS, "d", recent=("drafter",))
    assert [agent.name for agent in offered][:2] == ["drafter", "Director"]
