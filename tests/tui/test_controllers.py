"""Each controller alone, in a room without an application: what it says, opens and asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from textual.content import Content

from cafleet_core.errors import RegistryError
from cafleet_core.readings import Option, PaneReading, Question
from cafleet_core.records import Agent
from cafleet_core.requests import MemberRequest
from cafleet_core.states import AgentKind, PaneState, Verb
from cafleet_core.views import EVERYTHING, Entry, Filter
from cafleet_tui.controllers.answers import AnswersController
from cafleet_tui.controllers.composer import ComposerController
from cafleet_tui.controllers.files import FilesController
from cafleet_tui.controllers.members import MembersController
from cafleet_tui.controllers.team import TeamController
from cafleet_tui.controllers.timeline import TimelineController
from cafleet_tui.data.source import Source
from cafleet_tui.data.updates import FeedUpdate
from cafleet_tui.dialogs.entry_detail import ACK, REPLY
from cafleet_tui.dialogs.new_member import NewMember
from cafleet_tui.dialogs.prompts import AskWords, Confirm
from cafleet_tui.dialogs.questions import Questions
from cafleet_tui.keys.actions import named
from cafleet_tui.model.standing import Standing, StandingState
from cafleet_tui.operations.mail import OutgoingMessage
from cafleet_tui.operations.member_operations import READ_ONLY, Operation
from cafleet_tui.widgets.composer import Composer
from cafleet_tui.widgets.member_list import MemberList
from cafleet_tui.widgets.timeline import Timeline
from tests.builders import a_member, an_agent, an_entry
from tests.tui.fake_room import FakeRoom, Recorder, Refusing, a_room

QUESTION = Question("Apply?", (Option(1, "Yes", False), Option(2, "Else", True)))


class Operations:
    """The operations that answers are given by; `end` ends the last one."""

    selected: Standing | None = None

    def __init__(self) -> None:
        self.carried_out: list[Operation] = []
        self.asked_words: list[Operation] = []
        self._then: Callable[[Content, bool], None] | None = None

    def refusal_of(
        self, verb: str, agent: Agent, question: Question | None
    ) -> str | None:
        return None if question or verb == Verb.GO else "it asks nothing"

    def ask_words(self, operation: Operation) -> None:
        self.asked_words.append(operation)

    def carry_out(
        self, operation: Operation, then: Callable[[Content, bool], None] | None = None
    ) -> None:
        self.carried_out.append(operation)
        self._then = then

    def end(self, succeeded: bool) -> None:
        assert self._then is not None
        self._then(Content("ended"), succeeded)


def waiting(name: str = "worker", question: Question = QUESTION) -> Standing:
    reading = PaneReading(PaneState.WAITING, "screen", "asks", question=question)
    return Standing(a_member(name), StandingState.WAITING, 1.0, reading)


def test_an_answer_is_given_once_and_again_when_it_failed() -> None:
    room, operations, looks = a_room(), Operations(), Recorder()
    answers = AnswersController(room, operations, lambda: looks.look())
    answers.answer(waiting(), 1)
    answers.answer(waiting(), 1)
    assert [operation.digit for operation in operations.carried_out] == [1]
    assert room.said == ["! worker: answered already"]
    operations.end(succeeded=False)
    assert looks.calls == []
    answers.answer(waiting(), 1)
    operations.end(succeeded=True)
    assert len(operations.carried_out) == 2
    assert looks.calls == [("look", ())]


def test_a_new_question_of_a_member_is_not_the_one_just_answered() -> None:
    room, operations = a_room(), Operations()
    answers = AnswersController(room, operations, lambda: None)
    answers.answer(waiting(), 1)
    answers.answer(waiting(question=QUESTION._replace(asked="Delete?")), 1)
    assert len(operations.carried_out) == 2
    assert room.said == []


def test_an_answer_in_words_is_asked_for_and_a_missing_one_is_told() -> None:
    room, operations = a_room(), Operations()
    answers = AnswersController(room, operations, lambda: None)
    answers.answer(waiting(), None)
    answers.answer(waiting(), 2)
    assert [each.verb for each in operations.asked_words] == [Verb.WRITE, Verb.WRITE]
    answers.answer(waiting(), 7)
    assert room.said == ["! 7 is not among the answers"]


def test_the_queue_opens_once() -> None:
    room = a_room()
    answers = AnswersController(room, Operations(), lambda: None)
    answers.open_queue()
    answers.open_queue()
    assert [type(dialog) for dialog in room.opened] == [Questions]


def a_members_controller(
    room: FakeRoom, standing: Standing | None, answered: list[Operation]
) -> MembersController:
    members = cast(MemberList, Recorder(highlighted=standing))
    screen, panel = cast(Any, Recorder()), cast(Any, Recorder())
    return MembersController(
        *(room, members, screen, panel, lambda _: False, answered.append),
        lambda *_: None,
    )


@pytest.mark.parametrize(
    ("verb", "doing"), [(Verb.DELETE, "Deleting"), (Verb.INTERRUPT, "Interrupting")]
)
def test_ending_what_runs_is_confirmed_first_and_a_failure_has_its_cli_equivalent(
    verb: Verb, doing: str
) -> None:
    room = a_room()
    members = a_members_controller(
        room, Standing(a_member(), StandingState.IDLE, 1), []
    )
    members.operate(verb)
    assert isinstance(room.opened[-1], Confirm)
    room.close(False)
    assert room.said == []
    members.operate(verb)
    room.close(True)
    assert room.said[0] == f"{doing} drafter …"
    assert "not today." in room.said[1]
    assert "cafleet --session-id" in room.said[1]


def test_words_for_a_question_are_an_answer() -> None:
    room, answered = a_room(), list[Operation]()
    members = a_members_controller(room, waiting(), answered)
    members.operate(Verb.WRITE)
    assert isinstance(room.opened[-1], AskWords)
    room.close("only the tests")
    members.operate(Verb.WRITE)
    room.close("")
    assert [(each.verb, each.words, each.digit) for each in answered] == [
        (Verb.WRITE, "only the tests", 0),
        (Verb.ANSWER, "", 2),
    ]


@pytest.mark.parametrize(
    ("standing", "action_id", "why"),
    [
        (None, "acts.ping", "nobody is selected"),
        (waiting(), "acts.ping", "it waits for an answer"),
        (waiting(), "acts.answer1", None),
        (
            Standing(a_member(kind=AgentKind.ADMINISTRATOR), StandingState.YOU, None),
            "members.mention",
            "that is you",
        ),
    ],
)
def test_what_cannot_be_done_to_a_member_says_why(
    standing: Standing | None, action_id: str, why: str | None
) -> None:
    members = a_members_controller(a_room(), standing, [])
    assert members.refusal(named(action_id)) == why


def test_a_member_that_could_not_be_created_is_still_filled_in() -> None:
    room = a_room()
    team = TeamController(room, lambda: None)
    team.ask_for_member()
    room.close(MemberRequest("scout", "Looks ahead", "claude"))
    assert [words.split(" ")[0] for words in room.said] == ["Starting", "!"]
    team.ask_for_member()
    form = room.opened[-1]
    assert isinstance(form, NewMember)
    assert form._values["name"] == "scout"


def a_timeline_controller(
    room: FakeRoom, timeline: Recorder, wanted: list[Filter], replies: list[Entry]
) -> TimelineController:
    widget = cast(Timeline, timeline)
    files = FilesController(room, ())
    return TimelineController(room, widget, wanted.append, replies.append, files)


def test_a_filter_is_asked_of_the_feed_and_left_again() -> None:
    room, wanted = a_room(), list[Filter]()
    facts = {"reading": 7, "following": True, "unseen": 0}
    timeline = a_timeline_controller(room, Recorder(**facts), wanted, [])
    assert not timeline.leave_filter()
    timeline.filter_by("a1")
    timeline.show(FeedUpdate(room.state.session, (), (), True, wanted[-1]))
    assert timeline.wanted == Filter(party="a1")
    assert timeline.leave_filter()
    assert wanted == [Filter(party="a1"), EVERYTHING]


def test_what_is_wanted_of_an_open_message_is_done() -> None:
    room, replies, entry = a_room(), list[Entry](), an_entry()
    timeline = a_timeline_controller(room, Recorder(selected=entry), [], replies)
    timeline.open_entry(entry)
    room.close(REPLY)
    assert replies == [entry]
    timeline.open_entry(entry)
    room.close(ACK)
    assert room.said == ["! Not acked: not today."]
    assert timeline.refusal(named("timeline.ack")) == "it was not sent to you"


def test_what_could_not_be_sent_goes_back_to_the_composer() -> None:
    room, widget = a_room(), Recorder(refusal=None)
    composer = ComposerController(room, cast(Composer, widget), None)
    human = an_agent("Administrator", AgentKind.ADMINISTRATOR)
    composer.send(OutgoingMessage(human, (an_agent(),), False, "hello"))
    assert widget.calls == [("failed", ())]
    assert room.said == ["! Not sent, the draft is kept: not today."]


def test_agents_are_told_to_the_composer_when_they_are_others() -> None:
    room, widget = a_room(), Recorder()
    composer = ComposerController(room, cast(Composer, widget), None)
    room.state.members = (a_member(),)
    assert composer.learn_agents()
    acted = an_agent(last_active_at="2026-11-20T12:00:00+00:00")
    room.state.members = (a_member(agent=acted),)
    assert not composer.learn_agents()
    room.state.members = (a_member(), a_member("reviewer"))
    assert composer.learn_agents()
    assert [name for name, _ in widget.calls] == ["know", "know"]


def test_a_read_only_room_refuses_what_stores() -> None:
    room = a_room(read_only=True)
    composer = ComposerController(room, cast(Composer, Recorder(refusal=None)), None)
    team = TeamController(room, lambda: None)
    assert composer.refusal(named("composer.send")) == READ_ONLY
    assert team.refusal(named("members.create")) == READ_ONLY
    assert team.refusal(named("members.detail")) is None


def test_an_error_of_the_registry_while_recalling_says_nothing() -> None:
    class Silent(Refusing):
        def written(self, *_arguments: object) -> None:
            raise RegistryError("The registry is locked.")

    room, widget = FakeRoom(cast(Source, Silent())), Recorder()
    ComposerController(room, cast(Composer, widget), None).start()
    assert (room.said, widget.calls) == ([], [])
