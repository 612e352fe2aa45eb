"""Templates of messages: read from files, chosen, walked through, and never sent half filled in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.settings import Settings
from cafleet_tui.cli import make_app
from cafleet_tui.data import templates
from cafleet_tui.model.template import Span, Template, nearest, places
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screenshot import settle
from tests.team import Team, a_team
from tests.tui.rooms import picture, until

SIZE = (80, 24)
REVIEW = "@{who} please review {what}.\nLook at {what} first.\n"


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "drafter", "reviewer")


@pytest.fixture
def settings(registry_path: Path, file: Path) -> Settings:
    """Settings whose folder has a template and what is none."""
    folder = file.parent / "templates"
    folder.mkdir()
    (folder / "review.md").write_text(REVIEW)
    (folder / "short.txt").write_text("@all done?")
    (folder / "notes.bak").write_text("no template")
    (folder / "empty.md").write_text("\n")
    (folder / "picture.md").write_bytes(b"\xff\xfe\x00")
    os.mkfifo(folder / "pipe.md")
    return Settings(str(registry_path), rules_file=str(file))


def test_the_files_of_the_folder_are_read_and_nothing_else(settings: Settings) -> None:
    folder = templates.folder_of(settings.rules_file)
    assert templates.read(folder) == (
        Template("review", REVIEW.rstrip("\n")),
        Template("short", "@all done?"),
    )
    assert templates.read(folder + "/nowhere") == ()


def test_hostile_files_become_text(settings: Settings) -> None:
    folder = Path(templates.folder_of(settings.rules_file))
    (folder / "\x1b[31ma\nb.md").write_text("x\x1b]0;title\x07\r\ny\u202e")
    [*_, hostile] = sorted(templates.read(str(folder)), key=lambda each: len(each.name))
    assert (hostile.name, hostile.text) in (
        ("review", REVIEW.rstrip("\n")),
        ("[31ma b", "x]0;title\ny"),
    )
    names = {each.name: each.text for each in templates.read(str(folder))}
    assert names["[31ma b"] == "x]0;title\ny"


def test_places_are_words_in_braces() -> None:
    text = "a {b} {c\nd} {{e}} {} {b} {f g}"
    assert places(text) == {"{b}", "{e}", "{f g}"}
    assert nearest(text, {"{b}"}, 3) == Span(21, 24)
    assert nearest(text, {"{b}"}, 22) == Span(2, 5)
    assert nearest(text, {"{b}"}, 21, -1) == Span(2, 5)
    assert nearest(text, {"{b}"}, 2, -1) == Span(21, 24)
    assert nearest(text, set(), 0) is None


async def test_a_template_is_chosen_and_filled_in_place_by_place(
    settings: Settings, team: Team
) -> None:
    app = make_app(settings, team.session)
    async with app.run_test(size=SIZE) as pilot:
        await settle(app, pilot)
        room = app.screen
        assert isinstance(room, ControlRoom)
        draft = room.regions.composer.draft
        await pilot.press("ctrl+t")
        await until(pilot, lambda: draft.templates.is_open)
        assert "review  @{who} please" in picture(pilot)
        await pilot.press("down", "up", "enter")
        await until(pilot, lambda: draft.selected_text == "{who}")
        await pilot.press(*"drafter", "tab", "tab")
        assert draft.selected_text == "{what}"
        await pilot.press(*"PLAN", "tab")
        assert draft.selected_text == "{what}"
        await pilot.press("enter")
        await until(pilot, lambda: "{what} is to be filled in" in picture(pilot))
        assert draft.selected_text == "{what}"
        await pilot.press(*"it", "enter")
        await until(pilot, lambda: "Look at it first" in picture(pilot))
        await until(pilot, lambda: not draft.text)
        assert draft.has_focus
        await pilot.press("tab")
        assert not draft.has_focus


async def test_braces_that_are_meant_are_sent_by_another_enter(
    settings: Settings, team: Team
) -> None:
    app = make_app(settings, team.session)
    async with app.run_test(size=SIZE) as pilot:
        await settle(app, pilot)
        room = app.screen
        assert isinstance(room, ControlRoom)
        draft = room.regions.composer.draft
        await pilot.press(*"@drafter {x}", "tab")
        assert not draft.has_focus
        await pilot.press("shift+tab", *["backspace"] * 12, "ctrl+t")
        await until(pilot, lambda: draft.templates.is_open)
        await pilot.press("escape")
        assert not draft.templates.is_open
        await pilot.press("ctrl+t")
        await until(pilot, lambda: draft.templates.is_open)
        await pilot.press("tab", *"drafter")
        await until(pilot, lambda: draft.text.startswith("@drafter please"))
        await pilot.press("enter", "enter", "enter")
        await until(pilot, lambda: not draft.text)
        await until(pilot, lambda: "please review {what}" in picture(pilot))


async def test_without_templates_it_says_where_they_are_put(
    registry_path: Path, team: Team, file: Path
) -> None:
    app = make_app(Settings(str(registry_path), rules_file=str(file)), team.session)
    async with app.run_test(size=SIZE) as pilot:
        await settle(app, pilot)
        await pilot.press("ctrl+t")
        await until(pilot, lambda: "No templates: put texts" in picture(pilot))
