"""Deadlines that the tests of agents' own inboxes do not wait for."""

from __future__ import annotations

import pytest

from cafleet_core.broker.delivery import handovers


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have what an inbox has not taken be missing at once."""
    monkeypatch.setattr(handovers, "_SILENT_FOR", 0.0)
    monkeypatch.setattr(handovers, "_NOTED_WITHIN", 0.1)
