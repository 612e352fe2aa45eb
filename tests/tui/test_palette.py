"""The palette has every action of the room; what cannot work is there with its reason."""

from __future__ import annotations

from pathlib import Path

from cafleet_core.broker.registry.open import Registry
from cafleet_core.reference.commands import documented
from cafleet_tui.keys.actions import ACTIONS, in_region
from cafleet_tui.keys.cli_commands import COMMANDS
from cafleet_tui.keys.palette import offers
from tests.team import a_team
from tests.tui.rooms import a_room, picture, source_of, until


async def test_every_action_of_the_room_is_offered_once(
    registry: Registry, registry_path: Path
) -> None:
    team = a_team(registry, "alice")
    async with a_room(source_of(registry_path), team.session) as (room, _):
        offered = {offer.action.action for offer in offers(room)}
        for region in ("room", "plain_keys", "acts", "members", "timeline", "composer"):
            assert {each.action for each in in_region(region)} <= offered


async def test_what_cannot_work_is_offered_with_its_reason_and_says_it_when_run(
    registry: Registry, registry_path: Path
) -> None:
    team = a_team(registry, "alice")
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await pilot.press("f2", "home")
        [offer] = [each for each in offers(room) if each.action.id == "acts.exec"]
        assert offer.refusal == "not a member"
        assert offer.help({}) == "Not now: not a member"
        await pilot.press("ctrl+p", *"exec")
        await until(pilot, lambda: "Not now: not a member" in picture(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "exec alice: not a member" in picture(pilot))


async def test_what_can_work_tells_its_keys_and_its_command_and_runs(
    registry: Registry, registry_path: Path
) -> None:
    team = a_team(registry, "alice")
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        [offer] = [each for each in offers(room) if each.action.id == "room.members"]
        assert offer.help({"room.members": "f8"}) == (
            "Go to the members · f8 · $ cafleet member list --activity"
        )
        await pilot.press("ctrl+p", *"members")
        await until(pilot, lambda: "Go to the members" in picture(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: room.regions.members.has_focus)


def test_every_command_is_one_that_there_is() -> None:
    known = {" ".join(("cafleet", *page.words)) for page in documented()}
    ids = {action.id for action in ACTIONS}
    assert set(COMMANDS) <= ids
    for command in COMMANDS.values():
        if command.startswith("cafleet"):
            words = command.partition(" --")[0]
            assert words in known, command
