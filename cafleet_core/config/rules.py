"""Settings of pushes and of supervision, as the rules take them."""

from __future__ import annotations

from cafleet_core.config.keys import FileSettings
from cafleet_core.fast_types import NamedTuple, StrEnum


class PushRules(NamedTuple):
    """How pushes are made: code points shown, seconds to wait for a busy agent.

    0 means no limit. `remote_wait` is how many seconds a sender waits for another machine
    to tell what became of a push there. With the `transport` `keys`, agents' own inboxes
    are not used.
    """

    max_text_len: int = FileSettings.max_text_len.default
    hold_timeout: int = FileSettings.hold_timeout.default
    remote_wait: int = FileSettings.remote_wait.default
    transport: str = FileSettings.transport.default


class Revive(StrEnum):
    """How often a member whose program has ended is started again by whoever watches."""

    NEVER = "never"
    ONCE = "once"
    ALWAYS = "always"


class OnConflict(StrEnum):
    """What becomes of an edit of a file that another agent uses: its agent is told, or it is denied."""

    WARN = "warn"
    DENY = "deny"


class Thresholds(NamedTuple):
    """Seconds after which a member is quiet, and after which its unacked messages are a concern.

    `unheard_after` are those after its start within which it is to be heard of; 0 for no limit.
    `revive` says whether a member that has ended is started again.
    With `resume_after_limit` who has no mail is told to go on after a limit.
    """

    quiet_after: int = FileSettings.quiet_after.default
    overdue_after: int = FileSettings.overdue_after.default
    unheard_after: int = FileSettings.unheard_after.default
    revive: Revive = Revive.NEVER
    resume_after_limit: bool = FileSettings.resume_after_limit.default
