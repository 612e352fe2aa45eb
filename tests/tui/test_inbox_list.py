"""The list of what is for the human: its order, and how little of a long one is drawn."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from textual.content import Content

from cafleet_core.records import Session
from cafleet_core.states import TaskState
from cafleet_core.views import Entry
from cafleet_tui.controllers.files import FilesController
from cafleet_tui.controllers.inbox import InboxController
from cafleet_tui.data.ack_queue import AckQueue
from cafleet_tui.dialogs.inbox import InboxDialog
from cafleet_tui.keys.actions import named
from cafleet_tui.model.inbox import InboxList, inbox_of
from cafleet_tui.render import inbox as render
from screenshots.still import StillSource
from tests.builders import a_delivery, an_entry, an_id
from tests.tui.fake_room import FakeRoom, a_session
from tests.tui.rooms import a_room, picture, until

HUMAN = "Administrator"
OPEN, ACKED = TaskState.INPUT_REQUIRED, TaskState.COMPLETED


def many(count: int) -> tuple[Entry, ...]:
    """So many messages to the human."""
    return tuple(
        an_entry(seq, sender="drafter", text=f"Number {seq}.", to=[HUMAN])
        for seq in range(1, count + 1)
    )


async def test_of_2000_messages_only_the_lines_in_sight_are_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[int] = []
    draw = render.row

    def counting(messages: InboxList, number: int, width: int, today: str) -> Content:
        drawn.append(number)
        return draw(messages, number, width, today)

    monkeypatch.setattr(render, "row", counting)
    session = a_session()
    source = Showing(entries=many(2000))
    async with a_room(source.opened, session) as (_, pilot):
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(pilot.app.screen, InboxDialog))
        await until(pilot, lambda: "2,000 unacked" in picture(pilot))
        assert "2,000 unacked" in picture(pilot)
        drawn.clear()
        await pilot.press("end", "up", "pageup", "down")
        assert drawn
        assert len(drawn) < 2000
        await pilot.press("A")
        await until(pilot, lambda: "2,000 being acked" in picture(pilot))


class Showing(StillSource):
    """A still registry with a session of any id."""

    def session(self, session_id: str) -> Session:
        return a_session()


def a_list(*unacked: int) -> InboxList:
    """Three messages to the human, of which these are unacked."""
    messages = InboxList()
    entries = [
        an_entry(seq, to=[a_delivery(HUMAN, seq, OPEN if seq in unacked else ACKED)])
        for seq in (1, 2, 3)
    ]
    messages.replace(inbox_of(entries, an_id(HUMAN)))
    return messages


def order(messages: InboxList) -> Sequence[int]:
    return [entry.seq for entry in messages.entries]


def test_the_next_open_one_may_be_above() -> None:
    messages = a_list(1, 2, 3)
    messages.move(2)
    assert messages.current is not None
    messages.leave({messages.current.task_id: 9.0})
    assert (order(messages), messages.current.seq) == ([1, 2, 3], 1)


def test_the_settled_ones_are_not_acked_again() -> None:
    messages = a_list(2)
    assert order(messages) == [2, 3, 1]
    messages.move(1)
    messages.mark()
    assert (messages.wanted, messages.marked) == ((), set())


def test_there_is_no_inbox_of_the_past() -> None:
    room = FakeRoom(StillSource())
    room.past = True
    queue = AckQueue(StillSource().opened, a_session(), Nobody())
    files = FilesController(room, ())
    inbox = InboxController(room, queue, lambda _: None, lambda *_: None, files)
    inbox.open()
    assert room.opened == []
    assert inbox.refusal(named("room.inbox"))


class Nobody:
    """A screen that is gone."""

    def post_message(self, _message: object, /) -> bool:
        return False
