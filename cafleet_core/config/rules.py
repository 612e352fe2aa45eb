"""What a user decides of pushes and of supervision."""

from __future__ import annotations

from cafleet_core.config.keys import FileSettings
from cafleet_core.fast_types import NamedTuple


class PushRules(NamedTuple):
    """What a user may decide of a push: code points shown, seconds to wait for a busy agent.

    0 means no limit, and for ever.
    """

    max_text_len: int = FileSettings.max_text_len.default
    hold_timeout: int = FileSettings.hold_timeout.default


class Thresholds(NamedTuple):
    """Seconds: how long a member may do nothing, and how old its unacked mail may be."""

    quiet_after: int = FileSettings.quiet_after.default
    overdue_after: int = FileSettings.overdue_after.default
