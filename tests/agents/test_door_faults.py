"""Two hundred messages to real agents while their doors fail: each is read once, and whole."""

from __future__ import annotations

import os
import signal

import pytest

from cafleet_core.broker.registry.open import Registry
from tests.agents.member import Member
from tests.agents.office import Office, set_up
from tests.agents.programs import STARTING, Programs
from tests.team import a_team
from tests.terminal import eventually

pytestmark = pytest.mark.timeout(1800)  # a busy machine takes minutes to start it

SETUP = {
    "codex": ["codex-allow", "codex-registry"],
    "opencode": ["opencode-allow"],
    "qwen": [],
}
"""The pieces that have each of them poll without asking."""


@pytest.fixture(params=SETUP)
def member(
    request: pytest.FixtureRequest,
    equipped: tuple[Registry, Programs],
    monkeypatch: pytest.MonkeyPatch,
) -> Member:
    """A member that has had its first turn; whoever restarts it has its variables."""
    registry, programs = equipped
    name = str(request.param)
    for variable, value in programs.environment().items():
        monkeypatch.setenv(variable, value)
    set_up(programs, *SETUP[name])
    terminal = programs.terminal
    team = a_team(registry, here=terminal.here(terminal.first))
    office = Office(registry, programs, team)
    office.creates(name, name, "welcome to the office")
    eventually(lambda: office.heard(name, "welcome"), STARTING)
    office.becomes(name, "idle")
    return Member(office, name, [], [])


def test_two_hundred_come_once_each(member: Member) -> None:
    member.is_sent(20)
    member.reads_all()
    member.works()
    member.is_sent(20, "the same")
    member.reads_all()
    _while_it_is_stopped(member)
    _while_its_service_refuses(member)
    _while_it_is_killed(member)
    member.is_sent(60)
    member.is_sent(40, "the same")
    member.reads_all()
    missed = list(member.not_read_once())
    assert not missed, "\n".join(map(str, missed))
    assert len(member.sent) >= 200
    assert member.by_inbox()[:60].count(True) >= 30
    assert member.by_inbox()[-100:].count(True) >= 30  # of the process that it has now


def _while_it_is_stopped(member: Member) -> None:
    """With messages that it reads once it goes on."""
    os.killpg(member.pid(), signal.SIGSTOP)
    member.is_sent(10)
    os.killpg(member.pid(), signal.SIGCONT)
    member.reads_all()


def _while_its_service_refuses(member: Member) -> None:
    """To be tried again within seconds."""
    limited = member.office.programs.api.limited
    limited.set()
    member.is_sent(11)
    limited.clear()
    member.reads_all()


def _while_it_is_killed(member: Member) -> None:
    """With messages in its queue, which may end with it."""
    member.works()
    member.is_sent(20)
    os.killpg(member.pid(), signal.SIGKILL)
    member.is_sent(20)
    member.starts_anew()
    member.reads_all()
