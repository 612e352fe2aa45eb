"""The jobs behind the room: older pages, failed reads, threads that end."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.errors import RegistryError
from cafleet_core.views import Filter, Page, Reach
from cafleet_tui.data.registry_source import RegistrySource
from tests.team import Team, a_team
from tests.tui.rooms import a_room, picture, settings_of, source_of, until


@pytest.fixture
def team(registry: Registry) -> Team:
    """A session in which more was said than a page holds."""
    made = a_team(registry, "drafter", "reviewer")
    sender, recipient = made.others["drafter"], made.others["reviewer"]
    for number in range(260):
        send.send(registry, sender, [recipient], f"message {number}.")
    return made


async def test_older_pages_are_read_when_the_top_comes_near(
    registry_path: Path, team: Team
) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        room.regions.timeline.focus()
        await pilot.press("home")
        await until(pilot, lambda: room.regions.timeline.scroll_offset.y > 0)
        await pilot.press("home")
        await until(pilot, lambda: "message 0." in picture(pilot))


class Flaky(RegistrySource):
    """A registry that cannot give an older page at the first try."""

    failed = 0

    def page(self, session_id: str, wanted: Filter, reach: Reach) -> Page | None:
        if not Flaky.failed:
            Flaky.failed += 1
            raise RegistryError("The registry is locked.")
        return super().page(session_id, wanted, reach)


async def test_a_page_that_could_not_be_read_is_tried_again(
    registry_path: Path, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cafleet_tui.controllers.timeline.RETRY_AFTER", 0.01)
    monkeypatch.setattr(Flaky, "failed", 0)
    settings = settings_of(registry_path)
    async with a_room(lambda: Flaky(settings), team.session) as (room, pilot):
        room.regions.timeline.focus()
        await pilot.press("home")
        await until(pilot, lambda: room.regions.timeline.scroll_offset.y > 0)
        assert Flaky.failed == 1


async def test_the_threads_end_with_the_room(registry_path: Path, team: Team) -> None:
    async with a_room(source_of(registry_path), team.session) as (room, _):
        feed, watch = room.controllers.session.feed, room.controllers.session.pane_watch
        assert feed.is_alive()
        assert watch.is_alive()
    assert not feed.is_alive()
    assert not watch.is_alive()
