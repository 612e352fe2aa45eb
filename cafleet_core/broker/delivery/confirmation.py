"""What a look showed of a push that had been made."""

from __future__ import annotations

from cafleet_core.broker.delivery import policy
from cafleet_core.fast_types import NamedTuple
from cafleet_core.states import PushReason


class Confirmation(NamedTuple):
    """What a look showed of a push: submitted, or `doubt` as a push reason; None for no news.

    After `after` seconds another look could show more. `taken_back` is what the agent's own
    inbox has not taken; `refused_by` is the agent whose inbox that was, `taken_by` the one
    whose inbox takes messages again.
    """

    submitted: bool
    doubt: PushReason | None = None
    after: float | None = None
    taken_back: bool = False
    refused_by: str = ""
    taken_by: str = ""


SUBMITTED = Confirmation(True)
LOOK_LATER = Confirmation(False, after=policy.CONFIRM_AGAIN_SECONDS)
PRESSED = Confirmation(False, PushReason.ENTER_AGAIN, policy.CONFIRM_SECONDS)
NOT_SUBMITTED = Confirmation(False, PushReason.NOT_SUBMITTED)
UNVERIFIED = Confirmation(False, PushReason.UNVERIFIED)
ASKED = Confirmation(False, PushReason.INBOX_HELD, policy.CONFIRM_AGAIN_SECONDS)
TAKEN_BACK = Confirmation(False, taken_back=True)
