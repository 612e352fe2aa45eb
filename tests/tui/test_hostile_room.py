"""Names, labels, bodies and screens that try to be more than text stay text everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from cafleet_core.broker.messages.mentions import Mentions
from cafleet_core.readings import PaneReading
from cafleet_core.records import PushResult, Sent, Session
from cafleet_core.states import AgentKind, PaneState, PushOutcome, PushReason
from cafleet_core.views import SessionSummary
from cafleet_tui.app import CafleetApp
from cafleet_tui.operations.mail import OutgoingMessage
from cafleet_tui.render import composer, frames
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screenshot import settle
from screenshots.still import StillSource
from tests.builders import SESSION, a_member, a_placement, an_agent, an_entry, at
from tests.tui.rooms import picture, settings_of, until

HOSTILE = (
    "[/] [bold]x [@click=app.quit]q[/]",
    "unbalanced [/foo] [red",
    "\x1b]2;PWNED\x1b\\\x1b[2Jx\x9b31m",
    "\u202egnp.exe\u2066",
    "a\nb\r\nc\td\x07\x00\x08",
    "$foo {bar} %s \\[ \\",
    "\ud800 lone",
    "界" * 60,
)


def source_saying(text: str) -> StillSource:
    """A session in which everything that anybody could have written is `text`."""
    administrator = an_agent("Administrator", AgentKind.ADMINISTRATOR)
    agent = an_agent(
        text,
        agent_id="a" * 36,
        description=text,
        placement=a_placement(text, tmux_pane_id=text),
    )
    member = a_member(agent=agent, last_active=at(), unacked=3)
    session = Session(SESSION, text, at(), None, "d" * 36, administrator.agent_id)
    entry = an_entry(sender=text, text=text, to=[text, text])
    delivery = entry.deliveries[0]._replace(push_outcome=PushOutcome.HELD)
    return StillSource(
        (SessionSummary(session, 2, 3, at()),),
        (entry._replace(deliveries=(delivery, delivery)),),
        (member, a_member(agent=administrator)),
        {agent.agent_id: PaneReading(PaneState.WAITING, text, text, text)},
    )


class Sending(StillSource):
    """A source that pretends to have pushed."""

    def send(self, outgoing: OutgoingMessage) -> Sent:
        result = PushResult(PushOutcome.HELD, PushReason.QUESTION)
        return Sent(None, ((None, result),))  # type: ignore[arg-type]


def harmless(pilot: Pilot[None]) -> None:
    """Assert that nothing on the screen would be obeyed, by terminal or application."""
    strips = pilot.app.screen._compositor.render_strips(pilot.app.size)
    for segment in (segment for strip in strips for segment in strip):
        controls = [c for c in segment.text if ord(c) < 32 or 0x7F <= ord(c) < 0xA0]
        assert not controls
        assert not set(segment.text) & {"\u202e", "\u2066"}
        meta = segment.style.meta if segment.style else {}
        assert "quit" not in str(meta)
        assert segment.style is None or segment.style.link is None


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("size", [(160, 50), (80, 24)])
async def test_in_the_room_nothing_comes_alive(
    text: str, size: tuple[int, int]
) -> None:
    source = source_saying(text)
    session = source.summaries[0].session
    app = CafleetApp(Sending(*source).opened, settings_of(Path("/x.db")), session)
    async with app.run_test(size=size) as pilot:
        await settle(app, pilot)
        opened = app.screen
        assert isinstance(opened, ControlRoom)
        harmless(pilot)
        await pilot.press("@")
        harmless(pilot)
        app.post_message(events.Paste(text))
        await pilot.pause()
        await pilot.press("enter")
        harmless(pilot)
        opened.regions.composer.draft.clear()
        app.post_message(events.Paste("@all " + text))
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: "sent to" in picture(pilot))
        harmless(pilot)
        opened.regions.timeline.focus()
        await pilot.press("k", "r")
        harmless(pilot)
        await pilot.press("f2", "f", "f3")
        await pilot.pause()
        harmless(pilot)


@pytest.mark.parametrize("text", HOSTILE)
async def test_in_detail_picker_and_status_neither(text: str) -> None:
    source = source_saying(text)
    session = source.summaries[0].session
    app = CafleetApp(source.opened, settings_of(Path("/x.db")), session)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(app, pilot)
        opened = app.screen
        assert isinstance(opened, ControlRoom)
        opened.regions.timeline.focus()
        await pilot.press("k", "enter")
        await pilot.pause()
        assert app.screen is not opened
        harmless(pilot)
        await pilot.press("escape", "ctrl+o")
        await until(pilot, lambda: "agents" in picture(pilot))
        harmless(pilot)


@pytest.mark.parametrize("text", HOSTILE)
def test_the_title_of_a_message_says_names_as_text(text: str) -> None:
    agent = an_agent(text)
    parsed = Mentions((agent, agent), False, "body")
    for content in (
        composer.title(agent, parsed, text),
        composer.reason(text, refused=True),
        composer.mention(agent),
        frames.timeline_title(text, text),
    ):
        assert not [c for c in content.plain if ord(c) < 32 or 0x7F <= ord(c) < 0xA0]
        assert "\u202e" not in content.plain
