"""Run the user's rules while the control room is open, and report their failures."""

from __future__ import annotations

from cafleet_core.broker.registry.open import Registry
from cafleet_core.errors import InvalidSetting
from cafleet_core.event_rules import tables
from cafleet_core.event_rules.runner import RuleRunner


class RoomRules:
    """The rules of a file; a file that cannot be used is a trouble, and has no rules."""

    def __init__(self, registry: Registry, path: str) -> None:
        self._broken = ""
        try:
            rules = tables.load(path)
        except InvalidSetting as error:
            self._broken, rules = error.message, []
        self._runner = RuleRunner(registry, rules)

    def act(self) -> str:
        """Carry out the rules that are due; their trouble in words, or empty. Raises RegistryError."""
        self._runner.step()
        return self._broken or self._runner.trouble

    def close(self) -> None:
        """End what still runs; raises RegistryError."""
        self._runner.close()
