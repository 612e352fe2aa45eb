"""Keys as vim and Emacs have them: no key with two meanings, and the human's own count first."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.keys import FileSettings
from cafleet_core.config.settings import Settings
from cafleet_tui.appearance import check_settings
from cafleet_tui.cli import make_app
from cafleet_tui.dialogs.command_line import CommandLine
from cafleet_tui.dialogs.help import Help
from cafleet_tui.keys import keymap, presets
from cafleet_tui.keys.actions import ACTIONS
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screenshot import settle
from tests.team import a_team
from tests.tui.rooms import picture, until

NAMES = sorted(presets.PRESETS)


def test_the_setting_knows_them_all() -> None:
    assert sorted(FileSettings.preset.choices) == NAMES
    assert presets.PRESETS[FileSettings.preset.default] == {}


@pytest.mark.parametrize("name", NAMES)
def test_no_key_has_two_meanings_and_every_action_is_one(name: str) -> None:
    assert list(keymap.faults({}, name)) == []
    assert set(presets.PRESETS[name]) <= {action.id for action in ACTIONS}


def test_the_human_s_own_key_counts_and_is_the_one_at_fault() -> None:
    assert presets.keymap("vim", {"letters.compose": "c"})["plain_keys.compose"] == "c"
    own = {"plain_keys.members": "i"}
    settings = Settings("/nowhere", preset="vim", keys=own)
    [(name, why)] = check_settings.faults(settings)
    assert name == "tui.keys.plain_keys.members"
    assert "i is both " in why


def test_what_leaves_never_takes_anything_back() -> None:
    emacs = presets.PRESETS["emacs"]
    assert "detail.cancel" not in emacs
    assert emacs["detail.close"].endswith(",ctrl+g")


async def test_vim_writes_by_i_and_emacs_leaves_by_ctrl_g(
    registry: Registry, registry_path: Path
) -> None:
    team = a_team(registry, "drafter")
    vim = make_app(Settings(str(registry_path), preset="vim"), team.session)
    async with vim.run_test(size=(120, 36)) as pilot:
        await settle(vim, pilot)
        room = vim.screen
        assert isinstance(room, ControlRoom)
        await pilot.press("f2", "i")
        await until(pilot, lambda: room.regions.composer.draft.has_focus)
        await pilot.press(*"hello")
        await until(pilot, lambda: "hello" in picture(pilot))
    emacs = make_app(Settings(str(registry_path), preset="emacs"), team.session)
    async with emacs.run_test(size=(120, 36)) as pilot:
        await settle(emacs, pilot)
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(emacs.screen, Help))
        await pilot.press("ctrl+g")
        await until(pilot, lambda: isinstance(emacs.screen, ControlRoom))
        await pilot.press("f2", "colon")
        await until(pilot, lambda: isinstance(emacs.screen, CommandLine))
        await pilot.press("ctrl+g")
        await until(pilot, lambda: isinstance(emacs.screen, ControlRoom))
