"""The messages of the scenes' team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cafleet_core.states import AgentKind, PushOutcome, PushReason, TaskState
from cafleet_core.views import Delivery, Entry
from screenshots.names import NUMBERS, ago, an_id, id_of

_KINDS = {"Director": AgentKind.DIRECTOR, "Administrator": AgentKind.ADMINISTRATOR}


def delivery(seq: int, name: str, sent: float, **changes: Any) -> Delivery:
    """A delivery to a member, pushed at once unless `changes` say otherwise."""
    state = TaskState.COMPLETED if changes.get("acked_at") else TaskState.INPUT_REQUIRED
    sent_to = Delivery(
        task_id=an_id(100 * seq + NUMBERS[name]),
        recipient_id=id_of(name),
        recipient_name=name,
        recipient_kind=_KINDS.get(name, AgentKind.MEMBER),
        state=state,
        created_at=ago(sent),
        status_timestamp=changes.get("acked_at") or ago(sent),
        notified_at=ago(sent),
        read_at=changes.get("acked_at"),
        acked_at=None,
        push_outcome=PushOutcome.DELIVERED,
        push_reason=None,
    )
    return sent_to._replace(**changes)


def entry(
    seq: int,
    sender: str,
    sent: float,
    text: str,
    deliveries: Sequence[Delivery],
    broadcast: bool = False,
    reply_to: int | None = None,
) -> Entry:
    """A message that was sent `sent` seconds ago."""
    return Entry(
        seq=seq,
        version=seq,
        task_id=an_id(1000 + seq),
        broadcast=broadcast,
        sender_id=id_of(sender),
        sender_name=sender,
        text=text,
        created_at=ago(sent),
        reply_to_task_id=an_id(1000 + reply_to) if reply_to else None,
        deliveries=tuple(deliveries),
    )


ENTRIES = (
    entry(
        1,
        "Director",
        1860,
        "Phase one starts now: drafter writes the plan, reviewer reads it.\n"
        "Report here when your part is done.",
        [
            delivery(1, "drafter", 1860, acked_at=ago(1840)),
            delivery(1, "reviewer", 1860, acked_at=ago(1833)),
            delivery(1, "tester", 1860, acked_at=ago(190)),
            delivery(1, "scout", 1860, acked_at=ago(1801)),
            delivery(
                1,
                "linter",
                1860,
                notified_at=None,
                push_outcome=PushOutcome.NONE,
                push_reason=PushReason.PANE_GONE,
            ),
        ],
        broadcast=True,
    ),
    entry(
        2,
        "scout",
        1490,
        "The old importer lives in tools/import.py; nothing else calls it.",
        [delivery(2, "Director", 1490, acked_at=ago(1470))],
    ),
    entry(
        3,
        "drafter",
        1210,
        "Draft is at docs/plan.md; two questions:\n1. which database?\n2. who reviews?",
        [delivery(3, "Director", 1210, acked_at=ago(1190))],
    ),
    entry(
        4,
        "Director",
        1100,
        "Start with the importer.",
        [delivery(4, "scout", 1100, state=TaskState.CANCELED)],
    ),
    entry(
        5,
        "Administrator",
        900,
        "SQLite. The reviewer reviews.",
        [delivery(5, "drafter", 900, acked_at=ago(640))],
    ),
    entry(
        6,
        "drafter",
        380,
        "The plan is final. 設計 is in section 2, the migration in section 4.",
        [
            delivery(6, "Director", 380, acked_at=ago(350)),
            delivery(6, "reviewer", 380, read_at=ago(300)),
        ],
    ),
    entry(
        7,
        "tester",
        180,
        "Fixtures are in tests/data; 41 of them, all green.",
        [delivery(7, "Director", 180, acked_at=ago(160))],
    ),
    entry(
        8,
        "Administrator",
        70,
        "Please answer the question on your screen, then go on with section 4.",
        [
            delivery(
                8,
                "reviewer",
                70,
                notified_at=None,
                push_outcome=PushOutcome.HELD,
                push_reason=PushReason.QUESTION,
            )
        ],
    ),
)

_YOU = "Administrator"

TO_HUMAN = (
    entry(
        9,
        "scout",
        90_000,
        "Yesterday's build is archived.",
        [delivery(9, _YOU, 90_000, acked_at=ago(80_000))],
    ),
    entry(
        10,
        "tester",
        610,
        "All green on main. Shall I tag the release?",
        [delivery(10, _YOU, 610)],
    ),
    entry(
        11,
        "drafter",
        300,
        "Section 4 needs a decision of yours:\n"
        "1. keep the old importer for a month, and warn when it is used\n"
        "2. remove it now; nothing else calls it\n\n"
        "I would remove it: tools/import.py has no test, and the new one reads the same"
        " files.",
        [delivery(11, _YOU, 300), delivery(11, "Director", 300, acked_at=ago(290))],
    ),
    entry(
        12,
        "reviewer",
        45,
        "設計 read: two remarks, none of them blocking.",
        [delivery(12, _YOU, 45)],
    ),
)
"""Messages for the human, oldest first."""
