"""A fixture with a home folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.setup.homes import Home, a_home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with settings for all three agents."""
    return a_home(tmp_path / "home")
