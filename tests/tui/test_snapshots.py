"""The scenes look as approved, in each view of their own, and every word can be read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from cafleet_core.cli.push_hints import BY_PUSH_REASON
from cafleet_core.states import PushOutcome, PushReason
from cafleet_tui.appearance.themes import THEMES
from cafleet_tui.render.delivery import STATES, state_of
from screenshots import messages, states
from screenshots.drawing import play
from screenshots.make import FOLDER
from screenshots.scenes import PICTURES, SCENES, SHOTS, Shot
from screenshots.still_time import stopped_clock
from tests.tui.contrast import faint

ROOT = FOLDER.parent
OUTCOMES = {
    PushOutcome.DELIVERED,
    PushOutcome.SHOWN,
    PushOutcome.HELD,
    PushOutcome.NONE,
}


@pytest.mark.parametrize("shot", SHOTS, ids=str)
def test_a_scene_looks_as_approved_and_can_be_read(
    shot: Shot, snap_compare: Callable[..., bool]
) -> None:
    app = shot.app()
    unreadable: set[str] = set()

    async def set_the_scene(pilot: Pilot[None]) -> None:
        await play(shot, app, pilot)
        unreadable.update(faint(app))

    with stopped_clock():
        assert snap_compare(app, terminal_size=shot.view[:2], run_before=set_the_scene)
    assert not unreadable


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_is_seen_in_both_themes(scene: str) -> None:
    seen = {view.theme for view in SCENES[scene].views}
    assert seen == {theme.name for theme in THEMES}


def test_no_scene_shows_a_push_that_cannot_be() -> None:
    deliveries = [
        delivery
        for entry in (*messages.ENTRIES, *states.ENTRIES)
        for delivery in entry.deliveries
    ]
    assert {delivery.push_outcome for delivery in deliveries} <= OUTCOMES
    reasons = {delivery.push_reason for delivery in deliveries}
    assert reasons <= {None, PushReason.ANSWER, *BY_PUSH_REASON}


def test_the_scene_of_the_states_has_every_one() -> None:
    deliveries = [sent for entry in states.ENTRIES for sent in entry.deliveries]
    assert {state_of(delivery) for delivery in deliveries} == set(STATES)


def test_every_picture_is_of_a_scene() -> None:
    assert {shot.scene for shot in PICTURES.values()} <= set(SCENES)


def test_every_picture_is_shown_somewhere() -> None:
    shown = "".join(path.read_text("utf-8") for path in (ROOT / "docs").rglob("*.md"))
    assert not [name for name in PICTURES if f"screenshots/{name}.svg" not in shown]
    assert not [name for name in PICTURES if not (FOLDER / f"{name}.svg").exists()]
