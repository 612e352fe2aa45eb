"""A day of a session whose clock is set by hand: what happens on it, and its replay."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from textual.pilot import Pilot

from cafleet_core import clock
from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import cancel, inbox, send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.supervision import kept_states
from cafleet_core.config.settings import Settings
from cafleet_core.readings import Option, PaneReading, Question
from cafleet_core.records import PushResult, Session
from cafleet_core.states import EventKind, PushOutcome, PushReason
from cafleet_core.storage import events, lookup, outbox
from cafleet_tui import replay
from cafleet_tui.model.playback import Playback
from cafleet_tui.screens.replay_room import ReplayRoom
from tests.builders import DAWN, a_reading
from tests.team import NOWHERE, a_team
from tests.tui.rooms import until

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
        yield from self._morning()
        yield from self._afternoon()

    def _morning(self) -> Iterator[str]:
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

    def _afternoon(self) -> Iterator[str]:
        registry, team = self.registry, self.team
        drafter = team.others["drafter"]
        self.later(minutes=1)
        self.shows("drafter", "busy", "pytest … 12 passed")
        inbox.poll(registry, team.others["reviewer"])
        inbox.ack_all(registry, team.caller("reviewer"))
        yield "answered, half of the broadcast acked"
        self.later(minutes=1)
        wrong = send.send(registry, drafter, [team.others["reviewer"]], "Never mind.")
        cancel.cancel(registry, team.caller("drafter"), wrong.task.task_id)
        yield "taken back"
        self.later(minutes=2)
        self.shows("reviewer", "dead", "[exited]")
        agents.deregister(registry, team.others["reviewer"])
        READINGS.pop(team.others["reviewer"].agent_id)
        yield "somebody leaves"
        self.later(hours=1)
        send.send(registry, drafter, [team.director, team.administrator], "Done.")
        yield "the end"


@asynccontextmanager
async def a_replay(
    registry_path: Path,
    session: Session,
    moment: datetime,
    *,
    moving: bool = False,
    size: tuple[int, int] = (120, 36),
) -> AsyncIterator[tuple[ReplayRoom, Pilot[None], Playback]]:
    """The room of a replay that stands still at a moment."""
    began = clock.parse(session.created_at)
    playback = Playback(began, moment, paused=not moving)
    settings = Settings(registry=str(registry_path))
    app = replay.make_app(settings, session, playback)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.settled)
        room = app.screen
        assert isinstance(room, ReplayRoom)
        yield room, pilot, playback
