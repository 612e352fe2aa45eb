"""Who is meant and who calls, where several things say so and where a prefix fits several."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from cafleet_core.broker.directory import callers, identity
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.settings import Settings
from cafleet_core.errors import Ambiguous, NotFound
from cafleet_core.records import Task
from cafleet_core.storage.lookup import People
from tests.team import NOWHERE, Team, a_team, called_by

IN_PANE = {"TMUX": f"{NOWHERE.socket},1,0", "TMUX_PANE": "%1"}
"""The environment of whoever lives in the pane `NOWHERE`."""


@pytest.fixture
def here(registry: Registry) -> Team:
    """The team whose Director lives in the calling pane."""
    return a_team(registry, "alice")


@pytest.fixture
def elsewhere(registry: Registry) -> Team:
    """A team of another session, whose Director lives in another pane."""
    pane = NOWHERE.pane._replace(pane_id="%2")
    return a_team(registry, "alice", "bob", here=NOWHERE._replace(pane=pane))


def session_id(
    registry: Registry,
    settings: Settings | None = None,
    session: str | None = None,
    agent: str | None = None,
) -> str:
    """The session in which a call from the pane works."""
    around = callers.surroundings(registry, settings or Settings(""), IN_PANE)
    return callers.session_of_caller(around, session, agent).session_id


def test_the_session_is_the_named_one_then_the_set_one_then_the_pane_s(
    registry: Registry, here: Team, elsewhere: Team
) -> None:
    ours, theirs = here.session.session_id, elsewhere.session.session_id
    settings = Settings("", session_id=theirs)
    assert session_id(registry) == ours
    assert session_id(registry, settings) == theirs
    assert session_id(registry, settings, ours) == ours


def test_a_label_in_the_environment_names_a_session_as_its_id_does(
    registry: Registry, here: Team, elsewhere: Team
) -> None:
    for team, label in ((here, "ours"), (elsewhere, "theirs")):
        with registry.write():
            registry.execute(
                "UPDATE sessions SET label = ? WHERE session_id = ?",
                (label, team.session.session_id),
            )
    for team, label in ((here, "ours"), (elsewhere, "theirs")):
        settings = Settings("", session_id=label)
        assert session_id(registry, settings) == team.session.session_id
        around = callers.surroundings(registry, settings, IN_PANE)
        assert around.contradicts(here.director) is (team is elsewhere)


def test_an_agent_s_id_tells_another_session_than_the_pane_s(
    registry: Registry, here: Team, elsewhere: Team
) -> None:
    bob = elsewhere.others["bob"].agent_id
    assert session_id(registry, agent=bob) == elsewhere.session.session_id


@pytest.mark.parametrize("agent", ["alice", "bob", "\udcff"])
def test_an_agent_s_name_is_one_of_the_pane_s_session(
    registry: Registry, here: Team, elsewhere: Team, agent: str
) -> None:
    assert session_id(registry, agent=agent) == here.session.session_id


def test_an_agent_that_was_read_before_is_still_of_its_own_session_alone(
    registry: Registry, here: Team, elsewhere: Team
) -> None:
    bob = elsewhere.others["bob"]
    known = People([], {"bob": bob, bob.agent_id: bob}, {})
    theirs = elsewhere.session.session_id
    assert identity.find_agent(registry, theirs, "bob", known) is bob
    assert identity.find_agent(registry, None, bob.agent_id, known) is bob
    ours = here.session.session_id
    for session, name in ((ours, "bob"), (ours, bob.agent_id), (None, "bob")):
        with pytest.raises(NotFound):
            identity.find_agent(registry, session, name, known)


def test_an_agent_that_nobody_knows_is_not_found_without_a_hint(
    registry: Registry, here: Team
) -> None:
    for reference in ("alcie", "\udcff"):
        with pytest.raises(NotFound) as refused:
            called_by(registry, Settings(""), {}, None, reference)
        assert refused.value.message.startswith("Agent ")
        assert refused.value.message.endswith(" not found")


@pytest.mark.parametrize(
    "tmux", ["", "x", "x,", ",1,0", "x,y,0", "x,-1,0", "x,٣,0", f"x,{10**25},0"]
)
def test_what_no_tmux_server_sets_says_nothing_of_the_pane(
    registry: Registry, tmux: str
) -> None:
    environ = {"TMUX": tmux, "TMUX_PANE": "%0"}
    assert callers.pane_agents(registry, environ) == []


def test_a_task_s_prefix_that_fits_two_names_both(
    registry: Registry, here: Team
) -> None:
    session, sent = here.session.session_id, []
    for number in (1, 12):
        task = send.send(
            registry, here.director, [here.others["alice"]], f"number {number}"
        ).task
        sent.append(f"cafe0000-{number}")
        with registry.write():
            registry.execute(
                "UPDATE tasks SET task_id = ? WHERE task_id = ?",
                (sent[-1], task.task_id),
            )
    finds: list[Callable[[str], Task]] = [
        partial(identity.find_task, registry, session),
        partial(identity.find_own_task, registry, here.caller()),
    ]
    for find in finds:
        for number in (1, 12):
            assert find(f"cafe0000-{number}").text == f"number {number}"
        with pytest.raises(Ambiguous) as refused:
            find("cafe")
        assert refused.value.message.splitlines() == [
            "'cafe' may mean any of these tasks:",
            *(f"  {task_id}" for task_id in sent),
        ]
        for reference in ("caf", "beef", "\udcff\udcff"):
            with pytest.raises(NotFound, match=r"^Task .* not found$"):
                find(reference)
