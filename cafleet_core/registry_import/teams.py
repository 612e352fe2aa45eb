"""Import sessions and agents of an earlier registry."""

from __future__ import annotations

from collections import defaultdict

from cafleet_core import ids, text
from cafleet_core.broker.directory.sessions import built_in
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.records import Agent
from cafleet_core.registry_import import translate
from cafleet_core.registry_import.names import fitting
from cafleet_core.states import AgentKind, AgentStatus
from cafleet_core.storage import imports, sessions
from cafleet_core.storage.imports import Known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cafleet_core.storage.earlier_schema import Earlier, Row
    from cafleet_core.storage.registry import Registry

_BUILT_IN = (AgentKind.DIRECTOR, AgentKind.ADMINISTRATOR)


class Renamed(NamedTuple):
    """An agent that got another name, as its own is invalid or taken here."""

    agent_id: str
    before: str
    after: str


class ImportedTeams:
    """Imports the teams of an earlier registry inside the caller's transaction.

    `sessions` and `agents` count imported and present rows, `left_out` agents without a
    session; `here` maps an agent id of the file to the agent.
    """

    def __init__(self, registry: Registry, source: Earlier) -> None:
        self.sessions = {"imported": 0, "present": 0}
        self.agents = {"imported": 0, "present": 0}
        self.left_out = 0
        self.renamed: list[Renamed] = []
        self.arrived: list[str] = []
        self._registry = registry
        self._insert_session = imports.inserting_sessions(registry)
        self._insert_agent = imports.inserting_agents(registry)
        self._deleted = imports.sessions(registry)
        self._session_ids: dict[object, str] = {}
        self._agent_ids: dict[object, str] = {}
        self._known: dict[str, Known] = {}
        self._leading: dict[tuple[str, str], str] = {}
        self._taken: defaultdict[str, set[str]] = defaultdict(set)
        for known in imports.agents(registry):
            self._remember(known)
        self._take_in(source)

    def here(self, agent_id: object) -> Known | None:
        """The agent with this id in the file, or None."""
        return self._known.get(self._agent_ids.get(agent_id, ""))

    def _take_in(self, source: Earlier) -> None:
        rows = source.sessions()
        new = [row for row in rows if self._session(row)]
        agents = _with_kinds(source.agents(), rows)
        # built-in agents keep their names; others with the same name are renamed
        self._agents(agent for agent in agents if agent[1] in _BUILT_IN)
        for row in new:
            self._complete(self._session_ids[row["session_id"]], row)
        self._agents(agent for agent in agents if agent[1] not in _BUILT_IN)

    def _session(self, row: Row) -> bool:
        """Store a session unless it is present; whether it was stored."""
        session_id = translate.identity("session", row["session_id"], row["created_at"])
        self._session_ids[row["session_id"]] = session_id
        if session_id in self._deleted:
            self.sessions["present"] += 1
            return False
        said, gone = row["label"], row["deleted_at"]
        stored = {
            "session_id": session_id,
            "label": None if said is None else text.storable(str(said)),
            "created_at": translate.moment(row["created_at"], session_id),
            "deleted_at": translate.moment(gone, session_id) if gone else None,
        }
        self._insert_session(stored)
        self._deleted[session_id] = stored["deleted_at"]
        self.sessions["imported"] += 1
        return True

    def _complete(self, session_id: str, row: Row) -> None:
        """Add the Director and the Administrator that a session lacks."""
        at = translate.moment(row["created_at"], session_id)
        for kind in _BUILT_IN:
            if (session_id, kind) not in self._leading:
                self._store(built_in(ids.new(), session_id, kind, at))
        director = self._leading[session_id, AgentKind.DIRECTOR]
        sessions.set_director(self._registry, session_id, director)

    def _agents(self, rows: Iterable[tuple[Row, AgentKind]]) -> None:
        for row, kind in rows:
            agent_id = translate.identity(
                "agent", row["agent_id"], row["registered_at"]
            )
            session_id = self._session_ids.get(row["session_id"])
            if session_id is None:
                self.left_out += 1
                continue
            self._agent_ids[row["agent_id"]] = agent_id
            if agent_id in self._known:
                self.agents["present"] += 1
                continue
            second = (session_id, kind) in self._leading
            agent = _agent(
                row, agent_id, session_id, AgentKind.AGENT if second else kind
            )
            self._store(agent)
            self.arrived.append(agent_id)
            self.agents["imported"] += 1

    def _store(self, agent: Agent) -> None:
        """Store an agent under a free name; deregistered if its session is deleted."""
        left = self._deleted[agent.session_id]
        if left and agent.status == AgentStatus.ACTIVE:
            agent = agent._replace(
                status=AgentStatus.DEREGISTERED, deregistered_at=left
            )
        active = agent.status == AgentStatus.ACTIVE
        name = fitting(agent.name, self._taken[agent.session_id] if active else ())
        if name != agent.name:
            self.renamed.append(Renamed(agent.agent_id, agent.name, name))
        agent = agent._replace(name=name)
        self._insert_agent(agent._asdict())
        self._remember(Known(*(getattr(agent, field) for field in Known._fields)))

    def _remember(self, known: Known) -> None:
        self._known[known.agent_id] = known
        if known.kind in _BUILT_IN:
            self._leading[known.session_id, known.kind] = known.agent_id
        if known.status == AgentStatus.ACTIVE:
            self._taken[known.session_id].add(known.name.casefold())


def _with_kinds(agents: list[Row], of: list[Row]) -> list[tuple[Row, AgentKind]]:
    """Each agent with its kind.

    A session that names no Director was led by the agent that placed others in panes.
    """
    leaders = {row["session_id"]: row["director_agent_id"] for row in of}
    for row in agents:
        if leaders.get(row["session_id"]) is None:
            leaders[row["session_id"]] = row["led_by"]
    return [
        (
            row,
            AgentKind.DIRECTOR
            if row["agent_id"] == leaders[row["session_id"]]
            else translate.kind(row["card"], bool(row["placed"])),
        )
        for row in agents
    ]


def _agent(row: Row, agent_id: str, session_id: str, kind: AgentKind) -> Agent:
    registered_at = translate.moment(row["registered_at"], agent_id)
    active = row["status"] == AgentStatus.ACTIVE
    left = None if active else row["deregistered_at"] or registered_at
    return Agent(
        agent_id=agent_id,
        session_id=session_id,
        name=text.storable(str(row["name"])),
        description=text.storable(str(row["description"] or "")),
        status=AgentStatus.ACTIVE if active else AgentStatus.DEREGISTERED,
        kind=kind,
        skills=translate.skills(row["card"]),
        registered_at=registered_at,
        deregistered_at=left and translate.moment(left, agent_id),
        last_active_at=None,
    )
