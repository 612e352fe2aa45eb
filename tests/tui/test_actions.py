"""One registry of actions: what it says is what the keys do."""

from __future__ import annotations

from collections import Counter

import pytest
from textual.binding import Binding

from cafleet_tui.actions import ACTIONS, REGIONS, bindings, in_region
from cafleet_tui.app import CafleetApp
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screens.entry_detail import EntryDetail
from cafleet_tui.screens.session_picker import SessionPicker
from cafleet_tui.widgets.draft import Draft
from cafleet_tui.widgets.member_list import MemberList
from cafleet_tui.widgets.question_queue import QuestionQueue
from cafleet_tui.widgets.screen_view import ScreenView
from cafleet_tui.widgets.timeline import Timeline

HOMES = {
    "everywhere": CafleetApp,
    "room": ControlRoom,
    "letters": ControlRoom,
    "composer": Draft,
    "members": MemberList,
    "acts": ScreenView,
    "queue": QuestionQueue,
    "detail": EntryDetail,
    "timeline": Timeline,
    "picker": SessionPicker,
}


def bound(home: type) -> dict[str, str]:
    """The actions by key that a class binds."""
    found: dict[str, str] = {}
    for binding in home.__dict__["BINDINGS"]:
        assert isinstance(binding, Binding)
        found |= dict.fromkeys(binding.key.split(","), binding.action)
    return found


@pytest.mark.parametrize("region", REGIONS)
def test_every_key_of_the_registry_is_bound_where_it_says(region: str) -> None:
    keys = bound(HOMES[region])
    for action in in_region(region):
        for key in action.keys.split(","):
            assert keys[key] == action.action


def test_ids_are_unique_and_every_action_says_what_it_does() -> None:
    assert max(Counter(action.id for action in ACTIONS).values()) == 1
    assert all(action.label and action.tooltip for action in ACTIONS)
    assert {action.region for action in ACTIONS} == set(REGIONS)


def test_no_key_means_two_things_in_one_region() -> None:
    for region in REGIONS:
        keys = [key for a in in_region(region) for key in a.keys.split(",")]
        assert len(keys) == len(set(keys))


def test_bindings_can_be_remapped_by_their_ids() -> None:
    ids = [b.id for b in bindings("members") if isinstance(b, Binding)]
    assert ids == [action.id for action in in_region("members")]
