"""What a user decides of pushes and of supervision."""

from typing import NamedTuple


class PushRules(NamedTuple):
    """What a user may decide of a push: code points shown, seconds to wait for a busy agent.

    0 means no limit, and for ever.
    """

    max_text_len: int = 200
    hold_timeout: int = 300


class Thresholds(NamedTuple):
    """Seconds: how long a member may do nothing, and how old its unacked mail may be."""

    quiet_after: int = 180
    overdue_after: int = 600
