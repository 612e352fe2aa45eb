"""How an entry and its deliveries read."""

from __future__ import annotations

from typing import Any

import pytest
from rich.cells import cell_len

from cafleet_core.states import AgentKind, PushOutcome, PushReason, TaskState
from cafleet_core.views import Entry
from cafleet_tui.render import delivery, timeline_entry
from cafleet_tui.render.timeline_entry import Shape
from tests.builders import a_delivery, an_entry, at


def drawn(entry: Entry, width: int = 60, selected: bool = False) -> list[str]:
    rows = timeline_entry.draw(entry, Shape(width, selected))
    return [row.plain.rstrip() for row in rows]


def styles_of(entry: Entry, text: str) -> set[str]:
    """The styles of the rows' parts that read `text`."""
    return {
        str(span.style)
        for row in timeline_entry.draw(entry, Shape(60))
        for span in row.spans
        if row.plain[span.start : span.end] == text
    }


def test_a_message_to_one() -> None:
    entry = an_entry(
        38,
        "drafter",
        "Two questions:\n  1. which database?",
        [a_delivery("Director", 38, notified_at=at(38), read_at=at(39))],
    )

    assert drawn(entry) == [
        " 12:38  drafter → Director                     read 12:39 ○",
        "        Two questions:",
        "          1. which database?",
    ]


def test_a_broadcast_has_a_chip_a_recipient_and_a_tally_in_words() -> None:
    done: dict[str, Any] = {"acked_at": at(37)}
    entry = an_entry(
        36,
        "Director",
        "Report when done.",
        [a_delivery("drafter", 36, **done), a_delivery("tester", 36)],
        broadcast=True,
    )

    assert drawn(entry) == [
        " 12:36  ★ Director → everyone            1 acked · 1 queued",
        "        Report when done.",
        "        drafter ✓  tester ◌",
    ]


def test_a_selected_broadcast_tells_who_acked_when() -> None:
    entry = an_entry(
        36,
        "Director",
        "Report.",
        [a_delivery("drafter", acked_at=at(37)), a_delivery("測試")],
        broadcast=True,
    )

    rows = drawn(entry, 70, selected=True)

    assert rows[0].startswith(f"▌12:36  ★ Director → everyone  #{entry.task_id[:8]} ")
    assert rows[0].endswith(" 1 acked · 1 queued")
    assert rows[2].startswith("▌       ✓ drafter  acked 12:37")
    assert rows[3].startswith("▌       ◌ 測試     queued")


def test_an_answer_names_what_it_answers() -> None:
    entry = an_entry(reply_to_task_id="1a2b3c4d-0000-4000-8000-000000000000")

    assert drawn(entry)[0].startswith(" 12:01  drafter → reviewer  ↩1a2b3c4d ")


@pytest.mark.parametrize(
    ("changes", "glyph", "words"),
    [
        ({}, "◌", "queued"),
        (
            {"push_outcome": "none", "push_reason": "no_placement"},
            "◌",
            "queued: no pane",
        ),
        ({"notified_at": at(38), "push_outcome": "delivered"}, "•", "pushed 12:38"),
        ({"notified_at": at(38), "push_outcome": "shown"}, "•", "shown 12:38"),
        (
            {"push_outcome": "held", "push_reason": "question"},
            "◔",
            "held: question on screen",
        ),
        ({"push_outcome": "held", "push_reason": "copy_mode"}, "◔", "held: copy mode"),
        ({"push_outcome": "held", "read_at": at(39)}, "○", "read 12:39"),
        ({"read_at": at(39), "acked_at": at(40)}, "✓", "acked 12:40"),
        ({"state": TaskState.FAILED, "status_timestamp": at(41)}, "✗", "failed 12:41"),
        (
            {"state": TaskState.CANCELED, "status_timestamp": at(42)},
            "–",
            "canceled 12:42",
        ),
    ],
)
def test_a_delivery_is_told_by_glyph_and_words(
    changes: dict[str, Any], glyph: str, words: str
) -> None:
    changed = a_delivery()._replace(**changes)

    assert (delivery.state_of(changed).glyph, delivery.status(changed)) == (
        glyph,
        words,
    )
    assert drawn(an_entry(to=[changed]))[0].endswith(f"{words} {glyph}")


def test_what_became_of_it_goes_below_where_the_header_has_no_room() -> None:
    held = a_delivery(push_outcome=PushOutcome.HELD, push_reason=PushReason.QUESTION)
    entry = an_entry(to=[held], text="Go on.")

    assert drawn(entry, width=44) == [
        " 12:01  drafter → reviewer",
        "  Go on.         held: question on screen ◔",
    ]


def test_what_is_for_the_human_says_so() -> None:
    mine = a_delivery(
        "the one who decides",
        recipient_kind=AgentKind.ADMINISTRATOR,
        push_outcome=PushOutcome.NONE,
        push_reason=PushReason.NO_PLACEMENT,
    )
    entry = an_entry(to=[mine])

    assert drawn(entry)[0].endswith("for you ◌")
    assert styles_of(entry, "for you ") == {"yours"}
    assert "for you" not in drawn(an_entry(to=[mine._replace(acked_at=at(9))]))[0]
    namesake = mine._replace(recipient_kind=AgentKind.AGENT)
    assert "for you" not in drawn(an_entry(to=[namesake]))[0]


def test_what_is_well_is_quiet_and_what_is_not_stands_out() -> None:
    failed = a_delivery("tester", state=TaskState.FAILED)
    acked = a_delivery(acked_at=at(40))

    assert styles_of(an_entry(to=[acked]), "acked 12:40 ") == {"muted"}
    assert styles_of(an_entry(to=[acked]), "✓") == {"acked"}
    assert styles_of(an_entry(to=[acked, failed]), "1 acked") == {"muted"}
    assert styles_of(an_entry(to=[acked, failed]), "1 failed") == {"failed"}


def test_the_look_of_every_state_is_told_apart_without_colour() -> None:
    assert len({state.word for state in delivery.STATES}) == len(delivery.STATES)
    assert len({state.glyph for state in delivery.STATES}) == len(delivery.STATES) - 1
    assert delivery.PUSHED.glyph == delivery.SHOWN.glyph  # both: it is on the screen
    assert {state.word for state in delivery.STATES} <= set(timeline_entry.STYLES)


def test_a_canceled_message_is_struck_through() -> None:
    gone = a_delivery(state=TaskState.CANCELED)
    half_gone = [gone, a_delivery("tester")]

    assert styles_of(an_entry(text="never mind", to=[gone]), "never mind") == {"struck"}
    assert styles_of(an_entry(text="never mind", to=half_gone), "never mind") == set()


def test_a_sender_keeps_its_style() -> None:
    first, second = an_entry(1), an_entry(2, text="again")

    (style,) = styles_of(first, "drafter")
    assert style in timeline_entry.SENDERS
    assert styles_of(second, "drafter") == {style}
    assert styles_of(an_entry(sender="Director"), "★ Director") == {"head"}


def test_nobody_is_a_recipient_too() -> None:
    assert drawn(an_entry(to=[])) == [
        " 12:01  drafter → nobody                      no recipients",
        "        The draft is ready.",
    ]


def test_the_day_is_a_rule_above_the_entry() -> None:
    rule = timeline_entry.lead("Fri 20 Nov 2026", 40)

    assert rule.plain.strip("─ ") == "Fri 20 Nov 2026"
    assert 36 <= cell_len(rule.plain) <= 40


def test_words_that_are_sought_are_marked_where_they_were_said_and_nowhere_else() -> (
    None
):
    entry = an_entry(38, "planner", "the plan of the planner", ["planner", "drafter"])
    marked = timeline_entry.draw(entry, Shape(60), sought="plan")
    assert [row.plain for row in marked] == [
        row.plain for row in timeline_entry.draw(entry, Shape(60))
    ]
    spans = [
        (number, row.plain[span.start : span.end])
        for number, row in enumerate(marked)
        for span in row.spans
        if span.style == "sought"
    ]
    assert spans == [(1, "plan"), (1, "plan")]
