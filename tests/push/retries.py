"""What was held, tried again at once: when it is due by itself, tests of the policy tell."""

from __future__ import annotations

from cafleet_core.broker.delivery import pending
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.rules import PushRules


def settle_now(registry: Registry, rules: PushRules) -> int:
    """Settle as if the time of each next try had come; how many were typed."""
    with registry.write():
        registry.execute(
            "UPDATE tasks SET push_next_at = created_at WHERE push_next_at IS NOT NULL"
        )
    return pending.settle(registry, rules)
