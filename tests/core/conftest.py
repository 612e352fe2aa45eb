"""A clock that a test sets forth, and registries of an earlier generation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cafleet_core import clock
from tests.builders import DAWN
from tests.earlier import MAY, EarlierRegistry, Era

EarlierBuilder = Callable[..., EarlierRegistry]


@pytest.fixture
def minutes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The minute that the clock stands at; a test sets it forth."""
    now = [0]
    monkeypatch.setattr(clock, "now", lambda: DAWN + timedelta(minutes=now[0]))
    return now


@pytest.fixture
def earlier(tmp_path: Path) -> Iterator[EarlierBuilder]:
    """Makes registries of the first generation that end with the test."""
    made: list[EarlierRegistry] = []

    def build(
        era: Era = MAY, name: str = "old.db", begun: float = 0
    ) -> EarlierRegistry:
        made.append(EarlierRegistry(tmp_path / name, era, begun))
        return made[-1]

    yield build
    for registry in made:
        registry.close()


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """The file to which rules append what they were told."""
    path = tmp_path / "written"
    path.touch()
    return path
