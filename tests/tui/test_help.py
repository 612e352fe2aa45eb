"""The help: what works where one is comes first, and one types to find a key or a sign."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry
from cafleet_core.states import PaneState
from cafleet_tui.dialogs.help import Help
from cafleet_tui.keys import availability
from cafleet_tui.keys.actions import REGIONS
from cafleet_tui.render import delivery, member
from cafleet_tui.render import help as render
from cafleet_tui.render.legend import legend
from tests.team import a_team
from tests.tui.rooms import a_room, picture, source_of, until


def keys_of(action_id: str) -> list[str]:
    return [action_id]


def headings(here: list[str], sought: str) -> list[str]:
    """The headings of the help, in their order."""
    blocks = render.document(here, sought, keys_of, 90).plain.split("\n\n")
    firsts = [block.partition("\n")[0] for block in blocks]
    return [first for first in firsts if first != "These work elsewhere:"]


async def test_help_shows_the_keys_that_the_user_wants_and_the_commands(
    registry: Registry, registry_path: Path
) -> None:
    team = a_team(registry)
    async with a_room(source_of(registry_path), team.session) as (_, pilot):
        pilot.app.keymap = {"app.sessions": "f8"}  # type: ignore[attr-defined]
        await pilot.press("f1")
        await until(pilot, lambda: "$ cafleet session list" in picture(pilot))
        lines = [
            each for each in picture(pilot).split("\n") if "another session" in each
        ]
        assert "f8" in lines[0]
        assert "^o" not in lines[0]
        await pilot.press("f1")
        assert not isinstance(pilot.app.screen, Help)


async def test_what_works_where_the_focus_is_comes_first(
    registry: Registry, registry_path: Path
) -> None:
    team = a_team(registry, "alice")
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        assert availability.here(room) == ["composer", "room", "everywhere"]
        await pilot.press("f2")
        in_members = ["members", "room", "plain_keys", "acts", "everywhere"]
        assert availability.here(room) == in_members
        await pilot.press("question_mark")
        await until(pilot, lambda: "Show its screen; unfold" in picture(pilot))
        assert availability.here(pilot.app.screen) == ["help", "everywhere"]


async def test_one_types_to_find_a_key_and_closes_it_with_escape(
    registry: Registry, registry_path: Path
) -> None:
    team = a_team(registry)
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await pilot.press("f1", *"take back q?")
        await until(pilot, lambda: render.NOTHING.plain in picture(pilot))
        await pilot.press(*["backspace"] * 3)
        await until(pilot, lambda: "Take back what was sent last" in picture(pilot))
        assert "Open another session" not in picture(pilot)
        await pilot.press("escape")
        assert pilot.app.screen is room


async def test_all_of_it_is_reached_by_keys(
    registry: Registry, registry_path: Path
) -> None:
    team = a_team(registry)
    async with a_room(source_of(registry_path), team.session) as (_, pilot):
        await pilot.press("f1", "ctrl+end")
        await until(pilot, lambda: "Other signs" in picture(pilot))
        await pilot.press("ctrl+home", "pagedown", "pageup")
        await until(pilot, lambda: "Send what is written" in picture(pilot))


@pytest.mark.parametrize(
    ("sought", "expected"),
    [
        ("half-written", ["Signs of members"]),
        ("HELD", ["Signs of messages"]),
        ("pager.find", ["In a long text"]),
        ("cafleet member ack", []),
    ],
)
def test_each_word_that_is_sought_occurs_in_what_is_shown(
    sought: str, expected: list[str]
) -> None:
    assert headings([], sought) == (expected or [render.NOTHING.plain])


def test_without_words_every_region_and_every_sign_is_there() -> None:
    signs = [heading for heading, _ in legend()]
    others = [title for region, title in REGIONS.items() if region != "members"]
    assert headings(["members"], "") == [REGIONS["members"], *others, *signs]


def test_every_state_that_a_row_can_show_has_its_sign_in_the_legend() -> None:
    members, messages, _ = (signs for _, signs in legend())
    looks = {(sign.glyph, sign.word) for sign in members}
    assert looks >= {member.look(state)[:2] for state in PaneState}
    assert [sign[:2] for sign in messages] == [*delivery.STATES]
