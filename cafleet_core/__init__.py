"""The cafleet library: registry, broker, push and command line for agents in panes."""

from __future__ import annotations

__version__ = "0.1.0"
