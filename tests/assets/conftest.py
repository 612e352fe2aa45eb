"""Fixtures for tests that run the skills' commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.assets.play import Play, a_play
from tests.terminal import Terminal


@pytest.fixture
def play(terminal: Terminal, tmp_path: Path) -> Play:
    """A Director in a pane, to run the skills' commands."""
    return a_play(terminal, tmp_path)
