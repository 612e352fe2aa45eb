"""Other keys for actions: they work, and what cannot be is refused before the room opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.settings import Settings
from cafleet_core.errors import InvalidSetting
from cafleet_tui.app import CafleetApp
from cafleet_tui.appearance import check_settings
from cafleet_tui.appearance.themes import LIGHT
from cafleet_tui.keys import earlier_ids, keymap
from cafleet_tui.keys.actions import ACTIONS
from cafleet_tui.screenshot import settle
from cafleet_tui.widgets.member_list import MemberList
from tests.team import a_team
from tests.tui.rooms import source_of


async def test_a_remapped_key_works_and_the_old_one_does_not(
    registry: Registry, registry_path: Path
) -> None:
    team = a_team(registry, "alice")
    settings = Settings(str(registry_path), keys={"room.members": "f8"})
    app = CafleetApp(source_of(registry_path), settings, team.session)
    async with app.run_test() as pilot:
        await settle(app, pilot)
        await pilot.press("f2")
        assert not isinstance(app.focused, MemberList)
        await pilot.press("f8")
        assert isinstance(app.focused, MemberList)


@pytest.mark.parametrize(
    ("earlier", "present"),
    [
        ("letters.compose", "plain_keys.compose"),
        ("members.hire", "members.create"),
        ("hire.start", "new_member.start"),
        ("found.cancel", "new_session.cancel"),
        ("reading.copy", "text.copy"),
        ("room.members", "room.members"),
    ],
)
def test_an_action_is_known_by_the_name_that_it_had(earlier: str, present: str) -> None:
    assert present in {action.id for action in ACTIONS}
    wanted = {earlier: "ctrl+l"}
    check_settings.check(Settings("/nowhere", keys=wanted))
    assert CafleetApp(
        source_of(Path("/nowhere")), Settings("/nowhere", keys=wanted), None
    ).keymap == {present: "ctrl+l"}


def test_the_present_name_of_an_action_goes_before_the_one_that_it_had() -> None:
    both = {"members.create": "ctrl+l", "members.hire": "ctrl+k"}
    assert earlier_ids.presently(both) == {"members.create": "ctrl+l"}


def test_a_fault_names_what_stands_in_the_settings() -> None:
    [(name, why)] = keymap.faults({"letters.compose": "q"})
    assert name == "tui.keys.letters.compose"
    assert why == "q is both plain_keys.questions and plain_keys.compose"


async def test_the_theme_is_a_setting(registry: Registry, registry_path: Path) -> None:
    settings = Settings(str(registry_path), theme=LIGHT.name)
    app = CafleetApp(source_of(registry_path), settings, None)
    async with app.run_test():
        assert app.theme == LIGHT.name


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"room.member": "f8"}, "did you mean room.members?"),
        ({"nonsense": "f8"}, "no such action."),
        ({"timeline.next": "k"}, "k is both timeline.next and timeline.previous"),
    ],
)
def test_what_cannot_be_is_refused_by_name(keys: dict[str, str], why: str) -> None:
    with pytest.raises(InvalidSetting) as refused:
        check_settings.check(Settings("/nowhere", keys=keys))
    assert why in refused.value.message


def test_the_document_lists_every_action() -> None:
    words = keymap.document()
    assert all(f"`{action.id}`" in words for action in ACTIONS)
    assert keymap.DOCUMENT.read_text("utf-8") == words, "run 'make docs'"
