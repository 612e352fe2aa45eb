"""A clock that a test sets forth."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cafleet_core import clock
from tests.builders import DAWN


@pytest.fixture
def minutes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The minute that the clock stands at; a test sets it forth."""
    now = [0]
    monkeypatch.setattr(clock, "now", lambda: DAWN + timedelta(minutes=now[0]))
    return now
