"""Wait until another process commits; named here for the layers above storage."""

from __future__ import annotations

from cafleet_core.storage.commits import Commits
from cafleet_core.storage.watch import Bell

__all__ = ["Bell", "Commits"]
