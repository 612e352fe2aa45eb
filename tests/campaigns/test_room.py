"""Bursts of keys, clicks, pastes and changes of size into the control room: none ends it."""

from __future__ import annotations

import asyncio
import random
import traceback
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.geometry import Size

from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.settings import Settings
from cafleet_core.readings import Option, PaneReading, Question
from cafleet_core.states import PaneState
from cafleet_tui.app import CafleetApp
from cafleet_tui.data.registry_source import RegistrySource
from cafleet_tui.data.updates import PanesSeen
from cafleet_tui.screens.control_room import ControlRoom
from tests.campaigns.tally import Campaign
from tests.team import Team, a_team
from tests.terminal import PATIENCE

LEADING = [
    "f1",
    "f2",
    "f3",
    "f4",
    "f5",
    "f6",
    "f12",
    "f9",
    "ctrl+t",
    "ctrl+p",
    "ctrl+o",
    "ctrl+j",
    "escape",
    "escape",
    "tab",
    "shift+tab",
]
MOVING = [
    "up",
    "down",
    "left",
    "right",
    "pageup",
    "pagedown",
    "home",
    "end",
    "enter",
    "enter",
    "backspace",
]
TYPED = tuple("dqnfkjrastuyvgi/123@ xpmec,東　VFSPN#")
PASTED = ("@drafter hello", "two\nlines", "@all " + "x" * 4000, "\x1b[31mred")
SIZES = ((160, 50), (120, 40), (80, 24), (60, 20), (39, 9), (12, 3), (1, 1))
QUESTION = Question("Apply?", (Option(1, "Yes", False), Option(2, "Else", True)))
BURSTS_BETWEEN_RESTS = 20
"""As many come one upon the other; what the room draws in between is most of what they cost."""

STATES = (PaneState.WAITING, PaneState.IDLE, PaneState.BUSY, PaneState.DEAD)


class Room:
    """A control room without a terminal, which gets what a terminal would pass on."""

    def __init__(self, registry: Registry, team: Team, dice: random.Random) -> None:
        settings = Settings(registry=str(registry.where))
        self._registry = registry
        self._team = team
        self._dice = dice
        self.app = CafleetApp(lambda: RegistrySource(settings), settings, team.session)
        self.ended = asyncio.create_task(
            self.app.run_async(headless=True, size=(160, 50))
        )

    async def burst(self) -> str:
        """Pass some things on at once; what they were."""
        passed = " ".join(
            self._dice.choices(
                (self._key, self._click, self._resize, self._paste, self._change),
                (60, 12, 8, 2, 4),
            )[0]()
            for _ in range(self._dice.randint(2, 9))
        )
        await asyncio.sleep(self._dice.choice((0, 0, 0.001, 0.005, 0.03)))
        return passed

    async def begun(self) -> None:
        """Wait until it shows a session, or has ended."""
        async with asyncio.timeout(6 * PATIENCE):
            while not (self.ended.done() or self.app.settled):
                await asyncio.sleep(0.01)

    async def idle(self) -> None:
        """Wait until it has dealt with everything, or has ended."""
        async with asyncio.timeout(6 * PATIENCE):
            while not self.ended.done() and self._busy():
                await asyncio.sleep(0.005)

    @property
    def waiting(self) -> str:
        """Who waits for what, from the application up to the topmost screen."""
        nodes: tuple[Any, ...] = (self.app, *self.app.screen_stack)
        tasks = (self.ended, *(screen._task for screen in self.app.screen_stack))
        return "; ".join(
            f"{type(node).__name__}: {node.message_queue_size} messages, "
            f"mounted {node.is_mounted}, {_awaited(task)}"
            for node, task in zip(nodes, tasks, strict=True)
        )

    def _busy(self) -> bool:
        nodes = (self.app, *self.app.screen_stack)
        return any(node.message_queue_size for node in nodes)

    async def leave(self) -> None:
        """Leave it, from wherever it is."""
        self.app.exit()
        async with asyncio.timeout(6 * PATIENCE):
            await self.ended

    def _pass(self, event: events.Event) -> None:
        if (driver := self.app._driver) is not None:
            driver.process_message(event)

    def _key(self) -> str:
        key = self._dice.choices((*LEADING, *MOVING, *TYPED))[0]
        self._pass(events.Key(key, key if len(key) == 1 else None))
        return key

    def _click(self) -> str:
        size = self.app.size
        x, y = self._dice.randint(0, size.width), self._dice.randint(0, size.height)
        where = (None, x, y, 0, 0, 1, False, False, False, x, y)
        for kind in (events.MouseMove, events.MouseDown, events.MouseUp):
            self._pass(kind(*where))
        return f"click({x},{y})"

    def _resize(self) -> str:
        size = Size(*self._dice.choice(SIZES))
        if self.app._driver is not None:
            self.app._driver._size = size
        self._pass(events.Resize(size, size))
        return f"{size.width}x{size.height}"

    def _paste(self) -> str:
        words = self._dice.choice(PASTED)
        self._pass(events.Paste(words))
        return f"paste({words[:20]!r})"

    def _change(self) -> str:
        if self._dice.random() < 0.3:
            send.broadcast(self._registry, self._team.director, "news")
            return "news"
        for screen in self.app.screen_stack:
            if isinstance(screen, ControlRoom):
                screen.post_message(PanesSeen(self._readings()))
        return "panes"

    def _readings(self) -> dict[str, PaneReading]:
        return {
            agent.agent_id: PaneReading(state, "screen", "x", question=question)
            for agent in self._team.others.values()
            for state in self._dice.choices(STATES)
            for question in [QUESTION if state == PaneState.WAITING else None]
        }


def _awaited(task: asyncio.Task[Any] | None) -> str:
    """What a task waits for, the innermost last."""
    names: list[str] = []
    waits: Any = task and task.get_coro()
    while (frame := getattr(waits, "cr_frame", None)) is not None:
        names.append(f"{frame.f_code.co_qualname}:{frame.f_lineno}")
        waits = waits.cr_await
    return " > ".join(names[-3:])


@pytest.mark.timeout(0)
async def test_no_burst_ends_the_room(registry: Registry, registry_path: Path) -> None:
    campaign = Campaign("bursts into the room", 60)
    team = a_team(registry, "drafter", "reviewer", "tester")
    send.broadcast(registry, team.director, "hello")
    last: list[str] = []
    room = Room(registry, team, campaign.random)
    await room.begun()
    for number in range(campaign.rounds):
        last = [*last[-4:], await room.burst()]
        campaign.counts["bursts"] += 1
        if number % BURSTS_BETWEEN_RESTS == 0:
            try:
                await room.idle()
            except TimeoutError:
                campaign.harm("hung", f"round {number}: {room.waiting} {last}")
                break
        if number % 500 == 499:
            await room.leave()
        if room.ended.done():
            if room.app.fault is None:
                campaign.counts["left"] += 1
            else:
                fault = "".join(traceback.format_exception(room.app.fault)[-4:])
                campaign.harm("ended", f"round {number}: {last}\n{fault}")
            room = Room(registry, team, campaign.random)
            await room.begun()
    await room.leave()
    campaign.close()
