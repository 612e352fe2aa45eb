"""The choice of a stand-in's actions, without a terminal."""

from __future__ import annotations

import json

import pytest

from cafleet_core.demo import conversation
from cafleet_core.demo.actions import (
    Action,
    Ask,
    Command,
    Leave,
    Poll,
    Say,
    Shell,
    ack,
    broadcast,
    send,
    shown,
)
from cafleet_core.demo.conversation import Message
from cafleet_core.demo.turns import Profile, answer, decide, messages_in
from cafleet_core.push import preview
from tests.builders import SESSION, an_id, at

DRAFTER = Profile("drafter", "demo")
ACKING = Profile("drafter", "ack")
QUIET = Profile("drafter", "quiet")
DIRECTOR = Profile("Director", "demo")

ANNOUNCEMENT = f"[cafleet msg {an_id('task')} from {an_id('Director')} {at()}]\nBegin."


def a_message(sender: str, text: str = "Begin.") -> Message:
    """A polled message from an agent of this name."""
    return Message(an_id(f"task of {sender}"), an_id(sender), sender, text)


def sends(actions: list[Action]) -> list[tuple[str, ...]]:
    """The arguments of the commands among `actions`, except acks."""
    commands = [action for action in actions if isinstance(action, Command)]
    return [command.arguments for command in commands if command.arguments[1] != "ack"]


@pytest.mark.parametrize(
    ("turn", "actions"),
    [
        (ANNOUNCEMENT, [Poll()]),
        ("/exit", [Leave()]),
        ("! ls -l", [Shell("ls -l")]),
        (
            "[cafleet msg 1 from 2 3] and more",
            [Say(conversation.small_talk("drafter"))],
        ),
        ("How are you?", [Say(conversation.small_talk("drafter"))]),
        ("Start phase one.", [Say(conversation.small_talk("drafter"))]),
    ],
)
def test_a_turn_is_recognised_by_its_form(turn: str, actions: list[Action]) -> None:
    assert decide(turn, DRAFTER) == actions


def test_a_ping_runs_the_command_that_it_types() -> None:
    ping = preview.poll_command(SESSION, an_id("drafter"))
    assert decide(ping, DRAFTER) == [
        Poll(
            ("--session-id", SESSION, "message", "poll", "--agent-id", an_id("drafter"))
        )
    ]


@pytest.mark.parametrize("turn", [ANNOUNCEMENT, "! ls", "How are you?"])
def test_a_quiet_one_only_takes_note(turn: str) -> None:
    assert decide(turn, QUIET) == []
    assert decide("/exit", QUIET) == [Leave()]


def test_an_acking_one_acks_whatever_it_polls() -> None:
    messages = [a_message("Director"), a_message("tester", "Why?")]
    assert answer(messages, ACKING, frozenset()) == [
        ack(messages[0].task_id, messages[1].task_id)
    ]


def test_the_director_begins_at_its_first_turn() -> None:
    assert decide(conversation.FIRST_TURN, DIRECTOR) == [
        broadcast(conversation.BROADCAST)
    ]


def test_a_member_acks_and_reports_to_the_director() -> None:
    message = a_message("Director", conversation.BROADCAST)
    actions = answer([message], DRAFTER, frozenset())
    report = send(
        message.sender_id, conversation.PLANS["drafter"].report, message.task_id
    )
    assert actions.index(ack(message.task_id)) < actions.index(report)


def test_the_tester_keeps_its_ack_waiting() -> None:
    plans = conversation.PLANS
    assert plans["tester"].seconds_to_ack > plans["drafter"].seconds_to_ack + 3


def test_the_reviewer_ends_with_a_question_on_its_screen() -> None:
    actions = answer([a_message("Director")], Profile("reviewer", "demo"), frozenset())
    question = actions[-1]
    assert isinstance(question, Ask)
    assert len(question.options) == len(question.then)


def test_the_director_sums_up_when_the_last_one_reports() -> None:
    early = answer([a_message("tester")], DIRECTOR, frozenset({"drafter"}))
    last = answer([a_message("tester")], DIRECTOR, frozenset({"drafter", "reviewer"}))
    again = answer([a_message("tester")], DIRECTOR, frozenset(conversation.PLANS))
    assert [len(sends(actions)) for actions in (early, last, again)] == [0, 1, 0]


@pytest.mark.parametrize("name", ["Director", *conversation.PLANS, "somebody"])
@pytest.mark.parametrize("text", ["How far are you?", "Thanks!", "Use short lines."])
def test_the_human_is_always_answered_once(name: str, text: str) -> None:
    asked = a_message("Administrator", text)
    actions = answer([asked], Profile(name, "demo"), frozenset())
    assert ack(asked.task_id) in actions
    [reply] = sends(actions)
    assert reply[:4] == ("message", "send", "--to", asked.sender_id)
    assert reply[-2:] == ("--reply-to", asked.task_id)


@pytest.mark.parametrize("name", [*conversation.PLANS, "somebody"])
def test_peers_are_not_answered_so_that_talk_ends(name: str) -> None:
    heard = a_message("another", "What do you think?")
    actions = answer([heard], Profile(name, "demo"), frozenset())
    assert ack(heard.task_id) in actions
    assert sends(actions) == []


def test_an_empty_inbox_is_said_to_be_empty() -> None:
    assert answer([], DRAFTER, frozenset()) == [Say("Nothing new.")]


def test_messages_are_found_in_what_a_poll_prints() -> None:
    message = a_message("Director", "Zeile\nzwei")
    envelope = {
        "id": message.task_id,
        "from": message.sender_id,
        "from_name": message.sender,
        "to": an_id("drafter"),
        "text": message.text,
    }
    assert messages_in(json.dumps([envelope])) == [message]


@pytest.mark.parametrize("printed", ["", "[]", "No messages found.", '["4f2a"]'])
def test_what_is_no_message_is_left_out(printed: str) -> None:
    assert messages_in(printed) == []


def test_a_command_is_shown_short_and_unambiguous() -> None:
    command = send(an_id("Director"), "Draft ready.", an_id("task"))
    assert shown(command.arguments) == (
        f'cafleet message send --to {an_id("Director")[:8]} --text "Draft ready."'
        f" --reply-to {an_id('task')[:8]}"
    )
