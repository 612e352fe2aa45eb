"""The tour of the control room: what each step tells, and what the human does to end it."""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple


class Milestone(Enum):
    """What a human reaches on the tour, at whichever step."""

    MEMBERS = auto()
    SELECTED = auto()
    SCREEN = auto()
    SENT = auto()
    HEARD = auto()
    INBOX = auto()
    ANSWERED = auto()
    SEARCHED = auto()


class Step(NamedTuple):
    """What is told until a milestone is reached; the last step has none.

    An action's id in braces stands for its keys.
    """

    ends_with: Milestone | None
    words: str


STEPS = (
    Step(
        Milestone.MEMBERS,
        "A Director and three members are at work. They are stand-ins, but really poll, ack"
        " and answer. {room.members} goes to the members: who needs you comes first.",
    ),
    Step(
        Milestone.SELECTED,
        "{members.down} and {members.up} select a member: its screen, live, and what can be"
        " done to it stand beside.",
    ),
    Step(
        Milestone.SCREEN,
        "{room.screen} shows that screen over the whole room, and hides it again.",
    ),
    Step(
        Milestone.SENT,
        "{plain_keys.leave} leads back to the composer, out of whatever is open. Write there:"
        " @drafter How is it going?  {composer.send} sends it.",
    ),
    Step(
        Milestone.HEARD,
        "It is stored first, then typed into that member's pane, polled and acked: the sign at"
        " the right of it tells, ◌ • ○ ✓. An answer is on its way.",
    ),
    Step(
        Milestone.INBOX,
        "That was for you. {room.inbox} shows all that is: {inbox.ack} acks a message and goes"
        " to the next, {inbox.close} goes back.",
    ),
    Step(
        Milestone.ANSWERED,
        "reviewer asks before it goes on, in its own pane. {room.questions} shows who waits:"
        " press the digit of an answer. It is typed only if that question still stands there.",
    ),
    Step(
        Milestone.SEARCHED,
        "{queue.close} closes what is open. {room.search} finds what was said, as you type:"
        " from:tester, is:unacked, or words of it; {search.cancel} goes back to all.",
    ),
    Step(
        None,
        "{app.help} has every key and sign, {app.palette} finds an action by its name,"
        " {app.quit} leaves. A team of your own begins with: cafleet up",
    ),
)


class Tour:
    """Which step a human is at; a milestone reached early lets its step out later."""

    def __init__(self) -> None:
        self.at = 0
        self._reached: set[Milestone | None] = set()

    @property
    def step(self) -> Step:
        """The step that is told now."""
        return STEPS[self.at]

    @property
    def is_last(self) -> bool:
        """Whether nothing comes after this step."""
        return self.at == len(STEPS) - 1

    def reach(self, milestone: Milestone) -> bool:
        """Note a milestone; whether another step is told now."""
        self._reached.add(milestone)
        return self._go_on()

    def skip(self) -> None:
        """Go to the next step that is not done; the last one stays."""
        self._reached.add(self.step.ends_with)
        self._go_on()

    def _go_on(self) -> bool:
        before = self.at
        while not self.is_last and self.step.ends_with in self._reached:
            self.at += 1
        return self.at != before
