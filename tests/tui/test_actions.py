"""One registry of actions: what it says is what the keys do, and nothing else binds a key."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

import cafleet_tui
from cafleet_core import clock
from cafleet_core.broker.registry.open import Registry
from cafleet_tui.app import CafleetApp
from cafleet_tui.dialogs.dialog import Dialog
from cafleet_tui.dialogs.paged import Paged
from cafleet_tui.keys import keymap
from cafleet_tui.keys.actions import (
    ACTIONS,
    FOOTER,
    REGIONS,
    Action,
    bindings,
    in_region,
    named,
)
from cafleet_tui.keys.cli_commands import COMMANDS
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screens.replay_room import ReplayRoom
from cafleet_tui.screens.session_picker import SessionPicker
from cafleet_tui.screens.tour_room import TourRoom
from cafleet_tui.widgets.draft import Draft
from cafleet_tui.widgets.inbox_view import InboxView
from cafleet_tui.widgets.member_list import MemberList
from cafleet_tui.widgets.question_queue import QuestionQueue
from cafleet_tui.widgets.screen_view import ScreenView
from cafleet_tui.widgets.timeline import Timeline
from tests.team import a_team
from tests.tui.rooms import a_room, source_of
from tests.tui.scripted_day import a_replay

HOMES: dict[str, type[DOMNode]] = {
    "everywhere": CafleetApp,
    "room": ControlRoom,
    "plain_keys": ControlRoom,
    "replay": ReplayRoom,
    "tour": TourRoom,
    "composer": Draft,
    "members": MemberList,
    "acts": ScreenView,
    "queue": QuestionQueue,
    "inbox": InboxView,
    "timeline": Timeline,
    "picker": SessionPicker,
    "pager": Paged,
}

UNBOUND = {"names"}
"""Their keys mean something only while a popover is open, and its owner asks for them."""


def our_classes() -> Iterator[type[DOMNode]]:
    """Every widget, screen and application of the control room."""
    for module in pkgutil.walk_packages(cafleet_tui.__path__, "cafleet_tui."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    waiting: list[type[DOMNode]] = [DOMNode]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("cafleet_tui."):
            yield kind


def homes() -> dict[str, type[DOMNode]]:
    """The class that binds the keys of each region."""
    dialogs = {
        kind.REGION: kind
        for kind in our_classes()
        if issubclass(kind, Dialog) and "REGION" in kind.__dict__
    }
    return dialogs | HOMES


def bound(home: type[DOMNode]) -> dict[str, str]:
    """The actions by key that a class binds."""
    keys: dict[str, str] = {}
    for binding in home.__dict__["BINDINGS"]:
        assert isinstance(binding, Binding)
        keys |= dict.fromkeys(binding.key.split(","), binding.action)
    return keys


@pytest.mark.parametrize("region", sorted(set(REGIONS) - UNBOUND))
def test_every_key_of_the_registry_is_bound_where_it_says(region: str) -> None:
    home = homes().get(region)
    assert home, f"{region}: no class binds this region; name it in HOMES"
    keys = bound(home)
    for action in in_region(region):
        for key in action.keys.split(","):
            assert keys.get(key) == action.action, (
                f"{action.id}: {home.__name__} does not bind {key} to it"
            )


@pytest.mark.parametrize("region", sorted(set(REGIONS) - UNBOUND))
def test_what_a_key_runs_is_a_method_that_there_is(region: str) -> None:
    home = homes()[region]
    for action in in_region(region):
        called, _, _ = action.action.partition("(")
        place, _, name = called.rpartition(".")
        owner = {"app": CafleetApp, "screen": ControlRoom}.get(place, home)
        if place == "screen" and issubclass(home, Screen):
            owner = home
        assert hasattr(owner, f"action_{name}"), (
            f"{action.id}: {owner.__name__} has no method action_{name}"
        )


def run_by_rooms(actions: Iterable[Action]) -> set[str]:
    """What these actions have a room run."""
    return {
        action.action.removeprefix("screen.run('").removesuffix("')")
        for action in actions
        if action.action.startswith("screen.run(")
    }


def but_for(*regions: str) -> Iterator[Action]:
    """The actions of all other regions."""
    return (each for each in ACTIONS if each.region not in regions)


async def test_a_replay_runs_what_every_room_does_and_its_own(
    registry: Registry, registry_path: Path
) -> None:
    session = a_team(registry).session
    async with a_replay(registry_path, session, clock.now()) as (room, _, _):
        assert set(room.controllers.runs) == run_by_rooms(but_for("tour"))


async def test_what_the_room_runs_is_what_the_registry_has_it_run(
    registry: Registry, registry_path: Path
) -> None:
    wanted = run_by_rooms(but_for("replay", "tour"))
    async with a_room(source_of(registry_path), a_team(registry).session) as (room, _):
        runs = set(room.controllers.runs)
        room.action_run("room.nowhere")
        assert "room.nowhere does nothing yet" in room.regions.outcome.render().plain
    forgotten = "has no line in Controllers.runs (screens/assembly.py)"
    assert not wanted - runs, f"{sorted(wanted - runs)}: {forgotten}"
    idle = "is run by no action: give it a row in keys/room_actions.py or member_actions.py"
    assert not runs - wanted, f"{sorted(runs - wanted)}: {idle}"


@pytest.mark.parametrize("action_id", sorted({*COMMANDS, *FOOTER}))
def test_commands_and_the_line_of_keys_name_actions_that_there_are(
    action_id: str,
) -> None:
    assert named(action_id).id == action_id


def test_an_action_without_a_row_says_where_rows_are() -> None:
    with pytest.raises(LookupError, match=r"give it a row in room_actions\.ROWS"):
        named("room.nowhere")


def test_no_class_binds_a_key_that_the_registry_does_not_know() -> None:
    binders = [kind for kind in our_classes() if "BINDINGS" in kind.__dict__]
    assert len(binders) > len(HOMES)
    for kind in binders:
        for binding in kind.__dict__["BINDINGS"]:
            assert isinstance(binding, Binding), kind
            known = named(binding.id or "")
            assert (binding.key, binding.action) == (known.keys, known.action), kind
    methods = [
        f"{kind.__name__}.{name}"
        for kind in our_classes()
        for name in kind.__dict__
        if name.startswith("key_")
    ]
    assert methods == []


def test_ids_are_unique_and_every_action_says_what_it_does() -> None:
    assert max(Counter(action.id for action in ACTIONS).values()) == 1
    assert all(action.label and action.tooltip for action in ACTIONS)
    assert {action.region for action in ACTIONS} == set(REGIONS)


def test_no_key_means_two_things_at_one_place() -> None:
    for region in REGIONS:
        keys = Counter(key for a in in_region(region) for key in a.keys.split(","))
        twice = [key for key, count in keys.items() if count > 1]
        assert not twice, f"{region}: {twice} have two actions; choose another key"
    assert list(keymap.faults({})) == [], "choose another key"


def test_bindings_can_be_remapped_by_their_ids() -> None:
    ids = [b.id for b in bindings("members") if isinstance(b, Binding)]
    assert ids == [action.id for action in in_region("members")]
