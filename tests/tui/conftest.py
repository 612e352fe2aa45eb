"""A scripted day; and pictures, which are approved with one Textual and one Python alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from cafleet_core import clock
from cafleet_core.broker.registry.open import Registry
from cafleet_tui.data import feed
from tests.builders import DAWN
from tests.tui.scripted_day import READINGS, Day

TEXTUAL = "8.2.8"
PYTHON = (3, 11)


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to approve pictures elsewhere."""
    here = (version("textual"), sys.version_info[:2])
    if config.getoption("update_snapshots", False) and here != (TEXTUAL, PYTHON):
        raise pytest.UsageError(
            f"snapshots are approved with Textual {TEXTUAL} on Python {PYTHON}, not {here}."
        )


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The human's `config.toml`, not there yet, in a folder of this test's own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    path = tmp_path / "config" / "cafleet" / "config.toml"
    path.parent.mkdir(parents=True)
    return path


@pytest.fixture
def day(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> Iterator[Day]:
    """A day whose time passes as its script has it."""
    scripted: list[Day] = []
    here = lambda: scripted[0].moment if scripted else DAWN  # noqa: E731  # it is replaced once
    monkeypatch.setattr(clock, "here", here)
    monkeypatch.setattr(feed, "PULSES_EVERY", 0.0)
    READINGS.clear()
    scripted.append(Day(registry))
    yield scripted[0]
    clock.replay(None)
