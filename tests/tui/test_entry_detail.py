"""A message in full: its stamps, and what can be done with it from there."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from cafleet_core import attachments, comments
from cafleet_core.broker.messages import inbox, pages, reviews, send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.errors import Refused
from cafleet_tui.dialogs.entry_detail import EntryDetail
from cafleet_tui.operations import mail
from cafleet_tui.screens.control_room import ControlRoom
from tests.team import Team, a_team
from tests.tui.rooms import a_room, picture, source_of, until


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "alice", "bob")


async def opened(pilot: Pilot[None], room: ControlRoom) -> None:
    """The newest message, in full."""
    room.regions.timeline.focus()
    await pilot.press("k", "enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, EntryDetail))


async def test_what_the_human_sent_is_taken_back_from_who_has_not_acked(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    both = [team.others["alice"], team.others["bob"]]
    sent = send.send(registry, team.administrator, both, "never mind")
    inbox.ack(registry, team.caller("alice"), [sent.deliveries[0][0].task_id])
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await opened(pilot, room)
        await pilot.press("x")
        await until(pilot, lambda: "taken back from bob." in picture(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ControlRoom))
        [entry] = pages.newest(registry, team.session.session_id)
        assert entry.deliveries[1].state == "input_required"

        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, EntryDetail))
        await pilot.press("x", "y")
        await until(pilot, lambda: "canceled where nobody had acked" in picture(pilot))
        assert "message cancel --agent-id" in picture(pilot)
    [entry] = pages.newest(registry, team.session.session_id)
    assert [delivery.state for delivery in entry.deliveries] == [
        "completed",
        "canceled",
    ]


async def test_what_was_sent_to_the_human_is_counted_until_it_is_acked(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    alice, both = team.others["alice"], [team.administrator, team.others["bob"]]
    send.send(registry, alice, both, "which colour?")
    send.send(registry, alice, [team.administrator], "which shape?")
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await until(pilot, lambda: "2 for you" in picture(pilot))
        room.regions.timeline.focus()
        await pilot.press("k", "a")
        await until(pilot, lambda: "acked to alice" in picture(pilot))
        assert "message ack --agent-id" in picture(pilot)
        await until(pilot, lambda: "1 for you" in picture(pilot))
        await pilot.press("a")
        await until(pilot, lambda: "ack: you have dealt with it" in picture(pilot))

        await pilot.press("k", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, EntryDetail))
        await pilot.press("a")
        await until(pilot, lambda: "for you" not in picture(pilot).split("\n")[0])
    [colour, shape] = pages.newest(registry, team.session.session_id)
    assert [delivery.state for delivery in colour.deliveries] == [
        "completed",
        "input_required",
    ]
    assert [delivery.state for delivery in shape.deliveries] == ["completed"]


async def test_an_answer_deals_with_what_it_answers(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    to = [team.administrator, team.others["bob"]]
    send.send(registry, team.others["alice"], to, "which colour?")
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await until(pilot, lambda: "1 for you" in picture(pilot))
        room.regions.timeline.focus()
        await pilot.press("k", "r", *"blue", "enter")
        await until(pilot, lambda: "1 for you" not in picture(pilot))
    [asked, answer] = pages.newest(registry, team.session.session_id)
    assert [delivery.state for delivery in asked.deliveries] == [
        "completed",
        "input_required",
    ]
    assert (answer.text, answer.deliveries[0].state) == ("blue", "input_required")


async def test_what_becomes_of_a_message_is_told_while_it_is_open(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    both = [team.others["alice"], team.others["bob"]]
    sent = send.send(registry, team.administrator, both, "never mind")
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await opened(pilot, room)
        assert "alice  acked" not in picture(pilot)
        inbox.ack(registry, team.caller("alice"), [sent.deliveries[0][0].task_id])
        await until(pilot, lambda: "alice  acked" in picture(pilot))
        inbox.ack(registry, team.caller("bob"), [sent.deliveries[1][0].task_id])
        await until(pilot, lambda: "bob  acked" in picture(pilot))
        await pilot.press("x")
        await until(pilot, lambda: "nobody is left" in picture(pilot))


def test_who_acks_before_it_is_taken_back_keeps_nobody_from_losing_it(
    registry: Registry, team: Team
) -> None:
    both = [team.others["alice"], team.others["bob"]]
    sent = send.send(registry, team.administrator, both, "never mind")
    [seen] = pages.newest(registry, team.session.session_id)
    inbox.ack(registry, team.caller("alice"), [sent.deliveries[0][0].task_id])
    mail.cancel(registry, team.session, seen.task_id)
    [entry] = pages.newest(registry, team.session.session_id)
    assert [delivery.state for delivery in entry.deliveries] == [
        "completed",
        "canceled",
    ]
    with pytest.raises(Refused):
        mail.cancel(registry, team.session, seen.task_id)


async def test_another_one_s_message_cannot_be_taken_back_and_it_says_why(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    send.send(registry, team.director, [team.others["bob"]], "work")
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await opened(pilot, room)
        await pilot.press("x")
        await until(pilot, lambda: "only who sent it" in picture(pilot))
        await pilot.press("a")
        await until(pilot, lambda: "it was not sent to you" in picture(pilot))
        assert isinstance(pilot.app.screen, EntryDetail)


async def test_r_goes_back_to_write_an_answer(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    send.send(registry, team.others["bob"], [team.others["alice"]], "a question")
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await opened(pilot, room)
        await pilot.press("r")
        await until(pilot, lambda: room.regions.composer.draft.text == "@bob ")


async def test_y_copies_the_text_and_nothing_that_a_terminal_obeys(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    body = "first\nsecond \x1b]52;c;evil\x07"
    send.send(registry, team.director, [team.others["bob"]], body)
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await opened(pilot, room)
        await pilot.press("y")
        assert pilot.app.clipboard == "first\nsecond ]52;c;evil"


async def test_a_body_of_a_hundred_kilobytes_scrolls(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    body = "\n".join(f"line {number} {'x' * 90}" for number in range(1000))
    send.send(registry, team.director, [team.others["bob"]], body)
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await opened(pilot, room)
        assert "line 0 " in picture(pilot)
        await pilot.press("end")
        await until(pilot, lambda: "created" in picture(pilot))


async def test_files_are_shown_with_what_has_become_of_them(
    registry: Registry, registry_path: Path, team: Team, tmp_path: Path
) -> None:
    plan, log = tmp_path / "plan.md", tmp_path / "run.log"
    plan.write_bytes(b"x" * 12_000)
    log.write_text("fine")
    files = attachments.taken([str(plan), str(log)], copied=False)
    send.send(
        registry, team.others["bob"], [team.administrator], "look", attached=files
    )
    log.write_text("not fine")
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await until(pilot, lambda: "+ plan.md 12 kB  + run.log 4 B" in picture(pilot))
        await opened(pilot, room)
        await until(pilot, lambda: "4 B  changed since it was sent" in picture(pilot))
        assert "12 kB  as it was sent" in picture(pilot)
        assert files[0].sha256 in picture(pilot)
        await pilot.press("o", "3", "enter")
        await until(pilot, lambda: "No file has the number 3" in picture(pilot))


async def test_comments_of_a_review_say_which_are_open(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    said = comments.read("a.py:1 one\nb.py:-2 two")
    alice, bob = team.others["alice"], team.others["bob"]
    sent = reviews.send_review(registry, alice, [bob], "", said)
    async with a_room(source_of(registry_path), team.session) as (room, pilot):
        await until(pilot, lambda: "2 of 2 comments open" in picture(pilot))
        await opened(pilot, room)
        await until(pilot, lambda: "open: 1 2" in picture(pilot))
        reviews.ack(registry, team.caller("bob"), [f"{sent.task.task_id}/1"])
        await until(pilot, lambda: "open: 2 · 1 acked" in picture(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: "1 of 2 comments open" in picture(pilot))
