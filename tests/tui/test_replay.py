"""The replay of a day: what it shows of a time is what the room showed at that time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import pytest
from textual.pilot import Pilot

from cafleet_core import clock
from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.supervision import kept_states
from cafleet_core.config.settings import Settings
from cafleet_core.readings import Option, PaneReading, Question
from cafleet_core.records import Agent, PushResult, Session
from cafleet_core.states import EventKind, PushOutcome, PushReason
from cafleet_core.storage import events, lookup, outbox
from cafleet_core.views import Held
from cafleet_tui import replay
from cafleet_tui.app import CafleetApp
from cafleet_tui.data import feed
from cafleet_tui.data.registry_source import RegistrySource
from cafleet_tui.model.playback import Playback
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screens.replay_room import ReplayRoom
from cafleet_tui.screenshot import settle
from tests.builders import DAWN, a_reading
from tests.team import NOWHERE, a_team
from tests.tui.rooms import WIDE, picture, until

READINGS: dict[str, PaneReading] = {}
"""What the panes show at this moment of the scripted day, by agent id."""

ASKS = Question("Run pytest?", (Option(1, "Yes", False), Option(2, "No", False)))


class Day:
    """A session whose clock is set by hand, and that is watched by somebody who keeps screens."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.moment = DAWN
        self.team = a_team(registry)
        self._enter("drafter", "%7")

    def _enter(self, name: str, pane: str) -> None:
        here = NOWHERE._replace(pane=NOWHERE.pane._replace(pane_id=pane))
        self.team.others[name] = agents.register(
            self.registry,
            *(self.team.session, name, f"The {name}"),
            here=here,
            coding_agent="claude",
        )
        agent_id = self.team.others[name].agent_id
        at, session_id = clock.stamp(), self.team.session.session_id
        with self.registry.write():  # as the creation of a member does
            events.add(
                *(self.registry, EventKind.CREATED, at, session_id, agent_id),
                new="claude",
            )

    def later(self, **span: float) -> None:
        self.moment += timedelta(**span)

    def shows(self, name: str, state: str, screen: str, **reading: object) -> None:
        """The pane of an agent comes into a state, and that is seen."""
        team, view = self.team, a_reading(state, screen=screen, **reading)
        agent = team.director if name == "Director" else team.others[name]
        READINGS[agent.agent_id] = view
        living = lookup.active_agents(self.registry, team.session.session_id)
        kept_states.keep(self.registry, living, READINGS, screens=True)

    def pushed(
        self, task_id: str, outcome: PushOutcome, reason: PushReason | None
    ) -> None:
        """A push of this task becomes this."""
        result = PushResult(outcome, reason)
        due = None if result.notified else clock.stamp()
        with self.registry.write():
            statement = outbox.record([task_id], result, clock.stamp(), due)
            self.registry.execute(*statement)

    def acts(self) -> Iterator[str]:
        """Do what happens on this day, step by step; the name of each step."""
        registry, team = self.registry, self.team
        drafter = team.others["drafter"]
        self.shows("Director", "busy", "The Director thinks.")
        self.shows("drafter", "idle", "Ready.")
        yield "the beginning"
        self.later(minutes=1)
        first = send.send(registry, team.director, [drafter], "Please draft the plan.")
        [(task, _)] = first.deliveries
        yield "a message that could not be pushed"
        self.later(minutes=3)
        self.pushed(task.task_id, PushOutcome.HELD, PushReason.BUSY)
        self.shows("drafter", "busy", "\x1b[32mReading\x1b[0m the code.")
        yield "held, as the agent is busy"
        self.later(minutes=4)
        self.pushed(task.task_id, PushOutcome.DELIVERED, None)
        yield "pushed"
        self.later(seconds=40)
        with registry.write():
            registry.execute(*outbox.confirm([task.task_id], clock.stamp()))
        inbox.poll(registry, drafter)
        self._enter("reviewer", "%8")
        self.shows("reviewer", "starting", "Welcome.")
        yield "read, and somebody joins"
        self.later(minutes=2)
        self.shows("drafter", "waiting", "Run pytest?\n 1. Yes\n 2. No", question=ASKS)
        send.broadcast(registry, team.director, "Phase two begins.")
        yield "a question, and a broadcast"
        self.later(minutes=20)
        self.shows("reviewer", "idle", "Ready, too.")
        inbox.ack(registry, team.caller("drafter"), [task.task_id])
        yield "acked, and a member is quiet"
        self.later(minutes=1)
        self.shows("drafter", "busy", "pytest … 12 passed")
        inbox.poll(registry, team.others["reviewer"])
        inbox.ack_all(registry, team.caller("reviewer"))
        yield "answered, half of the broadcast acked"
        self.later(minutes=1)
        wrong = send.send(registry, drafter, [team.others["reviewer"]], "Never mind.")
        send.cancel(registry, team.caller("drafter"), wrong.task.task_id)
        yield "taken back"
        self.later(minutes=2)
        self.shows("reviewer", "dead", "[exited]")
        agents.deregister(registry, team.others["reviewer"])
        READINGS.pop(team.others["reviewer"].agent_id)
        yield "somebody leaves"
        self.later(hours=1)
        send.send(registry, drafter, [team.director, team.administrator], "Done.")
        yield "the end"


@pytest.fixture
def day(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> Iterator[Day]:
    moments: list[Callable[[], datetime]] = [lambda: DAWN]
    monkeypatch.setattr(clock, "here", lambda: moments[0]())
    monkeypatch.setattr(feed, "PULSES_EVERY", 0.0)
    READINGS.clear()
    scripted = Day(registry)
    moments[0] = lambda: scripted.moment
    yield scripted
    clock.replay(None)


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
        shown[str(widget.id)] = [row for row in cells if row.strip(" │")]
    return shown


class Frame(NamedTuple):
    step: str
    moment: datetime
    regions: dict[str, list[str]]


@asynccontextmanager
async def a_replay(
    registry_path: Path, session: Session, moment: datetime, **options: bool
) -> AsyncIterator[tuple[ReplayRoom, Pilot[None], Playback]]:
    """The room of a replay that stands still at a moment."""
    began = clock.parse(session.created_at)
    playback = Playback(began, moment, paused=not options.get("moving"))
    settings = Settings(registry=str(registry_path))
    app = replay.make_app(settings, session, playback)
    async with app.run_test(size=WIDE) as pilot:
        await settle(app, pilot)
        room = app.screen
        assert isinstance(room, ReplayRoom)
        yield room, pilot, playback


async def live_frames(day: Day, registry_path: Path) -> list[Frame]:
    """What a live room shows of the day after each of its steps."""
    settings = Settings(registry=str(registry_path))
    app = CafleetApp(lambda: Scripted(settings), settings, day.team.session)
    frames = []
    async with app.run_test(size=WIDE) as pilot:
        await settle(app, pilot)
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
    async with a_replay(registry_path, day.team.session, DAWN) as (
        room,
        pilot,
        playback,
    ):
        for frame in [*frames, *frames[-2::-4]]:
            playback.jump(frame.moment)
            room._read_anew()
            await shows(pilot, room, frame)


async def shows(pilot: Pilot[None], room: ControlRoom, frame: Frame) -> None:
    """Wait until the room shows a frame; fail with the difference."""
    try:
        await until(pilot, lambda: lines_of(pilot, room) == frame.regions)
    except AssertionError:
        shown = lines_of(pilot, room)
        differing = [
            pair
            for region, lines in frame.regions.items()
            for pair in zip_longest(lines, shown[region])
            if pair[0] != pair[1]
        ]
        raise AssertionError(f"{frame.step}: {differing}") from None
