"""The replay of a day: what it shows of a time is what the room showed at that time."""

from __future__ import annotations

from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from textual.pilot import Pilot

from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.settings import Settings
from cafleet_core.readings import PaneReading
from cafleet_core.records import Agent
from cafleet_core.views import Held
from cafleet_tui.app import CafleetApp
from cafleet_tui.data.registry_source import RegistrySource
from cafleet_tui.render.replay import no_messages
from cafleet_tui.render.timeline_entry import NOTHING_YET
from cafleet_tui.screens.control_room import ControlRoom
from tests.builders import DAWN
from tests.terminal import PATIENCE
from tests.tui.rooms import WIDE, picture, until
from tests.tui.scripted_day import READINGS, Day, a_replay

LOOK_SECONDS = 0.1

HINTS = ("", *NOTHING_YET, *no_messages())
"""What an empty timeline says, which is a live room's or a replay's own, and a blank row."""


class Scripted(RegistrySource):
    """The registry, with panes that show what the day's script says."""

    def pane(self, agent: Agent) -> dict[str, PaneReading]:
        """See `Source`."""
        del agent
        return dict(READINGS)

    def held(self, session_id: str) -> Held:
        """See `Source`; who delivers is of the present alone."""
        return super().held(session_id)._replace(by="")

    def panes(self, session_id: str) -> dict[str, PaneReading]:
        """See `Source`."""
        del session_id
        return dict(READINGS)


def lines_of(pilot: Pilot[None], room: ControlRoom) -> dict[str, list[str]]:
    """What the regions show, as text: the list of agents, the timeline, the header, the screen."""
    lines = picture(pilot).split("\n")
    regions = room.regions
    shown = {}
    for widget in (regions.members, regions.timeline, regions.status, regions.screen):
        left, top, width, height = widget.region
        rows = lines[top + (widget is regions.screen) : top + height]
        cells = [row[left : left + width].rstrip() for row in rows]
        # the acts below a screen, which a replay refuses, leave it more room or less
        shown[str(widget.id)] = [row for row in cells if row.strip(" │") not in HINTS]
    return shown


class Frame(NamedTuple):
    step: str
    moment: datetime
    regions: dict[str, list[str]]


async def live_frames(day: Day, registry_path: Path) -> list[Frame]:
    """What a live room shows of the day after each of its steps."""
    settings = Settings(registry=str(registry_path))
    app = CafleetApp(lambda: Scripted(settings), settings, day.team.session)
    frames = []
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: app.settled)
        room = app.screen
        assert isinstance(room, ControlRoom)
        for step in day.acts():
            await caught_up(pilot, room, day.registry)
            frames.append(Frame(step, day.moment, lines_of(pilot, room)))
            day.later(seconds=5)
    return frames


async def caught_up(pilot: Pilot[None], room: ControlRoom, registry: Registry) -> None:
    """Wait until the room shows what the registry holds and the panes show."""
    session = room.controllers.session
    session.feed.look()
    session.pane_watch.look()
    source = RegistrySource(Settings(registry=registry.where))
    expected = source.last_change(room.session.session_id)
    roster = tuple(source.roster(room.session.session_id))
    pulses = source.pulses(room.session.session_id)
    source.close()
    await until(pilot, lambda: room._state.members == roster)
    await until(pilot, lambda: session.feed._read_to == expected)
    await until(pilot, lambda: dict(room._state.readings) == READINGS)
    await until(pilot, lambda: room._state.pulses == pulses)
    session.tick()
    await pilot.pause()
    await pilot.pause()


async def test_a_replayed_day_shows_what_the_live_room_showed(
    day: Day, registry_path: Path
) -> None:
    frames = await live_frames(day, registry_path)
    assert len(frames) > 10
    async with a_replay(registry_path, day.team.session, DAWN, size=WIDE) as (
        room,
        pilot,
        playback,
    ):
        for frame in [*frames, *frames[-2::-6]]:
            playback.jump(frame.moment)
            room._read_anew()
            await shows(pilot, room, frame)


async def shows(pilot: Pilot[None], room: ControlRoom, frame: Frame) -> None:
    """Wait until the room shows a frame; fail with the difference."""
    for _ in range(int(PATIENCE / LOOK_SECONDS)):
        await pilot.pause(LOOK_SECONDS)
        shown = lines_of(pilot, room)
        if shown == frame.regions:
            return
    differing = [
        pair
        for region, lines in frame.regions.items()
        for pair in zip_longest(lines, shown[region])
        if pair[0] != pair[1]
    ]
    raise AssertionError(f"{frame.step}: {differing}")
