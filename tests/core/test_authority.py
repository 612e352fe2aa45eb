"""What enforced identity lets through: proof, or a human at a terminal, in no agent's pane."""

from __future__ import annotations

import os
import pty
from collections.abc import Iterator

import pytest

from cafleet_core import process
from cafleet_core.broker.directory import authority, sender_keys
from cafleet_core.broker.directory.callers import Surroundings
from cafleet_core.broker.directory.origin import Origin
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.settings import Settings
from cafleet_core.errors import Refused
from cafleet_core.records import Agent
from cafleet_core.states import SenderProof
from tests.builders import an_agent
from tests.team import Team, a_team

NOBODY = Origin()


@pytest.fixture
def team(registry: Registry) -> Team:
    return a_team(registry, "alice")


@pytest.fixture
def at_a_terminal() -> Iterator[None]:
    """Standard input is a terminal while the test runs."""
    before, (ours, theirs) = os.dup(0), pty.openpty()
    os.dup2(theirs, 0)
    yield
    os.dup2(before, 0)
    for end in (before, ours, theirs):
        os.close(end)


@pytest.fixture
def at_no_terminal() -> Iterator[None]:
    """Standard input is none while the test runs."""
    before, nothing = os.dup(0), os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    yield
    os.dup2(before, 0)
    for end in (before, nothing):
        os.close(end)


def around(registry: Registry, origin: Origin) -> Surroundings:
    return Surroundings(registry, Settings(""), origin, ())


@pytest.mark.usefixtures("at_a_terminal")
def test_a_claim_is_refused_even_of_a_human(registry: Registry, team: Team) -> None:
    for proof in (SenderProof.PANE, SenderProof.KEY):
        proven = team.caller("alice")._replace(proof=proof)
        authority.refuse_unproven(around(registry, NOBODY), proven)
    claimed = team.caller("alice")._replace(proof=SenderProof.CLAIMED)
    with pytest.raises(Refused) as refused:
        authority.refuse_unproven(around(registry, NOBODY), claimed)
    assert refused.value.message == (
        "nothing proves that alice calls here, and [identity] enforce asks for proof:"
        " call from its own pane."
    )


UNPROVEN_HUMAN = (
    "only a human at a terminal, in no agent's pane, may speak as the Administrator:"
    " [identity] enforce is on."
)


@pytest.mark.usefixtures("at_a_terminal")
def test_the_administrator_is_a_human_at_a_terminal(
    registry: Registry, team: Team
) -> None:
    human = team.caller("Administrator")
    authority.refuse_unproven(around(registry, NOBODY), human)
    for origin in (Origin([team.director]), Origin([team.director], apart=True)):
        with pytest.raises(Refused) as refused:
            authority.refuse_unproven(around(registry, origin), human)
        assert refused.value.message == UNPROVEN_HUMAN


@pytest.mark.usefixtures("at_no_terminal")
def test_the_administrator_without_a_terminal_is_refused(
    registry: Registry, team: Team
) -> None:
    with pytest.raises(Refused) as refused:
        authority.refuse_unproven(
            around(registry, NOBODY), team.caller("Administrator")
        )
    assert refused.value.message == UNPROVEN_HUMAN


def may_command(registry: Registry, team: Team, origin: Origin) -> str:
    """What refuses a call for the Director alone; empty where nothing does."""
    try:
        authority.refuse_subordinate(around(registry, origin), team.session)
    except Refused as error:
        return error.message
    return ""


SUBORDINATE = (
    "only the session's Director, in its own pane, or a human at a terminal may do that:"
    " [identity] enforce is on."
)


@pytest.mark.usefixtures("at_no_terminal")
def test_the_director_s_own_pane_is_asked_for(registry: Registry, team: Team) -> None:
    director, alice = team.director, team.others["alice"]
    assert may_command(registry, team, Origin([director])) == ""
    assert may_command(registry, team, Origin([alice, director])) == ""
    for origin in (NOBODY, Origin([alice]), Origin([director], apart=True)):
        assert may_command(registry, team, origin) == SUBORDINATE


@pytest.mark.usefixtures("at_a_terminal")
def test_a_human_may_do_what_the_director_may(registry: Registry, team: Team) -> None:
    assert may_command(registry, team, NOBODY) == ""
    alice = Origin([team.others["alice"]])
    assert may_command(registry, team, alice) == SUBORDINATE


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> tuple[Agent, str]:
    """An agent with a key that was made in another pid namespace than the test's."""
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(process, "namespace", lambda: "elsewhere")
        return sender_keys.given(an_agent())


def test_a_key_proves_its_agent_from_another_pid_namespace(
    given: tuple[Agent, str],
) -> None:
    agent, key = given
    assert sender_keys.proves(agent, key)
    assert len(bytes.fromhex(key)) == 32
    assert key not in repr(agent)


def test_no_other_key_does(given: tuple[Agent, str]) -> None:
    agent, key = given
    for other in ("", key[:-1], key + "0", "\udcff", sender_keys.given(agent)[1]):
        assert not sender_keys.proves(agent, other)


def test_a_key_proves_nothing_where_processes_can_be_followed() -> None:
    assert not sender_keys.proves(*sender_keys.given(an_agent()))


def test_an_agent_without_a_key_is_proven_by_none(given: tuple[Agent, str]) -> None:
    _, key = given
    assert not sender_keys.proves(an_agent(), key)
    assert not sender_keys.proves(an_agent(placement=None), key)
    assert sender_keys.given(an_agent(placement=None))[0].placement is None
