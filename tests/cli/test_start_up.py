"""A short command imports what it needs and nothing else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Container
from pathlib import Path

import pytest

import cafleet_core
from cafleet_core.broker.registry.open import Registry
from tests.team import Team, a_team_in_panes
from tests.terminal import Terminal, environment

HEAVY = {
    *("textual", "rich", "libtmux", "peewee", "playhouse", "psycopg", "cafleet_tui"),
    *("subprocess", "asyncio", "dataclasses", "tomllib", "shutil", "tempfile"),
    *("importlib.metadata", "multiprocessing", "concurrent.futures", "urllib.request"),
    *("click", "typing", "inspect", "enum", "re", "json", "contextlib", "datetime"),
    "functools",
}

PATHS = f"import sys; sys.path[:0] = {sys.path!r}"

LIST_MODULES = """
import sys
started = set(sys.modules)
from cafleet_core.cli.main import run
code = run(sys.argv[1:])
print(*sorted(set(sys.modules) - started), sep="\\n", file=sys.stderr)
if memo := sys.modules.get("cafleet_core.memo"):
    memo.keep()
sys.exit(code)
"""


def imported(registry: Path, *arguments: str, codes: Container[int] = (0,)) -> set[str]:
    """The modules that a process holds after one command, which ends with one of these codes."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", PATHS + LIST_MODULES, *arguments],
        env=environment(registry),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode in codes, done.stderr
    return set(done.stderr.split())


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("arguments", "most"),
    [
        (("message", "poll"), 53),
        (("message", "poll", "--all", "--json"), 53),
        (("message", "send", "--to", "alice", "--text", "hello"), 98),
        (("message", "ack", "--all"), 53),
        (("--json", "poll", "--quiet"), 53),
        (("message", "list"), 59),
        (("member", "list", "--activity"), 89),
        (("status",), 81),
        (("agent", "list"), 55),
        (("agent", "show", "alice"), 56),
        (("session", "list"), 61),
    ],
)
def test_what_agents_call_all_day_stays_light(
    registry: Registry,
    terminal: Terminal,
    tmp_path: Path,
    arguments: tuple[str, ...],
    most: int,
) -> None:
    team: Team = a_team_in_panes(registry, terminal, tmp_path, "alice")
    who = ("--session-id", team.session.session_id, "--agent-id")
    imported(Path(registry.where), *who, team.director.agent_id, *arguments)
    modules = imported(Path(registry.where), *who, team.director.agent_id, *arguments)
    assert "cafleet_core.storage.tasks" in modules
    assert not {
        module for module in modules if module in HEAVY or module.split(".")[0] in HEAVY
    }
    assert sum(module.startswith("cafleet_core.") for module in modules) <= most


def test_who_only_looks_needs_nothing_that_repairs(registry: Registry) -> None:
    modules = imported(Path(registry.where), "doctor", codes=(0, 1))
    assert "cafleet_core.diagnosis.checks" in modules
    assert "cafleet_core.diagnosis.repair" not in modules
    assert "cafleet_core.broker.team.resume_session" not in modules


@pytest.mark.sqlite
def test_a_list_for_humans_needs_no_screen_either(registry: Registry) -> None:
    modules = imported(Path(registry.where), "session", "list")
    assert "textual" not in modules
    assert "rich" not in modules
    assert "libtmux" not in modules


def test_the_script_needs_no_site_in_a_checkout_either(registry_path: Path) -> None:
    script = Path(cafleet_core.__file__).with_name("assets") / "cafleet"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "importtime", script, "session", "list"],
        env=environment(registry_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "cafleet_core.cli.session" in imported
    assert "site" not in imported
