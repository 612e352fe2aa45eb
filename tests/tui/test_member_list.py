"""The list of members: what a row says, how it moves, and what it asks for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot

from cafleet_core import clock
from cafleet_core.config.rules import Thresholds
from cafleet_core.readings import PaneReading
from cafleet_core.states import AgentKind, AgentStatus, PaneState
from cafleet_core.views import Member
from cafleet_tui.app import CafleetApp
from cafleet_tui.model import standing
from cafleet_tui.model.columns import USUAL, fitted
from cafleet_tui.model.standing import StandingState
from cafleet_tui.render import member as render
from cafleet_tui.render import member_row
from cafleet_tui.widgets.member_list import MemberList
from tests.builders import DAWN, a_member, an_agent, at

NOON = DAWN + timedelta(minutes=60)


class Host(App[None]):
    """Shows a member list between two places that can have the focus."""

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return CafleetApp.get_theme_variable_defaults(self)  # type: ignore[arg-type]

    def compose(self) -> ComposeResult:
        yield MemberList()


@asynccontextmanager
async def a_list(
    *members: Member, size: tuple[int, int] = (46, 12), **states: str
) -> AsyncIterator[tuple[MemberList, Pilot[None], list[Message]]]:
    """A list that shows the members, without the focus, and the messages it posts."""
    seen: list[Message] = []
    app = Host()
    async with app.run_test(size=size, message_hook=seen.append) as pilot:
        listed = app.query_one(MemberList)
        app.set_focus(None)
        await pilot.pause()
        show(listed, members, **states)
        await pilot.pause()
        yield listed, pilot, seen


def show(listed: MemberList, members: tuple[Member, ...], **states: str) -> None:
    """Hand the list new standings."""
    views = {
        member.agent.agent_id: PaneReading(
            PaneState(states[member.agent.name]), "screen", ""
        )
        for member in members
        if member.agent.name in states
    }
    listed.show(standing.rank(members, views, NOON, Thresholds()))


def rows(listed: MemberList) -> list[str]:
    """The lines of the list as text."""
    lines = [listed.render_line(y).text.rstrip() for y in range(listed.size.height)]
    return [line for line in lines if line]


def chosen(listed: MemberList) -> str:
    """The name under the cursor."""
    assert listed.highlighted is not None
    return listed.highlighted.member.agent.name


def active(name: str, minutes: float = 59.5, **changes: Any) -> Member:
    return a_member(name, last_active=at(minutes=minutes), **changes)


def gone(name: str) -> Member:
    return a_member(agent=an_agent(name, status=AgentStatus.DEREGISTERED))


async def test_a_row_tells_state_in_a_word_and_a_glyph_agent_mail_and_silence() -> None:
    async with a_list(active("anna", unacked=2), anna="busy") as (listed, _, _):
        assert rows(listed) == ["● anna              busy      claude    2  30s"]


async def test_a_narrow_row_leaves_out_the_coding_agent() -> None:
    shown = a_list(active("anna"), size=(32, 5), anna="idle")
    async with shown as (listed, _, _):
        assert "claude" not in rows(listed)[0]
        assert rows(listed)[0].split() == ["○", "anna", "idle", "·", "30s"]


@pytest.mark.parametrize(
    ("mail", "words"),
    [
        ({"unacked": 3, "unread": 1}, "1/3"),
        ({"unacked": 3, "unread": 0}, "0/3"),
        ({"unacked": 120, "unread": 110}, "99/99"),
        ({"unacked": 2, "unread": 1, "oldest_unacked": at(minutes=1)}, "1/2!"),
        ({}, "·"),
    ],
)
async def test_a_wide_row_tells_what_is_unread_of_what_is_unacked(
    mail: dict[str, Any], words: str
) -> None:
    shown = a_list(active("anna", **mail), size=(60, 5), anna="busy")
    async with shown as (listed, _, _):
        assert rows(listed)[0].split()[-2:] == [words, "30s"]
        assert len(rows(listed)[0]) <= 60


async def test_the_cursor_is_on_who_needs_the_human_until_it_is_moved() -> None:
    team = active("anna"), active("bert"), active("carl")
    async with a_list(*team) as (listed, pilot, _):
        assert chosen(listed) == "anna"
        show(listed, team, carl="waiting")
        assert chosen(listed) == "carl"
        listed.focus()
        await pilot.press("down")
        assert chosen(listed) == "anna"
        show(listed, team, bert="waiting")
        assert chosen(listed) == "anna"


async def test_nothing_moves_while_the_list_has_the_focus() -> None:
    team = active("anna"), active("bert"), active("carl")
    async with a_list(*team) as (listed, pilot, _):
        listed.focus()
        await pilot.pause()
        show(listed, (*team, active("abel")), carl="waiting")
        assert [row.split()[1] for row in rows(listed)] == [
            *("anna", "bert", "carl", "abel")
        ]
        pilot.app.set_focus(None)
        await pilot.pause()
        assert [row.split()[1] for row in rows(listed)] == [
            *("carl", "abel", "anna", "bert")
        ]


async def test_deregistered_agents_are_one_line_that_unfolds() -> None:
    async with a_list(active("anna"), gone("yuri"), gone("zora")) as (listed, pilot, _):
        assert rows(listed)[-1] == "▸ 2 deregistered"
        listed.focus()
        await pilot.press("end", "enter")
        assert [row.split()[1] for row in rows(listed)] == ["anna", "2", "yuri", "zora"]
        await pilot.press("enter")
        assert len(rows(listed)) == 2


async def test_a_click_on_the_folded_line_unfolds_it() -> None:
    async with a_list(active("anna"), gone("yuri")) as (listed, pilot, _):
        await pilot.click(listed, offset=(3, 1))
        assert listed.unfolded


async def test_keys_ask_for_the_screen_a_filter_and_a_message() -> None:
    async with a_list(active("anna"), active("bert")) as (listed, pilot, seen):
        listed.focus()
        await pilot.press("j", "enter", "f", "r")
        asked = dict.fromkeys(m for m in seen if isinstance(m, MemberList.Asked))
        assert [type(message) for message in asked] == [
            MemberList.Opened,
            MemberList.FilterWanted,
            MemberList.MentionWanted,
        ]
        assert {m.standing.member.agent.name for m in asked} == {"bert"}


async def test_only_lines_that_changed_are_painted_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    team = active("anna"), active("bert", minutes=20), active("carl", minutes=10)
    async with a_list(*team) as (listed, _, _):
        painted: list[object] = []
        monkeypatch.setattr(listed, "refresh_line", painted.append)
        monkeypatch.setattr(listed, "refresh", lambda *_, **__: painted.append("all"))
        show(listed, team)
        assert painted == []
        show(listed, (active("anna", minutes=59.4), *team[1:]))
        assert painted == [0]


async def test_the_strip_has_several_members_a_line_and_moves_in_both_directions() -> (
    None
):
    team = tuple(active(name) for name in ("anna", "bert", "carl", "dora"))
    async with a_list(*team, size=(78, 3)) as (listed, pilot, _):
        listed.strip = True
        await pilot.pause()
        assert [len(row.split("·")) - 1 for row in rows(listed)] == [3, 1]
        listed.focus()
        await pilot.press("right")
        assert chosen(listed) == "bert"
        await pilot.press("home", "down")
        assert chosen(listed) == "dora"
        await pilot.click(listed, offset=(30, 0))
        assert chosen(listed) == "bert"


async def test_a_scrollbar_covers_no_idle_time() -> None:
    members = [active(f"member-{number}") for number in range(30)]
    async with a_list(*members) as (listed, _, _):
        assert listed.show_vertical_scrollbar
        width = listed.size.width - listed.scrollbar_size_vertical
        assert {len(row) for row in rows(listed)} == {width}


@pytest.mark.parametrize("width", [23, 28, 38])
@pytest.mark.parametrize("state", render.LOOKS)
def test_a_cell_of_the_strip_tells_the_state_by_glyph_word_and_colour(
    state: str, width: int
) -> None:
    shown = render.cell(
        standing.Standing(a_member("ann"), StandingState(state), 372.0), width
    )
    look = render.LOOKS[state]
    assert shown.cell_length == width
    assert shown.plain.startswith(f"{look.glyph} ann {look.word} ")
    assert shown.plain.endswith(" 6m")
    at = shown.plain.index(look.word)
    assert look.style in {
        str(s.style) for s in shown.spans if s.start < at + 1 <= s.end
    }


@pytest.mark.parametrize("kind", ["member", "director"])
@pytest.mark.parametrize("state", render.LOOKS)
def test_a_name_takes_the_place_of_the_word_and_keeps_both_ends(
    state: str, kind: str
) -> None:
    named = a_member("a-name-that-is-rather-long")
    agent = named.agent._replace(kind=AgentKind(kind))
    named = named._replace(agent=agent)
    shown = render.cell(standing.Standing(named, StandingState(state), 372.0), 23)
    look = render.LOOKS[state]
    assert shown.plain == f"{look.glyph} a-name-…her-long   6m"
    assert look.style in {str(s.style) for s in shown.spans if s.start == 0}


def test_a_cell_counts_what_is_unacked_where_that_fits() -> None:
    busy = standing.Standing(a_member("tester", unacked=3), StandingState.BUSY, 3.0)
    assert render.cell(busy, 28).plain == "● tester busy" + "3   3s".rjust(15)
    assert render.cell(busy, 18).plain == "● tester busy   3s"


@pytest.mark.parametrize("width", [20, 32, 46, 60])
def test_a_row_tells_when_a_limit_ends(width: int) -> None:
    ends = at(minutes=70)
    view = PaneReading(PaneState.LIMIT, "transcript", "", until=ends)
    limited = standing.Standing(active("anna"), StandingState.LIMIT, 30.0, view)
    shown = member_row.row(limited, fitted(USUAL, width))
    assert shown.cell_length == width
    assert shown.plain.startswith("▤ anna ")
    words = f"limit {clock.local_end(ends, clock.now())}"
    assert words in render.screen_state(limited).plain
    assert (words in shown.plain) == (width > 20)


def test_every_state_has_a_glyph_and_a_word_of_its_own_and_a_colour() -> None:
    looks = [*render.LOOKS.values(), render.UNKNOWN]
    assert len({look.glyph for look in looks}) == len(looks)
    assert len({look.word for look in looks}) == len(looks)
    assert all("$" in look.style for look in looks)
