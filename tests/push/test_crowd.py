"""A hundred senders during a broadcast to sixty panes: no error, nothing mixed, nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.broker.delivery import pending
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.rules import PushRules
from tests.push.crowd import Crowd
from tests.terminal import Terminal, eventually


@pytest.fixture
def crowd(registry: Registry, terminal: Terminal, tmp_path: Path) -> Crowd:
    return Crowd(registry, terminal, tmp_path)


def test_everyone_gets_every_message_whole_and_once(
    registry: Registry, crowd: Crowd
) -> None:
    calls = crowd.talk()
    assert len(calls) == 101
    assert {outcome for call in calls for outcome in call.outcomes} <= {
        "delivered",
        "held",
    }

    def arrived() -> bool:
        pending.settle(registry, PushRules())
        return crowd.bodies() == crowd.wanted

    eventually(arrived)
    assert all(
        count == 1 for heard in crowd.wanted.values() for count in heard.values()
    )
    assert crowd.strays().strip() == ""
