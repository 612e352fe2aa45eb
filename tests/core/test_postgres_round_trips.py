"""How often the commands that agents call all day wait for a server that is far away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

import pytest

from cafleet_core import host
from cafleet_core.broker.delivery import pending
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry, open_registry
from cafleet_core.cli.main import run
from cafleet_core.config.rules import PushRules
from cafleet_core.records import Agent
from cafleet_core.storage import agents
from cafleet_core.storage.postgres_statements import Answer, Statements
from tests.builders import a_placement
from tests.postgres import Server
from tests.proxy import Proxy
from tests.team import Team, a_team

NAMES = [f"agent {number} y" for number in range(100)]

Budget = Callable[..., tuple[int, int]]


@pytest.fixture(scope="module")
def url(server: Server) -> str:
    return server.new_schema()


@pytest.fixture(scope="module")
def team(url: str) -> Team:
    with closing(open_registry(url)) as registry:
        return a_team(registry, *NAMES, "alice", "bob")


@pytest.fixture
def spent(
    server: Server, url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Budget]:
    """Runs a command line; its round trips after the connection was made, and its statements."""
    statements: list[str] = []
    run_all = Statements.run

    def counted(
        self: Statements, asked: Sequence[tuple[str, Sequence[object]]]
    ) -> list[Answer]:
        statements.extend(sql for sql, _ in asked)
        return run_all(self, asked)

    monkeypatch.setattr(Statements, "run", counted)
    with closing(Proxy(server.socket)) as proxy:
        far = server.through(proxy.port, url)
        monkeypatch.setenv("CAFLEET_DATABASE_URL", far)

        def count(*arguments: str) -> tuple[int, int]:
            proxy.round_trips = 0
            statements.clear()
            assert run(list(arguments)) == 0
            return proxy.round_trips, len(statements)

        yield count


NO_WAIT = PushRules(remote_wait=0)


@pytest.fixture
def way(server: Server) -> Iterator[Proxy]:
    with closing(Proxy(server.socket)) as proxy:
        yield proxy


@pytest.fixture
def far(server: Server, way: Proxy, url: str) -> Iterator[Registry]:
    with closing(open_registry(server.through(way.port, url))) as registry:
        yield registry


def settled(registry: Registry, agent: Agent, host_id: str) -> Agent:
    """An agent that has a pane from now on, which no server has, on the machine with this id."""
    placement = a_placement(
        director_agent_id=None, host=host_id, tmux_socket="/nonexistent/tmux"
    )
    with registry.write(agent.session_id):
        agents.displace(registry, agent.agent_id)
        agents.place(registry, agent.agent_id, placement)
    return agent._replace(placement=placement)


def test_a_message_to_another_machine_waits_for_its_commit_alone(
    far: Registry, way: Proxy, team: Team
) -> None:
    bob = settled(far, team.others["bob"], "another")
    way.round_trips = 0
    send.send(far, team.director, [bob], "to do", rules=NO_WAIT)
    assert way.round_trips == len(("commit", "what became of it", "why it is held"))


def test_a_machine_types_after_two_waits(
    far: Registry, way: Proxy, team: Team, url: str
) -> None:
    alice = settled(far, team.others["alice"], host.host_id())
    assert alice.placement
    seen_from_elsewhere = alice._replace(
        placement=alice.placement._replace(host="another")
    )
    with closing(open_registry(url)) as other:
        send.send(other, team.director, [seen_from_elsewhere], "to do", rules=NO_WAIT)
    way.round_trips = 0
    pending.settle(far, NO_WAIT)
    assert way.round_trips == len(("what is due", "its lease", "what became of it"))


def caller(team: Team, name: str) -> Sequence[str]:
    agent = team.caller(name).agent
    return ("--session-id", agent.session_id, "--agent-id", agent.agent_id)


@pytest.mark.parametrize("count", [1, 100])
def test_a_send_waits_five_times(spent: Budget, team: Team, count: int) -> None:
    to = [word for name in NAMES[:count] for word in ("--to", name)]
    round_trips, statements = spent(
        *caller(team, "Director"), "message", "send", *to, "--text", "to do"
    )
    assert round_trips <= 5
    assert statements <= 20 + count


@pytest.mark.parametrize("count", [1, 30])
def test_a_poll_waits_four_times(
    spent: Budget, team: Team, url: str, count: int
) -> None:
    name = NAMES[-count]
    with closing(open_registry(url)) as registry:
        for number in range(count):
            send.send(registry, team.director, [team.others[name]], f"{number}")
    who = caller(team, name)
    for most in (13, 8):  # what is new is marked as read; then nothing is
        round_trips, statements = spent(*who, "message", "poll")
        assert round_trips <= 4
        assert statements <= most


def test_an_ack_waits_four_times(spent: Budget, team: Team, url: str) -> None:
    name = NAMES[1]
    with closing(open_registry(url)) as registry:
        sent = send.send(registry, team.director, [team.others[name]], "to do")
    who = caller(team, name)
    round_trips, statements = spent(
        *who, "message", "ack", "--task-id", sent.task.task_id
    )
    assert round_trips <= 4
    assert statements <= 12
