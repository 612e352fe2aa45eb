"""A registry that goes away under a monitor or a loop: told in one line, and never made anew."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry
from tests.loops import watcher
from tests.team import Team, a_team
from tests.terminal import Terminal, cafleet, command_line, environment, eventually

pytestmark = pytest.mark.sqlite


@pytest.fixture
def team(registry: Registry, terminal: Terminal) -> Team:
    return a_team(registry, here=terminal.here(terminal.first))


@pytest.mark.parametrize("words", [("--only-deliver",), ("--interval", "0.2")])
@pytest.mark.parametrize("replaced", [False, True])
def test_a_registry_that_was_deleted_or_replaced_is_told_and_not_made_anew(
    registry: Registry,
    terminal: Terminal,
    team: Team,
    words: tuple[str, ...],
    replaced: bool,
) -> None:
    session = ("--session-id", team.session.session_id)
    running = subprocess.Popen(
        command_line("monitor", *words, *session),
        env=environment(terminal.registry),
        stderr=subprocess.PIPE,
        text=True,
    )
    eventually(lambda: watcher(registry, team) is not None)
    if replaced:
        copy = Path(terminal.registry).with_name("copy.db")
        registry.copy_to(str(copy))
    for suffix in ("", "-wal", "-shm"):
        Path(f"{terminal.registry}{suffix}").unlink(missing_ok=True)
    if replaced:
        copy.rename(terminal.registry)
    errors = [
        line
        for line in running.communicate(timeout=20)[1].splitlines()
        if "Delivering" not in line
    ]
    why = (
        "was replaced by another file."
        if replaced
        else "is gone: put it back where it was."
    )
    assert errors[:1] == [f"Error: registry {terminal.registry} {why}"]
    assert running.returncode == 1
    assert Path(terminal.registry).exists() is replaced


def test_a_loop_makes_no_registry(terminal: Terminal, tmp_path: Path) -> None:
    missing = tmp_path / "missing" / "registry.db"
    ran = cafleet(missing, "monitor", "--only-deliver", "--session-id", "abcd")
    assert ran.refusal == (
        *(1, ""),
        f"Error: registry {missing} is gone: put it back where it was.\n",
    )
    assert not missing.exists()
