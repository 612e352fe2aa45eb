"""Pictures may be approved with one Textual and one Python alone: others draw otherwise."""

from __future__ import annotations

import sys
from importlib.metadata import version

import pytest

TEXTUAL = "8.2.8"
PYTHON = (3, 11)


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to approve pictures elsewhere."""
    here = (version("textual"), sys.version_info[:2])
    if config.getoption("update_snapshots", False) and here != (TEXTUAL, PYTHON):
        raise pytest.UsageError(
            f"snapshots are approved with Textual {TEXTUAL} on Python {PYTHON}, not {here}."
        )
