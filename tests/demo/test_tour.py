"""The tour: it leads through the room by what the human does there, in whichever order."""

from __future__ import annotations

import pytest

from cafleet_tui.keys import actions
from cafleet_tui.model.tour import STEPS, Milestone, Tour
from cafleet_tui.render import tour as render
from tests.terminal import Terminal, command_line, eventually

PATIENCE = 60

COMPOSING = "⏎ send "
"""What the line of keys begins with where one writes."""


def test_a_step_ends_when_it_is_done_and_not_otherwise() -> None:
    tour = Tour()
    assert not tour.reach(Milestone.SCREEN)
    assert tour.reach(Milestone.MEMBERS)
    assert tour.step.ends_with is Milestone.SELECTED
    assert not tour.reach(Milestone.MEMBERS)


def test_what_was_done_early_is_not_asked_for_again() -> None:
    tour = Tour()
    for milestone in (Milestone.SELECTED, Milestone.SCREEN, Milestone.MEMBERS):
        tour.reach(milestone)
    assert tour.step.ends_with is Milestone.SENT


def test_it_can_be_skipped_to_its_end_and_no_further() -> None:
    tour = Tour()
    for _ in range(20):
        tour.skip()
    assert tour.is_last
    assert tour.step.ends_with is None


def test_every_milestone_has_its_step_and_every_key_that_is_named_its_action() -> None:
    assert {step.ends_with for step in STEPS} == {*Milestone, None}
    tour = Tour()
    for _ in STEPS:
        assert render.words(tour, lambda each: actions.named(each).keys)
        tour.skip()


def test_the_human_s_own_keys_are_told() -> None:
    assert (
        "ctrl+l goes to the members" in render.words(Tour(), lambda _: "ctrl+l").plain
    )


class Walk:
    """A human on the tour, in a terminal of their own."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        terminal.tmux("resize-window", "-t", terminal.first, "-x", "150", "-y", "50")
        terminal.pane(command_line("tour"))
        self._pane = eventually(self._room, PATIENCE)

    def _room(self) -> str:
        """The pane of the room, which changes its title itself later."""
        columns = "#{pane_id}\t#{pane_title}"
        listed = self._terminal.tmux("list-panes", "-a", "-F", columns)
        panes = dict(line.split("\t")[::-1] for line in listed.splitlines())
        return panes.get("control room", "")

    def press(self, *keys: str) -> None:
        """Press keys, by tmux's names for them."""
        self._terminal.keys(self._pane, *keys)

    def sees(self, words: str) -> None:
        """Wait until the room shows these words."""
        eventually(lambda: words in self._terminal.screen(self._pane), PATIENCE)

    def sees_no_more(self, words: str) -> None:
        """Wait until the room shows them no more."""
        eventually(lambda: words not in self._terminal.screen(self._pane), PATIENCE)

    def is_at(self, step: int) -> None:
        """Wait until the tour tells this step."""
        self.sees(f"Tour · {step} of {len(STEPS)}")


@pytest.mark.timeout(240)
def test_all_of_it_is_walked_in_a_real_terminal(terminal: Terminal) -> None:
    walk = Walk(terminal)
    for step, key in enumerate(("F2", "Down", "F3"), start=1):
        walk.is_at(step)
        walk.press(key)
    walk.is_at(4)
    walk.press("Escape")
    walk.sees("Timeline")
    walk.press("Escape")
    walk.sees(COMPOSING)
    walk.press("-l", "@drafter How is it going?")
    walk.sees("is it going?")
    walk.press("Enter")
    walk.is_at(6)
    walk.press("F6")
    walk.sees("The draft is done")
    walk.press("Escape")
    walk.is_at(7)
    answer_the_reviewer(walk)
    walk.is_at(8)
    walk.press("F5")
    walk.is_at(9)
    walk.press("Escape")
    walk.sees(COMPOSING)
    walk.press("F7")
    walk.sees_no_more("Tour ·")


def answer_the_reviewer(walk: Walk) -> None:
    walk.sees("reviewer needs you")
    walk.press("F4")
    walk.sees("Who needs you")
    walk.press("2")
    walk.sees("reviewer: answered")
    walk.press("Escape")
    walk.sees_no_more("Who needs you")
