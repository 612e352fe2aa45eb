"""The columns of the list of members: chosen, fitted to a width, filled, and kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import OptionList

from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.broker.team import member_facts
from cafleet_core.config import keys, user_file
from cafleet_core.config.settings import Settings
from cafleet_core.storage import usage_samples
from cafleet_core.usage.sample import MICRO, Tokens, UsageSample
from cafleet_core.views import MemberFacts
from cafleet_tui.cli import make_app
from cafleet_tui.dialogs.columns import ColumnsDialog
from cafleet_tui.model.columns import (
    LEAST_NAME,
    USUAL,
    Column,
    fitted,
    moved,
    switched,
)
from cafleet_tui.model.standing import Standing, StandingState
from cafleet_tui.operations.member_operations import READ_ONLY
from cafleet_tui.render.member_row import row
from cafleet_tui.screens.control_room import ControlRoom
from cafleet_tui.screenshot import settle
from tests.builders import a_member, at
from tests.team import Team, a_team
from tests.tui.rooms import picture, until

SIZE = (120, 36)
FULL = MemberFacts(
    *(164_000, 200_000, 1_234_567, True),
    *("cafleet/ann", "/home/me/src/shop", "box", "All tests pass"),
)


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "drafter")


def shown(chosen: tuple[Column, ...], width: int) -> list[Column]:
    return [column for column, _ in fitted(chosen, width).columns]


def test_the_settings_know_the_columns_that_there_are() -> None:
    assert keys.FileSettings.columns.choices == tuple(Column)


@pytest.mark.parametrize(
    ("width", "left_out"),
    [
        (54, ()),
        (50, (Column.ACTIVITY,)),
        (37, (Column.ACTIVITY, Column.KIND)),
        (28, (Column.ACTIVITY, Column.KIND, Column.IDLE)),
        (11, USUAL),
    ],
)
def test_what_tells_of_need_stays_the_longest(
    width: int, left_out: tuple[Column, ...]
) -> None:
    assert shown(USUAL, width) == [each for each in USUAL if each not in left_out]


@pytest.mark.parametrize("width", range(12, 150, 3))
@pytest.mark.parametrize("chosen", [(), USUAL, tuple(Column), tuple(Column)[::-1]])
def test_a_row_fills_its_width_and_a_name_stays_readable(
    chosen: tuple[Column, ...], width: int
) -> None:
    layout = fitted(chosen, width)
    standing = Standing(a_member(), StandingState.BUSY, 3.0, facts=FULL)
    assert layout.name >= LEAST_NAME
    assert row(standing, layout).cell_length == width
    hostile = FULL._replace(branch="\x1b[2J[b]x", last="a\nb\u202e\t" + "漢" * 60)
    assert row(standing._replace(facts=hostile), layout).cell_length == width


def test_the_cells_tell_what_is_known_and_nothing_of_what_is_not() -> None:
    chosen = (*switched((), Column.CONTEXT), Column.COST, Column.BRANCH, Column.LAST)
    chosen += (Column.FOLDER, Column.HOST)
    standing = Standing(a_member(), StandingState.BUSY, 3.0, facts=FULL)
    words = row(standing, fitted(chosen, 140)).plain.split("drafter")[1].split()
    expected = "82% ~$1.23 cafleet/ann All tests pass shop box"
    assert words == expected.split()
    bare = row(standing._replace(facts=MemberFacts()), fitted(chosen, 140))
    assert bare.plain.split() == ["●", "drafter"]


def test_columns_are_switched_and_moved_and_stay_within_their_ends() -> None:
    assert switched(USUAL, Column.COST) == (*USUAL, Column.COST)
    assert switched(USUAL, Column.STATE) == USUAL[1:]
    assert moved(USUAL, Column.KIND, -1)[:2] == (Column.KIND, Column.STATE)
    assert moved(USUAL, Column.STATE, -1) == USUAL
    assert moved(USUAL, Column.IDLE, 1) == USUAL


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (["state", "colour"], "'colour' is neither state nor kind"),
        (["state", "state"], "'state' is there twice"),
        (["state", 1], "is not a list of strings"),
        ("state", "is not a list of strings"),
    ],
)
def test_a_column_that_cannot_be_is_refused(value: object, why: str) -> None:
    assert why in (user_file.fault("tui.columns", value) or "")
    assert user_file.fault("tui.columns", []) is None


def keep(registry: Registry, team: Team, when: str, sample: UsageSample) -> None:
    agent_id = team.caller("drafter").agent.agent_id
    with registry.write():
        usage_samples.keep(
            registry, team.session.session_id, agent_id, when, sample, None
        )


def test_the_facts_are_those_of_the_last_sample_and_the_last_message(
    registry: Registry, team: Team
) -> None:
    session_id = team.session.session_id
    for minute, cost in ((0, 1), (30, 2)):
        sample = UsageSample("c1", "", "gpt-5", Tokens(1, 1), cost * MICRO, 50, 100)
        keep(registry, team, at(minutes=minute), sample)
    for text in ("first", "second"):
        director = team.caller("Director").agent
        send.send(registry, team.caller("drafter").agent, [director], text)
    facts = member_facts.of_session(registry, session_id, priced=False)
    known = facts[team.caller("drafter").agent.agent_id]
    assert (known.cost, known.context_used, known.last) == (2 * MICRO, 50, "second")
    untold = UsageSample("c2", "", "gpt-5", Tokens(10**6, 0))
    keep(registry, team, at(minutes=60), untold)
    for priced in (False, True):
        facts = member_facts.of_session(registry, session_id, priced=priced)
        known = facts[team.caller("drafter").agent.agent_id]
        assert (known.cost is not None, known.estimated) == (priced, priced)


async def test_a_column_is_switched_on_moved_and_kept_at_once(
    registry: Registry, registry_path: Path, team: Team, file: Path
) -> None:
    file.write_text("# mine\n")
    sample = UsageSample("c1", "", "", Tokens(1, 1), 2 * MICRO, 41, 100)
    keep(registry, team, at(), sample)
    app = make_app(Settings(str(registry_path)), team.session)
    async with app.run_test(size=SIZE) as pilot:
        await settle(app, pilot)
        await pilot.press("f2", "vertical_line")
        await until(pilot, lambda: isinstance(app.screen, ColumnsDialog))
        listed = app.screen.query_one(OptionList)
        await pilot.press(*["down"] * len(USUAL), "enter")
        await until(pilot, lambda: "✓ state kind activity" in picture(pilot))
        assert listed.highlighted == len(USUAL)
        await pilot.press(*["K"] * len(USUAL))
        await until(pilot, lambda: "✓ context state kind" in picture(pilot))
        assert file.read_text().startswith("# mine\n")
        assert 'columns = ["context", "state", "kind"' in file.read_text()
        before = app.screen_stack[-2]
        await pilot.press("escape")
        await until(pilot, lambda: "41%" in picture(pilot))
        assert app.screen is before
        assert isinstance(before, ControlRoom)
        await pilot.press("vertical_line", "backspace")
        await until(pilot, lambda: app.settings.columns == USUAL)
    assert "columns" not in file.read_text()


async def test_who_only_looks_changes_no_columns(
    registry_path: Path, team: Team, file: Path
) -> None:
    app = make_app(Settings(str(registry_path), read_only=True), team.session)
    async with app.run_test(size=SIZE) as pilot:
        await settle(app, pilot)
        await pilot.press("f2", "vertical_line")
        await until(pilot, lambda: isinstance(app.screen, ColumnsDialog))
        await pilot.press("enter")
        await until(pilot, lambda: READ_ONLY in picture(pilot))
    assert not file.exists()
