"""The id of a question, by which that one alone is answered."""

from __future__ import annotations

from cafleet_core.broker.team import answer
from cafleet_core.errors import Refused
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.readings import Question
    from cafleet_core.records import Agent

ANOTHER = "another question is on the screen by now; nothing was typed."

_ID_LENGTH = 32


def question_id(question: Question) -> str:
    """The id of a question: a digest of its words, its options and the lines around it."""
    from hashlib import sha256

    return sha256(repr(tuple(question)).encode("utf-8", "replace")).hexdigest()[
        :_ID_LENGTH
    ]


def expect(member: Agent, wanted: str) -> Question:
    """The question that a member asks, which must be the one with this id.

    Raises Refused for another one, or for none.
    """
    asked, _ = answer.question_of(member, None)
    if question_id(asked) != wanted:
        raise Refused(ANOTHER)
    return asked
