"""What is said of each kind of event, in a notice and in the document."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core import clock
from cafleet_core.event_rules import message
from cafleet_core.event_rules.rule import Subject
from cafleet_core.records import Event
from cafleet_core.states import EventKind

DOCUMENT_OF_EVENTS = Path(__file__).parents[2] / "docs" / "events.md"


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_of_event_has_words_and_a_line_in_the_document(
    kind: EventKind,
) -> None:
    assert kind in message.WORDS, f"event_rules/message.py: WORDS has no {kind!r}"
    event = Event(1, clock.stamp(), "s", "a", kind, None, "idle", None, None, "alice")
    said = message.of(event, Subject("alice", "a", "docs", "s")).body
    assert said.startswith("alice ")
    rows = DOCUMENT_OF_EVENTS.read_text("utf-8")
    assert f"`{kind}`" in rows, f"docs/events.md has no row for `{kind}`"
