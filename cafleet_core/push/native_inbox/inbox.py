"""What every agent's own inbox can do, whatever kind of agent it is of."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from cafleet_core.states import Receipt

    class Link(Protocol):
        """An open connection to an agent's inbox; it takes one message, or is closed."""

        def hand_over(self, words: str) -> Receipt:
            """Write a message, and close; never raises.

            Returns what the agent says at once: MISSING if it does not take the message,
            ASKED if it asks its human; UNKNOWN where it says nothing. Where writing fails,
            the message may have arrived all the same.
            """

        def close(self) -> None:
            """Close it without a message."""

    class Inbox(Protocol):
        """The inbox of one running agent."""

        @property
        def begun(self) -> float:
            """When the agent's program began, in epoch seconds; 0 if it is not known."""

        @property
        def is_slow(self) -> bool:
            """Whether an agent at rest reads keystrokes much sooner than its inbox."""

        def takes_mail(self, words: str, screen: str | None) -> bool:
            """Whether it lets a message in now, without asking and to be read.

            `screen` is what the agent's pane shows, None where tmux did not tell.
            """

        def connect(self) -> Link | None:
            """A connection that ends at the agent's own process; None if the inbox is closed."""

        def has_read(self) -> bool:
            """Whether the agent has read all that was written to its inbox until now.

            False too where that cannot be told.
            """

        def take_back(self, task_ids: Sequence[str]) -> bool:
            """Take back what the agent has not read of these messages; whether it cannot now."""

        def receipts(
            self, task_ids: Sequence[str], since: float = 0.0
        ) -> dict[str, Receipt]:
            """The receipt of each message, by the agent's own files.

            MISSING means that no conversation which changed after `since`, in epoch
            seconds, holds it.
            """
