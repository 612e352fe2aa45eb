"""A sender that nothing proves reads as one, at every width."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from cafleet_core.states import SenderProof
from tests.builders import an_entry
from tests.tui.test_render_message import drawn


@pytest.mark.parametrize(
    ("proof", "sender"),
    [
        (None, "drafter → "),
        (SenderProof.PANE, "drafter → "),
        (SenderProof.KEY, "drafter → "),
        (SenderProof.CLAIMED, "drafter (claimed) → "),
    ],
)
def test_a_sender_that_nothing_proves_is_shown_as_one(
    proof: SenderProof | None, sender: str
) -> None:
    entry = an_entry(38, "drafter", sender_proof=proof)
    assert sender in drawn(entry, 80)[0]


@pytest.mark.parametrize("width", [14, 20, 30, 40, 59, 60, 70])
def test_a_claim_is_seen_at_every_width(width: int) -> None:
    entry = an_entry(38, "a-long-name-" * 4, sender_proof=SenderProof.CLAIMED)
    head = drawn(entry, width)[0]
    assert "? → " in head or " (claimed) → " in head
    plain = drawn(entry._replace(sender_proof=None), width)[0]
    assert cell_len(head) <= max(width, cell_len(plain) + 1)
