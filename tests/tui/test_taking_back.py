"""Second thoughts: a sent line is taken back, a text is set aside for another."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.broker.messages import inbox, pages
from cafleet_core.broker.registry.open import Registry
from cafleet_core.states import TaskState
from tests.team import Team, a_team
from tests.tui.rooms import a_room, picture, source_of, until


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "drafter")


def state(registry: Registry, team: Team) -> TaskState:
    """The state of the newest message."""
    newest = pages.newest(registry, team.session.session_id)[-1]
    return newest.deliveries[0].state


async def test_a_sent_line_is_taken_back_and_stands_in_the_composer(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "nothing was sent from here" in picture(pilot))
        await pilot.press("@")
        composer = room.regions.composer
        await until(pilot, lambda: composer.popup.region.height)
        line = composer.draft.cursor_screen_offset.y
        assert composer.popup.region.bottom == line, "the names are above the line"
        await pilot.press(*"drafter", "space", *"oops", "enter")
        await until(pilot, lambda: "sent to" in picture(pilot))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: room.regions.composer.draft.text == "@drafter oops")
        assert state(registry, team) == TaskState.CANCELED


async def test_what_was_acked_is_not_taken_back_and_that_is_said(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await pilot.press(*"@drafter", "space", *"go", "enter")
        await until(pilot, lambda: "sent to" in picture(pilot))
        newest = pages.newest(registry, team.session.session_id)[-1]
        inbox.ack(registry, team.caller("drafter"), [newest.task_id])
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "Not taken back" in picture(pilot))
        assert room.regions.composer.draft.text == ""
        assert state(registry, team) == TaskState.COMPLETED


async def test_texts_are_set_aside_and_come_round_again(
    registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        draft = room.regions.composer.draft
        await pilot.press(*"first", "ctrl+n")
        await until(pilot, lambda: not draft.text)
        await pilot.press(*"second", "ctrl+n")
        await until(pilot, lambda: draft.text == "first")
        await pilot.press("ctrl+n")
        await until(pilot, lambda: not draft.text)
        assert "2 other texts are set aside" in picture(pilot)
        await pilot.press("ctrl+n")
        await until(pilot, lambda: draft.text == "second")
