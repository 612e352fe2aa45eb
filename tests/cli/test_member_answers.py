"""Answering, prompting and reading members: nothing is typed where it would do harm."""

from __future__ import annotations

import pytest

from cafleet_core.broker.messages import pages
from cafleet_core.broker.team import answer, roster
from cafleet_core.errors import Refused
from cafleet_core.readings import Option, Question
from tests.cli.desk import Desk
from tests.cli.pretender import (
    ANSWERED,
    ASKING,
    AT_REST,
    PROMPTED,
    REVIEW,
    TRUST,
    Pretender,
    creating,
)
from tests.terminal import Ran, eventually


class Member:
    """A member that the pretender plays, and the Director's commands to it."""

    def __init__(self, desk: Desk, agent: Pretender, screen: str) -> None:
        self._desk = desk
        self._agent = agent.plays(screen)
        self._known = agent.configured(PROMPTED)
        made = desk(*creating("worker", agent.name, "--json"), **self._known)
        assert made.code == 0, made.err
        self.document = made.document

    def __call__(self, verb: str, *more: str) -> Ran:
        return self._desk("member", verb, "--member-id", "worker", *more, **self._known)

    @property
    def pane(self) -> str:
        return str(self.document["placement"]["tmux_pane_id"])


def test_a_choice_is_the_digit_alone_and_json_tells_what_was_asked(
    desk: Desk, pretender: Pretender
) -> None:
    member = Member(desk, pretender, ASKING)
    assert member.document["state"] == "waiting"
    sent = member("send-input", "--choice", "2", "--json")
    assert sent.document == {
        "member_agent_id": member.document["agent_id"],
        "pane_id": member.pane,
        "action": "choice",
        "value": "2",
        "question": "Apply the patch?",
        "options": {
            "1": "Yes",
            "2": "Only the first hunk",
            "3": "Type something else",
        },
    }
    assert eventually(lambda: pretender.keys) == "2"
    audit = member._desk("event", "list", "--kind", "answered").out
    assert audit.endswith("Only the first hunk (by Director, cli)\n")


def test_a_digit_that_only_marks_an_answer_is_followed_by_enter(
    desk: Desk, pretender: Pretender
) -> None:
    member = Member(desk, pretender, REVIEW)
    assert member("send-input", "--choice", "2").code == 0
    assert eventually(lambda: pretender.keys) == "2\r"


def test_an_answer_stands_in_the_timeline_and_is_no_mail(
    desk: Desk, pretender: Pretender
) -> None:
    member = Member(desk, pretender, ASKING)
    assert member("send-input", "--choice", "2").code == 0
    assert member("send-input", "--freetext", "use \x1b[1mmain").code == 0
    agent_id = member.document["agent_id"]
    (chosen, written) = pages.newest(desk.registry, desk.team.session.session_id)
    assert chosen.text == "Answered 2 Only the first hunk\n> Apply the patch?"
    assert written.text.startswith("Answered 3 Type something else: use ")
    for entry in (chosen, written):
        (delivery,) = entry.deliveries
        assert (entry.sender_name, delivery.recipient_name) == ("Director", "worker")
        assert (delivery.state, delivery.push_outcome, delivery.push_reason) == (
            *("completed", "delivered", "answer"),
        )
        assert delivery.notified_at
        assert delivery.acked_at is None
    assert desk("message", "poll", "--agent-id", agent_id, "--json").document == []
    (worker,) = (
        row
        for row in roster.roster(desk.registry, desk.team.session.session_id)
        if row.agent.agent_id == agent_id
    )
    assert (worker.activity.unread, worker.activity.unacked) == (0, 0)
    assert "Answered 2 Only the first hunk" in desk("message", "list").out


def test_nothing_is_kept_of_what_is_refused(desk: Desk, pretender: Pretender) -> None:
    member = Member(desk, pretender, ASKING)
    for given in (("--choice", "4"), ("--freetext", "!ls")):
        assert member("send-input", *given).code != 0
    assert pages.newest(desk.registry, desk.team.session.session_id) == []


def test_an_answer_that_could_not_be_typed_is_kept_as_failed(
    desk: Desk, pretender: Pretender
) -> None:
    member = Member(desk, pretender, ASKING)
    desk.terminal.tmux("copy-mode", "-t", member.pane)
    refused = member("send-input", "--choice", "1")
    assert (refused.code, pretender.keys) == (1, "")
    (entry,) = pages.newest(desk.registry, desk.team.session.session_id)
    assert entry.deliveries[0].state == "failed"


def test_an_answer_to_a_question_that_is_no_longer_there_is_refused(
    desk: Desk, pretender: Pretender
) -> None:
    Member(desk, pretender, ASKING)
    caller = desk.team.caller()
    worker = roster.find(desk.registry, caller, "worker")
    stale = Question("Delete everything?", (Option(1, "Yes", False),))
    with pytest.raises(Refused, match="another question is on the screen"):
        answer.choose(desk.registry, caller, worker, 1, seen=stale)
    with pytest.raises(Refused, match="another question is on the screen"):
        answer.write_answer(desk.registry, caller, worker, "yes", seen=stale)
    assert pretender.keys == ""


def test_the_administrator_answers_whoever_has_a_pane_but_dismisses_no_director(
    desk: Desk, pretender: Pretender
) -> None:
    member = Member(desk, pretender, ASKING)
    human = desk.team.administrator
    sent = member("send-input", "--choice", "1", "--agent-id", human.agent_id)
    assert sent.code == 0, sent.err
    assert eventually(lambda: pretender.keys) == "1"
    (entry,) = pages.newest(desk.registry, desk.team.session.session_id)
    assert entry.sender_name == "Administrator"
    caller = desk.team.caller("Administrator")
    director = roster.find(desk.registry, caller, "Director")
    assert director.agent_id == desk.team.director.agent_id
    refused = desk(
        *("member", "delete", "--member-id", "Director", "--force"),
        *("--agent-id", human.agent_id),
    )
    assert (refused.code, refused.out) == (1, "")
    assert "cannot deregister the root Director" in refused.err
    assert desk.pane in desk.panes()


def test_free_text_goes_to_the_answer_that_takes_it(
    desk: Desk, pretender: Pretender
) -> None:
    member = Member(desk, pretender, ASKING)
    sent = member("send-input", "--freetext", "-1; $(id)\t'x';")
    assert sent == (0, f"Sent free text to member worker ({member.pane}).\n", "")
    eventually(lambda: pretender.keys.endswith("\r"))
    assert pretender.keys == "3-1; $(id)\t'x';\r"


REFUSED = [
    (("--choice", "4"), 1, "4 is not among the answers: 1 Yes, 2 Only the first"),
    (("--choice", "0"), 2, "0 is not in the range 1<=x<=9"),
    (("--freetext", "two\nlines"), 2, "may not contain line breaks"),
    (("--freetext", "two\u2028lines"), 2, "may not contain line breaks"),
    (("--freetext", "! rm -rf x"), 2, "may not start with '!'"),
    (("--freetext", " !rm"), 2, "may not start with '!'"),
    (("--freetext", "\x1b!rm"), 2, "may not start with '!'"),
    (("--freetext", "\u200e !rm"), 2, "may not start with '!'"),
    (("--freetext", ""), 2, "the text is empty"),
    (("--freetext", "\x1b\x03"), 2, "the text is empty"),
    ((), 2, "give --choice <number>, or --freetext <text>"),
    (("--choice", "1", "--freetext", "x"), 2, "give --choice <number>"),
]


def test_what_is_no_answer_is_refused_and_nothing_is_typed(
    desk: Desk, pretender: Pretender
) -> None:
    member = Member(desk, pretender, ASKING)
    for arguments, code, why in REFUSED:
        refused = member("send-input", *arguments)
        assert (refused.code, refused.out) == (code, ""), arguments
        assert why in refused.err
    for verb in ("prompt", "exec"):
        assert member(verb, "\x1b\x03").code == 2
    for verb, *words in (["ping"], ["prompt", "go on"], ["exec", "ls"]):
        refused = member(verb, *words)
        assert (refused.code, refused.out) == (1, "")
        assert "was not typed" in refused.err
        assert refused.refusal[2].endswith("held (question).\n")
    assert pretender.keys == ""


@pytest.mark.parametrize(
    ("screen", "why"),
    [
        (AT_REST, "no question is on the screen of member"),
        (
            ANSWERED,
            "has no numbered answers",
        ),  # without a box below it, it may stand yet
        ("> 1. first do this\n> 2. then that\n" + AT_REST, "no question is on the"),
        ("> 1. first this\n> 2. then that\n✻ Thinking… (3s)", "no question is on the"),
        (TRUST, "has no numbered answers; answer it in the pane"),
    ],
)
def test_without_a_question_nothing_is_answered(
    desk: Desk, pretender: Pretender, screen: str, why: str
) -> None:
    member = Member(desk, pretender, screen)
    for given in (("--choice", "1"), ("--freetext", "yes")):
        refused = member("send-input", *given)
        assert (refused.code, refused.out) == (1, "")
        assert why in refused.err
    assert pretender.keys == ""


def test_a_command_a_prompt_and_a_ping_are_typed_as_turns(
    desk: Desk, pretender: Pretender
) -> None:
    member = Member(desk, pretender, AT_REST)
    assert member("prompt", "--", "first\nsecond", "-x;").code == 0
    assert member("ping").code == 0
    document = member("exec", "echo a;", "--json").document
    eventually(lambda: pretender.keys.count("\r") == 3)
    prompt, poll, command, _ = pretender.keys.split("\r")
    assert command.startswith("! ")
    assert command.endswith(f"{document['execution_id']}.json")
    assert prompt == "first\nsecond -x;"
    assert poll.endswith(f"message poll --agent-id {member.document['agent_id']}")
    for verb, words in (("exec", " "), ("prompt", " ")):
        assert member(verb, words).code == 2
    assert pretender.keys.count("\r") == 3


def test_a_capture_is_exactly_so_many_lines_without_an_escape(
    desk: Desk, pretender: Pretender
) -> None:
    odd = (
        "\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\ \x1b]2;title\x07\x1b(0lqk\x1b(B"
        "\x1b[31;1mred\x1b[0m \x1b[38;2;1;2;3mtrue\x1b[m 漢字"
    )
    numbered = "\n".join(f"line {number}" for number in range(200))
    member = Member(desk, pretender, f"{numbered}\n{odd}\n❯ \n\n\n")
    for wanted in (1, 3, 80, 150):
        captured = member("capture", "--lines", str(wanted)).out
        assert len(captured.splitlines()) == wanted
        assert captured.splitlines()[-1].strip() == "❯"
        assert not set(captured) & set("\x1b\x0e\x0f\x07\x9b")
    assert "link lqkred true 漢字" in captured
    assert "\x1b[" in member("capture", "--lines", "3", "--ansi").out
    document = member("capture", "--lines", "2", "--json").document
    assert (document["lines"], document["content"].count("\n")) == (2, 1)


def test_a_capture_needs_no_utf8_locale(desk: Desk, pretender: Pretender) -> None:
    Member(desk, pretender, "漢字\n❯ ")
    asked = ("member", "capture", "--member-id", "worker", "--json")
    captured = desk(*asked, LC_ALL="C", LANG="C", PYTHONUTF8="0")
    assert "漢字" in captured.document["content"]
