"""`cafleet tui`: which session it opens, and the picture of one frame."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry
from cafleet_core.errors import NotFound
from cafleet_tui.cli import choose_session
from tests.team import a_team
from tests.terminal import cafleet
from tests.tui.rooms import settings_of


def test_the_only_live_session_is_opened(
    registry: Registry, registry_path: Path
) -> None:
    settings = settings_of(registry_path)
    assert choose_session(registry, None, settings) is None
    team = a_team(registry)
    assert choose_session(registry, None, settings) == team.session
    a_team(registry)
    assert choose_session(registry, None, settings) is None


def test_an_option_wins_over_the_environment(
    registry: Registry, registry_path: Path
) -> None:
    first, second = a_team(registry).session, a_team(registry).session
    settings = settings_of(registry_path).replace(session_id=first.session_id)
    assert choose_session(registry, None, settings) == first
    assert choose_session(registry, second.session_id[:8], settings) == second
    with pytest.raises(NotFound):
        choose_session(registry, "nothing-like-it", settings)


def test_one_frame_is_drawn_into_a_file(
    registry: Registry, registry_path: Path, tmp_path: Path
) -> None:
    team = a_team(registry, "drafter")
    target = tmp_path / "frame.svg"
    done = cafleet(
        registry_path,
        *("tui", "--session-id", team.session.session_id[:8]),
        *("--screenshot", str(target), "--size", "100", "30", "--json"),
    )
    assert (done.code, done.err) == (0, "")
    svg = target.read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert "drafter" in svg


@pytest.mark.parametrize(
    ("file", "side", "told"),
    [
        (
            "missing/frame.svg",
            "100",
            "missing/frame.svg cannot be written: No such file",
        ),
        ("frame.svg", "0", "Invalid value for '--size': 0 is not in the range"),
    ],
)
def test_a_frame_that_cannot_be_drawn_is_an_error_in_one_line(
    registry_path: Path, tmp_path: Path, file: str, side: str, told: str
) -> None:
    options = ("--screenshot", str(tmp_path / file), "--size", side, "30")
    done = cafleet(registry_path, "tui", *options)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert len(done.err.splitlines()) == 1


def test_an_unknown_session_is_an_error_in_one_line(
    registry: Registry, registry_path: Path
) -> None:
    done = cafleet(registry_path, "tui", "--session-id", "12345678")
    assert done.code == 1
    assert done.err.startswith("Error: session '12345678' not found")
