"""The command line called within the test's own process, for what needs no other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cafleet_core.broker.registry.open import Registry
from cafleet_core.cli.main import run
from tests.cli.desk import Desk
from tests.cli.pretender import Pretender
from tests.team import Team, a_team
from tests.terminal import Ran, Terminal

Prompt = Callable[..., Ran]


@pytest.fixture
def cli(
    place: Path | str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Prompt:
    """Runs one command line; its exit code and what it printed."""
    url = place if isinstance(place, str) else f"sqlite:///{place}"
    monkeypatch.setenv("CAFLEET_DATABASE_URL", url)

    def called(*arguments: str) -> Ran:
        code = run(list(arguments))
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return called


@pytest.fixture
def team(registry: Registry) -> Team:
    """A Director, alice and bob, none of them in a pane."""
    return a_team(registry, "alice", "bob")


@pytest.fixture
def as_agent(cli: Prompt, team: Team) -> Prompt:
    """Runs one command line as the agent named first."""

    def called(name: str, *arguments: str) -> Ran:
        who = ("--session-id", team.session.session_id)
        return cli(*who, *arguments, "--agent-id", team.caller(name).agent.agent_id)

    return called


@pytest.fixture
def desk(registry: Registry, terminal: Terminal) -> Desk:
    """A session whose Director sits in a shell's pane."""
    pane = terminal.shell()
    return Desk(terminal, registry, a_team(registry, here=terminal.here(pane)), pane)


@pytest.fixture
def pretender(tmp_path: Path) -> Pretender:
    """A coding agent of the user's own, which is none."""
    return Pretender(tmp_path)
