"""Print what became of a message at each of its recipients."""

from __future__ import annotations

from cafleet_core import clock, ids, text
from cafleet_core.cli import envelope
from cafleet_core.cli.envelope import Enclosed
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.records import SCHEDULED, PushResult
from cafleet_core.states import PushOutcome, TaskState, Transport

if TYPE_CHECKING:
    from typing import Any

    from cafleet_core.views import Delivery, Entry


def as_text(entry: Entry) -> str:
    """A line of counts, then a line for each recipient, acked or not."""
    acked = sum(delivery.acked_at is not None for delivery in entry.deliveries)
    lines = [f"{ids.shown(entry.task_id)} acked {acked} of {len(entry.deliveries)}"]
    for delivery in entry.deliveries:
        stamps = {
            _arrival(delivery): delivery.notified_at,
            "submitted": delivery.submitted_at,
            "read": delivery.read_at,
            "acked": delivery.acked_at,
        }
        moments = "".join(
            f" {word}:{clock.seconds(at)}" for word, at in stamps.items() if at
        )
        lines.append(
            f"  {text.label(delivery.recipient_name)} {envelope.delivery_state(delivery)}{moments}"
            f" {envelope.push_text(_push_of(delivery))}"
        )
    if entry.comments:
        from cafleet_core.cli import enclosures

        lines.append(enclosures.status_line(entry.comments))
    return "\n".join(lines)


def _arrival(delivery: Delivery) -> str:
    """How a delivery reached its agent: shown, handed to its own inbox, or typed."""
    if delivery.push_outcome == PushOutcome.SHOWN:
        return "shown"
    return "handed" if delivery.push_transport == Transport.INBOX else "typed"


def as_document(entry: Entry) -> dict[str, Any]:
    """Every recipient's state and stamps."""
    return {
        "id": entry.task_id,
        "acked": sum(delivery.acked_at is not None for delivery in entry.deliveries),
        "recipients": len(entry.deliveries),
        "deliveries": [_delivery_document(each) for each in entry.deliveries],
        **envelope.enclosed_documents(Enclosed(comments=entry.comments)),
    }


def _push_of(delivery: Delivery) -> PushResult:
    if delivery.state == TaskState.SCHEDULED:
        return SCHEDULED
    outcome = delivery.push_outcome or PushOutcome.NONE
    return PushResult(outcome, delivery.push_reason, delivery.push_transport)


def _delivery_document(delivery: Delivery) -> dict[str, Any]:
    """A delivery without the recipient's kind, which `agent show` prints."""
    document = delivery._asdict()
    del document["recipient_kind"]
    return document
