"""Who calls, told by the calling process's ancestors: pane, proof, and which of several agents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pytest

from cafleet_core import host, process
from cafleet_core.broker.directory import agents, callers
from cafleet_core.broker.directory.callers import Surroundings
from cafleet_core.broker.directory.identity import Caller
from cafleet_core.broker.directory.origin import Origin
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.settings import Settings
from cafleet_core.errors import CallerUnknown
from cafleet_core.process import Process
from cafleet_core.records import Agent
from cafleet_core.states import SenderProof
from tests.team import NOWHERE, Team, a_team

FIRST_PID = 100
"""The caller's; its parent's is one more, and so on up to the pane's first process."""


def line(terminals: str, foreground: int = 0) -> list[Process]:
    """Processes from the caller up to a pane's, by their terminals; `-` for one without."""
    count = len(terminals)
    return [
        Process(pid, f"began {pid}", pid + 1, terminal.strip("-"), foreground)
        for pid, terminal in zip(
            range(FIRST_PID, FIRST_PID + count), terminals, strict=True
        )
    ]


class Pane(NamedTuple):
    """Two agents of a session in one pane, and one of another session there; newest last."""

    registry: Registry
    team: Team
    older: Agent
    newer: Agent
    stranger: Agent

    @property
    def housed(self) -> list[Agent]:
        return [self.newer, self.older]

    def around(self, origin: Origin, **settings: str) -> Surroundings:
        return Surroundings(self.registry, Settings("", **settings), origin, ())


@pytest.fixture
def pane(registry: Registry) -> Pane:
    team, other = a_team(registry, "older", "newer"), a_team(registry, "stranger")
    older, newer = team.others["older"], team.others["newer"]
    return Pane(registry, team, older, newer, other.others["stranger"])


def called(
    around: Surroundings, session: str | None = None, agent: str | None = None
) -> tuple[Caller, list[tuple[str, str]]]:
    """Who calls, and the warnings that were said of whom."""
    warnings: list[tuple[str, str]] = []
    caller = callers.caller(
        around, session, agent, lambda who, words: warnings.append((who.name, words))
    )
    return caller, warnings


def a_member_at(registry: Registry, team: Team, name: str, first: Process) -> Agent:
    """A member whose pane's first process is this one."""
    agent = agents.register(registry, team.session, name, "", here=NOWHERE)
    with registry.write():
        registry.execute(
            "UPDATE agent_placements SET pane_pid = ?, pane_started = ?, host = ?"
            " WHERE agent_id = ?",
            (first.pid, first.started, host.host_id(), agent.agent_id),
        )
    return agent


def origin_of(
    monkeypatch: pytest.MonkeyPatch, registry: Registry, processes: Sequence[Process]
) -> Origin:
    """Where a call comes from whose process and ancestors are these."""
    monkeypatch.setattr(process, "lineage", lambda _pid: list(processes))
    return callers.surroundings(registry, Settings(""), {}).origin


@pytest.mark.parametrize(
    ("terminals", "apart"),
    [
        ("p", False),
        ("pp", False),
        ("-p", False),
        ("--p", False),
        ("tp", False),
        ("t-tp", False),
        ("-tp", False),
        ("utp", False),
        ("ptp", False),
        ("t-p", True),
        ("tt-p", True),
        ("pt-p", True),
        ("-t-p", True),
        ("ut-p", True),
        ("u-tp", True),
        ("p-p", False),
        ("-", False),
        ("--", False),
        ("t-", True),
        ("t--", True),
    ],
)
def test_a_terminal_opened_by_a_program_without_one_proves_nothing(
    monkeypatch: pytest.MonkeyPatch, registry: Registry, terminals: str, apart: bool
) -> None:
    processes = line(terminals)
    agent = a_member_at(registry, a_team(registry), "alice", processes[-1])
    come_from = origin_of(monkeypatch, registry, [*processes, *line("--")])
    assert [each.agent_id for each in come_from.agents] == [agent.agent_id]
    assert come_from.apart is apart
    assert list(come_from.proven) == ([] if apart else list(come_from.agents))


def test_the_nearest_pane_is_the_caller_s(
    monkeypatch: pytest.MonkeyPatch, registry: Registry
) -> None:
    processes, team = line("pppp"), a_team(registry)
    a_member_at(registry, team, "outer", processes[3])
    a_member_at(registry, team, "inner", processes[1])
    come_from = origin_of(monkeypatch, registry, processes)
    assert [agent.name for agent in come_from.agents] == ["inner"]


def test_a_process_that_got_the_pid_of_a_pane_s_is_another(
    monkeypatch: pytest.MonkeyPatch, registry: Registry
) -> None:
    processes, team = line("pp"), a_team(registry)
    a_member_at(registry, team, "alice", processes[1]._replace(started="earlier"))
    assert origin_of(monkeypatch, registry, processes) == Origin((), False, 0)


@pytest.mark.parametrize(
    ("foreground", "program"),
    [(99, 0), (100, 0), (101, 101), (102, 102), (103, 0), (104, 0)],
)
def test_the_program_is_what_leads_the_job_between_the_caller_and_the_pane(
    monkeypatch: pytest.MonkeyPatch, registry: Registry, foreground: int, program: int
) -> None:
    processes = line("pppp", foreground)
    a_member_at(registry, a_team(registry), "alice", processes[3])
    assert origin_of(monkeypatch, registry, processes).program == program


def test_an_agent_called_from_its_pane_is_proven(pane: Pane) -> None:
    caller, warnings = called(
        pane.around(Origin([pane.older])), agent=pane.older.agent_id
    )
    assert (caller.agent.name, caller.proof, caller.another, warnings) == (
        *("older", SenderProof.PANE, False),
        [],
    )
    claimed, _ = called(pane.around(Origin([pane.older])), agent=pane.newer.agent_id)
    assert claimed.proof == SenderProof.CLAIMED


@pytest.mark.parametrize(
    ("placed", "seen", "another"),
    [(0, 0, False), (7, 0, False), (0, 7, False), (7, 7, False), (7, 8, True)],
)
def test_another_program_than_the_placed_one_is_told_apart(
    pane: Pane, placed: int, seen: int, another: bool
) -> None:
    older = a_member_at(pane.registry, pane.team, "placed", line("p")[0])
    with pane.registry.write():
        pane.registry.execute(
            "UPDATE agent_placements SET program_pid = ? WHERE agent_id = ?",
            (placed, older.agent_id),
        )
    own = called(pane.around(Origin([older], program=seen)), agent=older.agent_id)
    assert own[0].another is another
    claimed = called(
        pane.around(Origin([pane.newer], program=seen)), agent=older.agent_id
    )
    assert claimed[0].another is False
    unplaced = called(pane.around(Origin([pane.newer], program=7)))
    assert unplaced[0].another is False


def test_of_several_in_the_pane_the_newest_is_meant_and_said(pane: Pane) -> None:
    caller, warnings = called(pane.around(Origin(pane.housed)))
    assert caller.agent.name == "newer"
    session = pane.team.session.session_id
    assert warnings == [
        (
            "newer",
            "several agents live in this pane; this is the newest, newer"
            f" {pane.newer.agent_id} of session {session}."
            " --session-id or --agent-id chooses another.",
        )
    ]


def test_one_in_the_pane_is_meant_without_a_word(pane: Pane) -> None:
    for origin in (Origin([pane.older]), Origin([pane.older, pane.stranger])):
        caller, warnings = called(pane.around(origin), pane.team.session.session_id)
        assert (caller.agent.name, warnings) == ("older", [])


def test_a_stranger_in_the_pane_is_a_reason_to_say_who_is_meant(pane: Pane) -> None:
    caller, warnings = called(pane.around(Origin([pane.older, pane.stranger])))
    assert (caller.agent.name, [name for name, _ in warnings]) == ("older", ["older"])


@pytest.mark.parametrize("reference", ["name", "id", "prefix"])
def test_the_environment_chooses_among_those_in_the_pane(
    pane: Pane, reference: str
) -> None:
    references = {
        "name": "older",
        "id": pane.older.agent_id,
        "prefix": pane.older.agent_id[:8],
    }
    around = pane.around(Origin(pane.housed), agent_id=references[reference])
    caller, warnings = called(around)
    assert (caller.agent.name, warnings) == ("older", [])


def test_the_environment_names_nobody_else_than_the_pane_proves(pane: Pane) -> None:
    outside = pane.around(Origin([pane.older]), agent_id=pane.newer.agent_id)
    caller, warnings = called(outside)
    assert caller.agent.name == "older"
    assert warnings == [
        (
            "older",
            "CAFLEET_SESSION_ID and CAFLEET_AGENT_ID are another's; this process runs in"
            f" the pane of older {pane.older.agent_id}, and speaks for it."
            " --agent-id chooses another.",
        )
    ]


def test_a_session_of_the_environment_that_is_another_s_is_said(pane: Pane) -> None:
    around = pane.around(Origin([pane.older]), session_id=pane.stranger.session_id)
    caller, warnings = called(around)
    assert caller.agent.name == "older"
    assert [name for name, _ in warnings] == ["older"]
    own = pane.around(Origin([pane.older]), session_id=pane.team.session.session_id)
    assert called(own)[1] == []


def test_who_is_in_a_pane_of_another_session_goes_by_the_environment(
    pane: Pane,
) -> None:
    around = pane.around(Origin([pane.stranger]), agent_id="older")
    caller, _ = called(around, pane.team.session.session_id)
    assert (caller.agent.name, caller.proof) == ("older", SenderProof.CLAIMED)


def test_who_calls_from_no_pane_and_names_nobody_is_told_who_there_is(
    pane: Pane,
) -> None:
    with pytest.raises(CallerUnknown) as refused:
        called(pane.around(Origin()), pane.team.session.session_id)
    assert refused.value.message.startswith("--agent-id <id> is required")
    assert refused.value.way_out == (
        "Agents here: Director, Administrator, older, newer."
    )


def test_behind_a_background_program_one_has_to_say_who_calls(pane: Pane) -> None:
    around = pane.around(Origin([pane.older], apart=True), agent_id="older")
    with pytest.raises(CallerUnknown) as refused:
        called(around, pane.team.session.session_id)
    assert refused.value.message == (
        "--agent-id <id> is required here: this process runs behind a background program"
        " that may serve several agents, and has the variables of whoever started that."
    )
    caller, _ = called(around, pane.team.session.session_id, "older")
    assert caller.proof == SenderProof.CLAIMED
