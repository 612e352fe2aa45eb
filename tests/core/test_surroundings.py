"""Which session a command is for, by its options, its variables and its pane."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import pytest

from cafleet_core import host, process
from cafleet_core.broker.directory import callers, sender_keys
from cafleet_core.broker.directory.callers import Surroundings
from cafleet_core.broker.directory.origin import Origin
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.config.settings import Settings
from cafleet_core.errors import CallerUnknown, NotFound
from cafleet_core.process import Process
from cafleet_core.states import SenderProof
from cafleet_core.storage.lookup import People
from tests.team import NOWHERE, Team, a_team


class Teams(NamedTuple):
    """Two sessions with an agent each: ours with alice, theirs with bob."""

    registry: Registry
    ours: Team
    theirs: Team

    def around(self, *housed: str, **settings: str) -> Surroundings:
        """A caller in the pane of these agents, with these settings."""
        everybody = {**self.ours.others, **self.theirs.others}
        here = Origin([everybody[name] for name in housed])
        return Surroundings(self.registry, Settings("", **settings), here, ())

    def meant(
        self, around: Surroundings, session: str | None = None, agent: str | None = None
    ) -> str:
        """The session of such a caller who gives these options."""
        session_of = callers.session_of_caller(around, session, agent)
        return "ours" if session_of == self.ours.session else "theirs"


@pytest.fixture
def teams(registry: Registry) -> Teams:
    return Teams(registry, a_team(registry, "alice"), a_team(registry, "bob"))


def test_a_variable_chooses_among_the_sessions_of_the_pane_alone(teams: Teams) -> None:
    theirs = teams.theirs.session.session_id
    assert teams.meant(teams.around("alice", session_id=theirs)) == "ours"
    assert teams.meant(teams.around("alice", "bob", session_id=theirs)) == "theirs"
    assert teams.meant(teams.around("alice", "bob")) == "ours"


def test_a_whole_id_or_its_beginning_names_an_agent_of_any_session(
    teams: Teams,
) -> None:
    agent = teams.theirs.others["bob"]
    bob, here = agent.agent_id, teams.around("alice")
    read_before = here._replace(known=People([], {bob: agent}, {}))
    for around in (teams.around(), here, read_before):
        for reference in (bob, bob[:8]):
            assert teams.meant(around, agent=reference) == "theirs"
    assert teams.meant(teams.around("alice"), agent="bob") == "ours"
    with pytest.raises(NotFound):
        teams.meant(teams.around(), agent="bob")
    with pytest.raises(CallerUnknown, match="--session-id"):
        teams.meant(teams.around())


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Process:
    """The only process of this call's line: this one."""
    own = Process(os.getpid(), "began", 1, "tty", 0)
    lines = {own.pid: [own]}
    monkeypatch.setattr(process, "lineage", lambda pid: lines[pid])
    return own


IN_PANE = {"TMUX": f"{NOWHERE.socket},1,0", "TMUX_PANE": "%1"}


def test_tmux_s_variables_name_who_lives_in_the_pane(
    teams: Teams, line: Process
) -> None:
    registry, settings = teams.registry, Settings("", agent_id="alice")
    environ = {**IN_PANE, sender_keys.VARIABLE: "a key"}
    around = callers.surroundings(registry, settings, environ)
    directors = [teams.theirs.director.agent_id, teams.ours.director.agent_id]
    assert [agent.agent_id for agent in around.housed] == directors
    assert (around.registry, around.settings) == (registry, settings)
    assert (around.origin, around.key) == (Origin(), "a key")
    outside = callers.surroundings(registry, settings, {})
    assert (list(outside.housed), outside.key) == ([], "")
    director = teams.ours.director
    with registry.write():
        registry.execute(
            "UPDATE agent_placements SET pane_pid = ?, pane_started = ?, host = ?"
            " WHERE agent_id = ?",
            (line.pid, line.started, host.host_id(), director.agent_id),
        )
    proven = callers.surroundings(registry, settings, environ)
    assert [agent.agent_id for agent in proven.housed] == [director.agent_id]
    assert list(proven.named_by_tmux) == []


@pytest.mark.usefixtures("line")
def test_whom_options_and_variables_name_is_read_once(
    teams: Teams, place: Path | str
) -> None:
    ours, alice = teams.ours.session, teams.ours.others["alice"]
    theirs = teams.theirs.session.session_id
    read_once = open_registry(place)
    by_option = callers.surroundings(
        read_once,
        Settings("", session_id=theirs, agent_id="nobody"),
        {},
        ours.session_id,
        ["alice", None, "bob", alice.agent_id],
    )
    by_variables = callers.surroundings(
        read_once, Settings("", session_id=ours.session_id, agent_id="alice"), {}
    )
    by_id = callers.surroundings(read_once, Settings(""), {}, None, [alice.agent_id])
    read_once.close()
    assert {*by_option.known.named} == {"alice", alice.agent_id}
    for around, session, agent in (
        (by_option, ours.session_id, "alice"),
        (by_option, ours.session_id, alice.agent_id),
        (by_variables, None, None),
        (by_variables, None, "alice"),
        (by_id, None, alice.agent_id),
        (by_id._replace(origin=Origin([alice])), None, alice.agent_id),
        (by_id._replace(origin=Origin([alice])), None, None),
    ):
        caller = callers.caller(around, session, agent)
        assert (caller.session, caller.agent.agent_id) == (ours, alice.agent_id)


def test_a_key_made_for_a_sandbox_proves_its_agent(
    teams: Teams, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as sandbox:
        sandbox.setattr(process, "namespace", lambda: "a sandbox")
        director, key = sender_keys.given(teams.ours.director)
    assert director.placement is not None
    with teams.registry.write():
        teams.registry.execute(
            "UPDATE agent_placements SET sender_key = ? WHERE agent_id = ?",
            (director.placement.sender_key, director.agent_id),
        )
    for shown, proof in ((key, SenderProof.KEY), ("", SenderProof.CLAIMED)):
        around = teams.around()._replace(key=shown)
        assert callers.caller(around, None, director.agent_id).proof == proof
