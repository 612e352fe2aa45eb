"""Waiting until others commit, for whoever shows or delivers what they have sent."""

from __future__ import annotations

from cafleet_core.storage.registry import Commits
from cafleet_core.storage.watch import Bell

__all__ = ["Bell", "Commits"]
