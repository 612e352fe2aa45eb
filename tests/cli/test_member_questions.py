"""`member questions`, and answers that are to one question alone."""

from __future__ import annotations

from tests.cli.desk import Desk
from tests.cli.pretender import ASKING, PROMPTED, TRUST, Pretender, creating
from tests.terminal import Ran, eventually


class Asked:
    """A member that the pretender plays, and the commands of its Director."""

    def __init__(self, desk: Desk, agent: Pretender, screen: str) -> None:
        self._desk, self._agent = desk, agent.plays(screen)
        self._known = agent.configured(PROMPTED)
        assert desk(*creating("worker", agent.name), **self._known).code == 0

    def __call__(self, *words: str) -> Ran:
        return self._desk("member", *words, **self._known)

    @property
    def keys(self) -> str:
        return self._agent.keys


def test_who_asks_is_listed_with_the_answers(desk: Desk, pretender: Pretender) -> None:
    asked = Asked(desk, pretender, ASKING)
    (document,) = asked("questions", "--json").document
    assert (document["name"], document["asked"]) == ("worker", "Apply the patch?")
    assert document["options"][1] == {
        "digit": 2,
        "label": "Only the first hunk",
        "free_text": False,
    }
    assert asked("questions").out.splitlines() == [
        f"worker {document['agent_id'][:8]} question {document['question']}",
        "  Apply the patch?",
        "  1 Yes",
        "  2 Only the first hunk",
        "  3 Type something else (takes words)",
    ]


def test_nobody_asks(desk: Desk) -> None:
    assert desk("member", "questions").out == "Nobody asks anything.\n"
    assert desk("member", "questions", "--json").document == []


def test_one_that_can_be_answered_in_its_pane_alone_is_listed_too(
    desk: Desk, pretender: Pretender
) -> None:
    asked = Asked(desk, pretender, TRUST)
    (document,) = asked("questions", "--json").document
    assert (document["question"], document["options"]) == (None, [])
    assert "has to be answered in its pane" in asked("questions").out


def test_an_answer_is_to_the_question_that_is_named(
    desk: Desk, pretender: Pretender
) -> None:
    asked = Asked(desk, pretender, ASKING)
    (document,) = asked("questions", "--json").document
    choice = ("send-input", "--member-id", "worker", "--choice", "2", "--question")
    refused = asked(*choice, "0" * 32)
    assert refused.code == 1
    assert refused.err.startswith("Error: another question is on the screen by now")
    assert asked.keys == ""
    assert asked(*choice, document["question"]).code == 0
    assert eventually(lambda: asked.keys) == "2"


def test_the_human_sees_everybody_s(desk: Desk, pretender: Pretender) -> None:
    asked = Asked(desk, pretender, ASKING)
    human = desk.team.administrator.agent_id
    (document,) = asked("questions", "--json", "--agent-id", human).document
    assert document["name"] == "worker"
