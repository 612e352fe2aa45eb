"""Every place that draws a name, a label, a body, a screen or an error draws the worst of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import pytest
from rich.cells import cell_len
from textual import events
from textual.pilot import Pilot

from cafleet_core import records
from cafleet_core.errors import Refused
from cafleet_core.readings import Option, PaneReading, Question
from cafleet_core.records import Session
from cafleet_core.states import AgentKind, PaneState, Verb
from cafleet_core.views import SessionSummary
from cafleet_tui.app import CafleetApp
from cafleet_tui.dialogs.form import Form
from cafleet_tui.operations.mail import OutgoingMessage
from cafleet_tui.operations.member_operations import Operation, OperationResult
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screenshot import settle
from screenshots.still import StillSource
from tests.builders import SESSION, a_member, a_placement, an_agent, an_entry, at
from tests.tui.rooms import picture, settings_of, until
from tests.tui.test_hostile_room import HOSTILE, harmless

WORST = {
    "all at once": "\n".join(HOSTILE),
    "joined and combined": "👩‍👩‍👧‍👦" * 40 + "e" + "\u0301" * 500 + "界🏳️‍🌈\u202e" * 200,
    "100 kB in a line": "[red]x" * 17_000,
    "100 kB in lines": "[b]line\x1b[2J \u202e\n" * 6_000,
}


class Worst(StillSource):
    """A source that has and answers nothing but such texts."""

    @property
    def said(self) -> str:
        return self.entries[0].text

    def send(self, _outgoing: OutgoingMessage) -> records.Sent:
        raise Refused(self.said)

    def carry_out(self, operation: Operation) -> OperationResult:
        if operation.verb == Verb.CAPTURE:
            return OperationResult(self.said, self.said)
        raise Refused(self.said)

    def cancel(self, _session: Session, _task_id: str) -> None:
        raise Refused(self.said)

    def create_member(self, *_: object) -> NoReturn:
        raise Refused(self.said)

    def create_session(self, *_: object) -> NoReturn:
        raise Refused(self.said)


_LONGEST = 3000


def worst_source(text: str) -> Worst:
    """A session in which somebody waits, with everything in it being `text`.

    Names, and what a pane can show, are as long as they can get.
    """
    text, whole = text[:_LONGEST], text
    human = an_agent("Administrator", AgentKind.ADMINISTRATOR)
    agents = [
        an_agent(
            text,
            agent_id=letter * 36,
            description=whole,
            placement=a_placement(text, tmux_pane_id="%1", tmux_session=text),
        )
        for letter in "ab"
    ]
    asked = Question(text, tuple(Option(n, text, n == 3) for n in (1, 2, 3)))
    session = Session(SESSION, whole, at(), None, "d" * 36, human.agent_id)
    for_human = an_entry(1, sender=text, text=whole, to=["Administrator", text])
    mine = an_entry(3, sender="Administrator", text=whole, to=[text])
    views = [
        PaneReading(PaneState.WAITING, text, text, text, question=asked),
        PaneReading(PaneState.IDLE, text, text, text),
    ]
    return Worst(
        (SessionSummary(session, 2, 3, at()),),
        (for_human, an_entry(2, sender=text, text=whole, to=[text, text]), mine),
        (
            *(a_member(agent=agent, last_active=at(), unacked=3) for agent in agents),
            a_member(agent=human),
        ),
        {agent.agent_id: view for agent, view in zip(agents, views, strict=True)},
    )


def sound(pilot: Pilot[None]) -> None:
    """Assert that nothing would be obeyed, and that no line is wider than the screen."""
    harmless(pilot)
    strips = pilot.app.screen._compositor.render_strips(pilot.app.size)
    width = max(sum(cell_len(part.text) for part in strip) for strip in strips)
    assert (width, len(strips)) == pilot.app.size


async def through(pilot: Pilot[None], keys: Sequence[str]) -> None:
    """Press keys, and look before the last and after it."""
    await pilot.press(*keys[:-1])
    sound(pilot)
    await pilot.press(keys[-1])
    sound(pilot)


ROUNDS: dict[str, Sequence[str]] = {
    "the member in full": ("d", "end", "escape"),
    "the queue of questions": ("q", "down", "escape"),
    "an answer in the queue": ("q", "2", "escape"),
    "what is for the human": ("f6", "a", "u", "enter", "escape"),
    "a question for words": ("t", "x", "enter"),
    "a prompt": ("down", "m", "x", "enter"),
    "an end that is to be confirmed": ("down", "backspace", "tab", "y"),
    "the screen as text": ("c", "end", "escape"),
    "its messages alone": ("f", "escape"),
    "its screen": ("f3", "home", "end", "escape"),
    "help": ("f1", "end", "f1"),
    "the palette": ("ctrl+p", "e", "x", "escape"),
}


async def opened(app: CafleetApp, pilot: Pilot[None]) -> ControlRoom:
    await settle(app, pilot)
    room = app.screen
    assert isinstance(room, ControlRoom)
    sound(pilot)
    return room


@pytest.mark.parametrize(
    ("which", "size"),
    [*((which, (150, 36)) for which in WORST), ("all at once", (60, 20))],
)
async def test_what_is_done_to_a_member(which: str, size: tuple[int, int]) -> None:
    text = WORST[which]
    source = worst_source(text)
    session = source.summaries[0].session
    app = CafleetApp(source.opened, settings_of(Path("/x.db")), session)
    async with app.run_test(size=size) as pilot:
        room = await opened(app, pilot)
        for keys in ROUNDS.values():
            await pilot.press("f2", "home")
            await through(pilot, keys)
            while pilot.app.screen is not room:
                await pilot.press("escape")


@pytest.mark.parametrize("which", WORST)
async def test_what_is_written_read_and_started(which: str) -> None:
    text = WORST[which]
    source = worst_source(text)
    session = source.summaries[0].session
    app = CafleetApp(source.opened, settings_of(Path("/x.db")), session)
    async with app.run_test(size=(120, 36)) as pilot:
        room = await opened(app, pilot)
        app.post_message(events.Paste("@all " + text))
        await pilot.pause()
        await through(pilot, ["enter"])
        await until(pilot, lambda: "Not sent" in picture(pilot))
        sound(pilot)
        room.regions.composer.draft.clear()
        room.regions.timeline.focus()
        await through(pilot, ["k", "enter", "end", "y", "x", "y"])
        await until(pilot, lambda: pilot.app.screen is room)
        await until(pilot, lambda: "Not canceled" in picture(pilot))
        sound(pilot)
        room.controllers.timeline.show_wanted(
            room.controllers.timeline.wanted._replace(words=text)
        )
        await until(pilot, lambda: "Timeline with" in picture(pilot))
        sound(pilot)
        for open_form in (["f2", "n"], ["ctrl+o", "n"]):
            await through(pilot, open_form)
            form = app.screen
            assert isinstance(form, Form)
            app.post_message(events.Paste(text))
            await pilot.pause()
            sound(pilot)
            form.dismiss(form.request())
            await until(pilot, lambda: "not started" in picture(pilot))
            sound(pilot)
