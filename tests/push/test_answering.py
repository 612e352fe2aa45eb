"""Answers on recorded screens: what is pressed, what is kept, what is refused."""

from __future__ import annotations

from functools import partial

import pytest

from cafleet_core.broker.delivery.type_now import SendFailed
from cafleet_core.broker.events import history
from cafleet_core.errors import InvalidInput, Refused
from cafleet_core.readings import Option, Question
from cafleet_core.states import EventKind
from cafleet_core.views import EventFilter
from tests.push.panes import meanwhile
from tests.push.stage import AT_REST, CHOICE, Showing, showing, tmux_server
from tests.terminal import eventually

__all__ = ["showing", "tmux_server"]

COLOUR = Question(
    "☐ Colour\nWhich colour?",
    (
        Option(1, "Red", False),
        Option(2, "Green", False),
        Option(3, "Type something.", True),
        Option(4, "Chat about this", False),
    ),
    (" ☐ Colour", "Which colour?"),
)
ANSWERED = EventKind.ANSWERED
WITHOUT_WORDS = "claude/2.1.329/waiting-permission"
WITHOUT_NUMBERS = "claude/2.1.329/waiting-trust-dialog"


def test_a_choice_is_its_digit_and_stands_in_the_timeline(showing: Showing) -> None:
    stage = showing(CHOICE)
    assert stage.choose(2) == COLOUR
    assert eventually(lambda: stage.typed) == "2"
    (entry,) = stage.kept()
    assert entry.text == "Answered 2 Green\n> ☐ Colour\n> Which colour?"
    assert entry.sender_id == stage.team.director.agent_id
    (delivery,) = entry.deliveries
    assert delivery.recipient_id == stage.member.agent_id
    assert (delivery.state, delivery.push_outcome, delivery.push_reason) == (
        *("completed", "delivered", "answer"),
    )
    assert stage.registry.rows(
        "SELECT type, origin_task_id, reply_to_task_id, push_next_at FROM tasks"
    ) == [("unicast", None, None, None)]


def test_who_has_answered_what_from_where_is_recorded(showing: Showing) -> None:
    stage = showing(CHOICE)
    stage.choose(2)
    [event] = history.newest(stage.registry, EventFilter(kinds=(ANSWERED,)), 9)
    (entry,) = stage.kept()
    (delivery,) = entry.deliveries
    member, director = stage.member, stage.team.director
    assert (event.session_id, event.agent_id) == (member.session_id, member.agent_id)
    assert (event.new, event.reference, event.at) == (
        *("2", delivery.task_id),
        delivery.notified_at,
    )
    detail = history.detail(event)
    assert (detail["by"], detail["by_name"]) == (director.agent_id, director.name)
    assert (detail["digit"], detail["label"]) == (2, "Green")
    assert detail["proof"] is None
    assert member.placement
    assert detail["host"] == member.placement.host


def test_words_go_to_the_answer_that_takes_them(showing: Showing) -> None:
    stage = showing(CHOICE)
    assert stage.write("only green") == COLOUR
    assert eventually(lambda: stage.typed.endswith("\r") and stage.typed) == (
        "3only green\r"
    )
    (entry,) = stage.kept()
    assert entry.text.startswith("Answered 3 Type something.: only green\n> ☐")


def test_whoever_answers_has_been_active(showing: Showing) -> None:
    stage = showing(CHOICE)
    with stage.registry.write():
        stage.registry.execute("UPDATE agents SET last_active_at = NULL")
    stage.choose(1)
    active = stage.registry.rows(
        "SELECT agent_id FROM agents WHERE last_active_at IS NOT NULL"
    )
    assert active == [(stage.team.director.agent_id,)]


def test_an_answer_is_to_the_question_that_was_seen(showing: Showing) -> None:
    stage = showing(CHOICE)
    stale = COLOUR._replace(asked="Which shape?")
    for answer in (partial(stage.choose, 1), partial(stage.write, "x")):
        with pytest.raises(Refused) as refused:
            answer(seen=stale)
        assert refused.value.message == (
            "another question is on the screen by now; nothing was typed."
        )
    assert (stage.typed, stage.kept()) == ("", [])
    assert stage.choose(1, COLOUR) == COLOUR


def test_a_digit_that_is_not_offered_is_refused(showing: Showing) -> None:
    stage = showing(CHOICE)
    with pytest.raises(Refused) as refused:
        stage.choose(5)
    assert refused.value.message == (
        "5 is not among the answers:"
        " 1 Red, 2 Green, 3 Type something., 4 Chat about this."
    )
    assert (stage.typed, stage.kept()) == ("", [])


PLAIN = "the text may not contain line breaks."
EMPTY = "the text is empty."
SHELL = (
    "free text may not start with '!', which runs a shell command;"
    " use 'cafleet member exec'."
)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        *(("", EMPTY), (" \t", EMPTY), ("\x1b\x03", EMPTY)),
        *(("a\nb", PLAIN), ("a\n", PLAIN), ("a\r", PLAIN), ("a\u2028b", PLAIN)),
        *(("!ls", SHELL), (" !ls", SHELL), ("\x1b!ls", SHELL)),
    ],
)
def test_words_that_are_no_answer_are_refused(
    showing: Showing, words: str, why: str
) -> None:
    stage = showing(CHOICE)
    with pytest.raises(InvalidInput) as refused:
        stage.write(words)
    assert refused.value.message == why
    assert (stage.typed, stage.kept()) == ("", [])


@pytest.mark.parametrize(
    ("screen", "why"),
    [
        (AT_REST, "no question is on the screen of member {}."),
        (
            WITHOUT_NUMBERS,
            "the prompt on the screen has no numbered answers; answer it in the pane.",
        ),
        (WITHOUT_WORDS, "none of the answers on the screen takes free text."),
    ],
)
def test_what_cannot_be_answered_in_words_is_refused(
    showing: Showing, screen: str, why: str
) -> None:
    stage = showing(screen)
    with pytest.raises(Refused) as refused:
        stage.write("yes")
    assert refused.value.message == why.format(stage.member.agent_id)
    assert (stage.typed, stage.kept()) == ("", [])


def test_an_answer_that_is_not_typed_is_kept_as_failed(showing: Showing) -> None:
    stage = showing(CHOICE)
    stage.terminal.tmux("copy-mode", "-t", stage.pane)
    for answer, what in (
        (partial(stage.choose, 1), "the choice"),
        (partial(stage.write, "x"), "the answer"),
    ):
        with pytest.raises(SendFailed) as failed:
            answer()
        assert failed.value.message == (
            f"send failed: {what} was not typed into pane {stage.pane}:"
            " held (copy_mode)."
        )
    assert stage.typed == ""
    for entry in stage.kept():
        (delivery,) = entry.deliveries
        assert (delivery.state, delivery.push_outcome, delivery.push_reason) == (
            *("failed", "none", "answer"),
        )
        assert delivery.notified_at is None


def test_an_agent_that_is_not_known_is_answered_all_the_same(showing: Showing) -> None:
    stage = showing(CHOICE, "unknown")
    assert stage.choose(2) == COLOUR
    assert eventually(lambda: stage.typed) == "2"


def test_an_agent_of_which_the_title_tells_too_asks_nothing_at_rest(
    showing: Showing,
) -> None:
    stage = showing("codex/0.169.0/idle-finished-turn", "codex")
    with pytest.raises(Refused, match="no question is on the screen of member"):
        stage.choose(1)


REVIEW = (
    "Hooks need review\n\n› 1. Review\n  2. Trust all\n\n  enter confirm · esc skip"
)


def test_enter_follows_a_digit_that_only_marks_an_answer(showing: Showing) -> None:
    stage = showing("codex/0.169.0/waiting-update-question", "codex")
    stage.terminal.draw(stage.pane, REVIEW)
    stage.choose(2)
    eventually(lambda: stage.typed.endswith("\r"))
    assert stage.typed == "2\r"


@pytest.mark.parametrize("words", [None, "yes"])
def test_a_question_that_changes_after_the_look_is_not_answered(
    showing: Showing, monkeypatch: pytest.MonkeyPatch, words: str | None
) -> None:
    stage = showing(CHOICE)
    other = "\n  Delete everything?\n❯ 1. Yes\n  2. No\n  3. Type something else\n\n"
    other += "Enter to select · Esc to cancel"
    meanwhile(monkeypatch, lambda: stage.terminal.draw(stage.pane, other))
    with pytest.raises(Refused, match="another question is on the screen by now"):
        stage.choose(1) if words is None else stage.write(words)
    assert stage.typed == ""
    (entry,) = stage.kept()
    assert entry.deliveries[0].state == "failed"
