"""`[supervision] restart`: a member that has ended is started again, a bounded number of times."""

from __future__ import annotations

import pytest

from cafleet_core.broker.supervision.monitor import Monitor
from cafleet_core.broker.supervision.revival import MOST, Revival
from cafleet_core.broker.team.pane_states import seen
from cafleet_core.config.rules import PushRules, Revive, Thresholds
from cafleet_core.storage import lookup
from tests.cli.desk import Desk
from tests.cli.pretender import Pretender
from tests.cli.worker_office import BEGINS, RESUMES, Office
from tests.terminal import eventually


class Watched:
    """An office whose member is watched by these settings, a tick at a time."""

    def __init__(self, office: Office, revive: Revive) -> None:
        self.office, self._revive = office, revive
        self._registry = office.desk.registry
        self._session_id = office.desk.team.session.session_id
        self._monitor = Monitor(
            *(self._registry, self._session_id, PushRules()), Thresholds(revive=revive)
        )

    def tick(self) -> bool:
        self._monitor.tick()
        return True

    def leave(self) -> None:
        """Another process watches from now on."""
        self._monitor.release()

    def revived(self) -> int:
        [[count]] = self._registry.rows(
            "SELECT COUNT(*) FROM events WHERE kind = 'revived'"
        )
        return int(count)

    def decided(self) -> list[str]:
        """What another process that watches says of those that have ended."""
        team = lookup.active_agents(self._registry, self._session_id)
        return [*Revival(self._registry, self._revive).begin(team, seen(team)).values()]


@pytest.fixture
def office(desk: Desk, pretender: Pretender, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A member whose conversation is known, for processes that are started from here."""
    made = Office(desk, pretender, BEGINS, RESUMES)
    for name, value in made.known.items():
        monkeypatch.setenv(name, value)
    return made


def test_one_that_has_ended_is_started_again_as_often_as_the_settings_say(
    office: Office,
) -> None:
    pane = office.hire()
    never, once = Watched(office, Revive.NEVER), Watched(office, Revive.ONCE)
    office.crash(pane)
    for _ in range(3):
        never.tick()
    assert (never.revived(), office.living()) == (0, [])
    never.leave()
    eventually(lambda: once.tick() and office.living() == [pane])
    eventually(lambda: office.pretender.started["argv"][0] == "resume")
    eventually(
        lambda: (
            once.tick()
            and office.desk(
                "member",
                "wait",
                "worker",
                "--state",
                "idle",
                "--timeout",
                "10",
                **office.known,
            ).code
            == 0
        )
    )
    office.crash(pane)
    eventually(lambda: once.tick() and once.decided() != [])
    assert once.decided() == ["it has been started again once, and is left alone"]
    assert once.revived() == 1


def test_one_that_ends_at_once_is_left_alone_after_some_times_and_that_is_told(
    office: Office,
) -> None:
    always = Watched(office, Revive.ALWAYS)
    office.crash(office.hire())
    office.pretender.breaks("no such model")
    eventually(lambda: always.tick() and always.revived() == MOST, 60)
    poll = ("message", "poll", "--json")
    eventually(lambda: len(office.desk(*poll).document) == MOST, 60)
    for message in office.desk(*poll).document:
        assert message["text"].startswith("worker was not started again: ")
    eventually(lambda: always.tick() and len(always.decided()) == 1)
    [words] = always.decided()
    assert words.startswith("it was started again 3 times within 10 minutes")
    assert always.revived() == MOST
