"""The room marks both agents at one file, and says which file it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core import clock
from cafleet_core.broker.files import edits
from cafleet_core.broker.files.place import locate
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.rules import OnConflict
from cafleet_core.file_use import SharedFile
from cafleet_tui.model.columns import fitted
from cafleet_tui.model.standing import Standing, StandingState
from cafleet_tui.render import member, member_detail
from cafleet_tui.render.member_row import row
from tests.builders import a_member
from tests.team import Team
from tests.tui.test_columns import FULL
from tests.tui.test_feed import Followed, followed, team

__all__ = ["followed", "team"]


def shared_by(*files: SharedFile) -> Standing:
    """An agent at work on these files."""
    facts = FULL._replace(files=files)
    return Standing(a_member(), StandingState.BUSY, 3.0, facts=facts)


PLAN = shared_by(SharedFile("docs/plan.md", ("bob", "carol")))


def test_a_sign_follows_the_name_wherever_it_stands() -> None:
    assert "drafter ⇄" in row(PLAN, fitted((), 40)).plain
    assert "drafter ⇄" in member.cell(PLAN, 30).plain
    assert "⇄" not in row(shared_by(), fitted((), 40)).plain


def test_the_file_and_the_others_stand_above_its_screen_and_in_its_details() -> None:
    words = "docs/plan.md with bob, carol"
    assert f"⇄ {words}" in member.screen_title(PLAN).plain
    assert words in member_detail.identity(PLAN, clock.now()).plain


@pytest.mark.parametrize("width", range(12, 60, 5))
def test_no_path_breaks_a_line(width: int) -> None:
    hostile = shared_by(SharedFile("a\n\x1b[2J\u202e[b]x", ("b\nc",)))
    assert row(hostile, fitted((), width)).cell_length == width
    assert "\n" not in member.screen_title(hostile).plain
    assert "\x1b" not in member.screen_title(hostile).plain


def test_an_edit_of_another_process_is_marked_and_its_end_is_seen(
    registry: Registry,
    team: Team,
    followed: Followed,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(edits, "SECONDS", 5)
    place = locate("plan.md", str(tmp_path))
    assert place is not None
    for name in ("drafter", "reviewer"):
        edits.begin(registry, team.others[name], [place], OnConflict.WARN)

    def marked() -> dict[str, tuple[SharedFile, ...]]:
        facts = followed.update().facts
        return {agent_id: each.files for agent_id, each in facts.items() if each.files}

    drafter, reviewer = (team.others[name].agent_id for name in ("drafter", "reviewer"))
    shared: dict[str, tuple[SharedFile, ...]] = {}
    while not shared:
        shared = marked()
    assert shared == {
        drafter: (SharedFile(place.path, ("reviewer",)),),
        reviewer: (SharedFile(place.path, ("drafter",)),),
    }
    while shared:  # it ends by itself, without a commit
        shared = marked()
