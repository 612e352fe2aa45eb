"""A question that is known from the registry, as from another machine, and answered."""

from __future__ import annotations

import pytest

from cafleet_core.broker.team import elsewhere, pane_states
from cafleet_core.errors import Refused
from cafleet_core.readings import Question
from cafleet_core.states import Verb
from tests.push.stage import CHOICE, Showing, Stage, showing, tmux_server
from tests.terminal import eventually

__all__ = ["showing", "tmux_server"]


def stored(stage: Stage) -> Question:
    """The question on the screen, as little as the registry keeps of it."""
    reading = pane_states.seen([stage.member])[stage.member.agent_id]
    assert reading.question is not None
    options = [option._replace(free_text=False) for option in reading.question.options]
    return Question(reading.question.asked, tuple(options))


def answered(stage: Stage, seen: Question) -> Question:
    caller = stage.team.caller()
    asked: Question = elsewhere.do(
        *(stage.registry, caller, stage.member, Verb.ANSWER), digit=1, seen=seen
    )
    return asked


def test_its_words_and_answers_tell_that_it_is_the_same(showing: Showing) -> None:
    stage = showing(CHOICE)
    assert answered(stage, stored(stage)).context
    eventually(lambda: stage.typed)


def test_another_answer_tells_that_it_is_another(showing: Showing) -> None:
    stage = showing(CHOICE)
    seen = stored(stage)
    first = seen.options[0]._replace(label="Delete everything")
    with pytest.raises(Refused, match="another question"):
        answered(stage, seen._replace(options=(first, *seen.options[1:])))
    assert not stage.typed
