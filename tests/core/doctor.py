"""A team with a member in a pane for `doctor` to look at, and what it finds."""

from __future__ import annotations

from pathlib import Path

from cafleet_core.broker.registry.open import Registry, is_file
from cafleet_core.broker.team import create_member
from cafleet_core.diagnosis import checks
from cafleet_core.diagnosis.check import Check
from cafleet_core.requests import MemberRequest
from tests.team import Team, a_team_in_panes
from tests.terminal import Terminal

STANDIN = MemberRequest("helper", "", "standin", cwd="/")


def place_of(registry: Registry) -> str:
    """What the settings of a user name: the file, or the server's URL."""
    return registry.where if is_file(registry.url) else registry.url


def checked(registry: Registry) -> dict[str, Check]:
    """What each check finds, by its name."""
    return {check.name: check for check in checks.examine(place_of(registry))}


def a_team_with_a_helper(registry: Registry, terminal: Terminal, logs: Path) -> Team:
    """A Director in a pane and the member `helper`, created by it."""
    team = a_team_in_panes(registry, terminal, logs)
    made = create_member.create(registry, team.caller(), STANDIN)
    team.others["helper"] = made.agent
    return team
