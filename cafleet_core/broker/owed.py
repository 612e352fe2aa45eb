"""Whether any push is owed now: the cheap question before the costly attempt."""

from __future__ import annotations

import os

from cafleet_core import clock
from cafleet_core.config import PushRules
from cafleet_core.storage import outbox
from cafleet_core.storage.registry import Registry


def settle(registry: Registry, rules: PushRules) -> int:
    """Try what is owed to agents on this host by now; how many messages reached a screen."""
    if not outbox.due(registry, os.uname().nodename, clock.stamp()):
        return 0
    from cafleet_core.broker.outbox import retry  # most commands owe nothing

    return retry(registry, rules)
