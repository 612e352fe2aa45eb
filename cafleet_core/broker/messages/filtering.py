"""Whether an entry fits a filter: pure rules, used on database candidates and in the room."""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.memo import expression
from cafleet_core.states import PushOutcome, TaskState

if TYPE_CHECKING:
    from cafleet_core.views import Entry, Filter


def fits(entry: Entry, wanted: Filter) -> bool:
    """Whether an entry fits a filter, words included."""
    if not fits_but_for_words(entry, wanted):
        return False
    if not wanted.words:
        return True
    from cafleet_core.broker.messages import word_match  # most filters have no words

    return word_match.holds(entry.text, wanted.words)


def fits_but_for_words(entry: Entry, wanted: Filter) -> bool:
    """Whether an entry fits everything in a filter except its words."""
    recipient, party = wanted.recipient, wanted.party
    return (
        (wanted.sender in (None, entry.sender_id))
        and (recipient is None or _is_received(entry, recipient))
        and (party in (None, entry.sender_id) or _is_received(entry, party))
        and (wanted.since is None or entry.created_at > wanted.since)
        and (not wanted.unacked or is_unacked(entry))
        and (not wanted.held or is_held(entry))
        and (not wanted.file or names_file(entry.text))
        and (not wanted.thread or _is_of_thread(entry, wanted.thread))
    )


def _is_received(entry: Entry, agent_id: str) -> bool:
    return any(delivery.recipient_id == agent_id for delivery in entry.deliveries)


def _is_of_thread(entry: Entry, thread: tuple[str, ...]) -> bool:
    return entry.task_id in thread or entry.reply_to_task_id in thread


def is_held(entry: Entry) -> bool:
    """Whether the entry waits for a recipient's pane."""
    return any(
        delivery.push_outcome == PushOutcome.HELD
        and delivery.state == TaskState.INPUT_REQUIRED
        and not (delivery.notified_at or delivery.read_at)
        for delivery in entry.deliveries
    )


def names_file(text: str) -> bool:
    """Whether a text names a file: a path with a slash, or a name with a short ending."""
    return expression(_FILE).search(text) is not None


_FILE = (
    r"(?<![\w/.:-])(?:(?:~|\.{1,2})?/|[\w.-]+/)[\w./-]*\w"
    r"|(?<![\w/.@-])\w[\w-]+\.[a-z][a-z0-9]{0,4}(?![\w.@-])"
)


def is_unacked(entry: Entry) -> bool:
    """Whether a recipient has not acked the entry."""
    return any(
        delivery.state == TaskState.INPUT_REQUIRED for delivery in entry.deliveries
    )
