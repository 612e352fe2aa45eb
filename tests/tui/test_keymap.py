"""Other keys for actions: they work, and what cannot be is left out and said."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.settings import Settings
from cafleet_tui.app import CafleetApp
from cafleet_tui.appearance import check_settings
from cafleet_tui.appearance.themes import LIGHT
from cafleet_tui.cli import make_app
from cafleet_tui.keys import earlier_ids, keymap
from cafleet_tui.keys.actions import ACTIONS
from cafleet_tui.render import keys_document
from cafleet_tui.screenshot import settle
from cafleet_tui.widgets.member_list import MemberList
from tests.team import a_team
from tests.tui.rooms import picture, source_of, until


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
    assert check_settings.usable(Settings("/nowhere", keys=wanted))[1] == ()
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
async def test_what_cannot_be_is_left_out_and_said(
    registry: Registry, registry_path: Path, keys: dict[str, str], why: str
) -> None:
    team = a_team(registry)
    good = {"app.theme": "f7"}
    settings = Settings(str(registry_path), keys={**good, **keys}, theme="nosuch")
    app = make_app(settings, team.session)
    assert app.keymap == good
    assert any(why in fault for fault in app.setting_faults)
    async with app.run_test(size=(160, 50)) as pilot:
        await until(pilot, lambda: "there is no theme 'nosuch'" in picture(pilot))
        assert "and 1 more: cafleet config check" in picture(pilot)


@given(
    keys=st.dictionaries(
        st.sampled_from([action.id for action in ACTIONS] + ["nonsense"]),
        st.sampled_from(
            ["k", "f8", "enter", "space", "ctrl+q", "", ",", "x,y", "\x1b"]
        ),
        max_size=6,
    )
)
def test_any_keys_leave_those_that_can_be(keys: dict[str, str]) -> None:
    settings, said = check_settings.usable(Settings("/nowhere", keys=keys))
    assert not [*check_settings.faults(settings)]
    assert bool(said) == (settings.keys != keys)


def test_the_document_lists_every_action() -> None:
    words = keys_document.document()
    assert all(f"`{action.id}`" in words for action in ACTIONS)
    assert keys_document.DOCUMENT.read_text("utf-8") == words, "run 'make docs'"
