"""Build registries of cafleet's first generation row by row."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from tests.builders import an_id

Id = str | int

ADMINISTRATOR = {"cafleet": {"kind": "builtin-administrator"}}


class Era(NamedTuple):
    """A schema variant: its names, its ids, and where it stores bodies."""

    sessions: str = "sessions"
    session: str = "session"
    agents: str = "agents"
    agent: str = "agent"
    tasks: str = "tasks"
    task: str = "task"
    context: str = "context_id"
    label: str = "label"
    documents: bool = True
    numbers: bool = False
    deletable: bool = True
    dash: str = "_"


APRIL = Era(deletable=False, dash="-")
MAY = Era()
COLUMNS = Era(documents=False)
FLEETS = Era(sessions="fleets", session="fleet", documents=False)
NUMBERS = FLEETS._replace(numbers=True)
MEMBERS = NUMBERS._replace(
    agents="members",
    agent="member",
    tasks="messages",
    task="message",
    context="owner_member_id",
    label="name",
)
ERAS = {
    "april": APRIL,
    "may": MAY,
    "columns": COLUMNS,
    "fleets": FLEETS,
    "numbers": NUMBERS,
    "members": MEMBERS,
}


def _schema(era: Era) -> str:
    kind = "INTEGER" if era.numbers else "VARCHAR"
    session, agent, task = (f"{noun}_id" for noun in (era.session, era.agent, era.task))
    deletable = f", deleted_at VARCHAR, director_{agent} {kind} REFERENCES {era.agents} ({agent})"
    return f"""
        CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
        INSERT INTO alembic_version VALUES ('0008');
        CREATE TABLE {era.sessions} ({session} {kind} NOT NULL PRIMARY KEY,
            {era.label} VARCHAR, created_at VARCHAR NOT NULL
            {deletable if era.deletable else ""});
        CREATE TABLE {era.agents} ({agent} {kind} NOT NULL PRIMARY KEY,
            {session} {kind} NOT NULL REFERENCES {era.sessions} ({session}),
            name VARCHAR NOT NULL, description VARCHAR NOT NULL, status VARCHAR NOT NULL,
            registered_at VARCHAR NOT NULL, deregistered_at VARCHAR,
            {era.agent}_card_json VARCHAR NOT NULL);
        CREATE TABLE {era.agent}_placements ({agent} {kind} NOT NULL PRIMARY KEY,
            {"" if era.agent == "member" else f"director_agent_id {kind},"}
            tmux_pane_id VARCHAR, created_at VARCHAR NOT NULL);
        CREATE TABLE {era.tasks} ({task} {kind} NOT NULL PRIMARY KEY,
            {era.context} {kind} NOT NULL REFERENCES {era.agents} ({agent}),
            from_{agent} {kind} NOT NULL, to_{agent} {kind}, type VARCHAR NOT NULL,
            created_at VARCHAR NOT NULL, status_state VARCHAR NOT NULL,
            status_timestamp VARCHAR NOT NULL, origin_{task} {kind},
            {"task_json" if era.documents else "text"} VARCHAR NOT NULL);
        """


def at(second: float) -> str:
    """A time in those programs' format, without microseconds if they are 0."""
    return (datetime(2026, 5, 4, 9, tzinfo=UTC) + timedelta(seconds=second)).isoformat()


class EarlierRegistry:
    """A registry file of one era; time starts at `begun` and advances with each act."""

    def __init__(self, path: Path, era: Era = MAY, begun: float = 0) -> None:
        self._begun = begun
        self.path = path
        self.era = era
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.executescript(_schema(era))
        self._acts = 0

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def session(self, label: str | None = None) -> Id:
        """Add a session without agents."""
        session_id = self._new("session")
        self._insert(
            self.era.sessions,
            {
                f"{self.era.session}_id": session_id,
                self.era.label: label,
                "created_at": self._now(),
            },
        )
        return session_id

    def team(self, *names: str, label: str | None = None) -> tuple[Id, list[Id]]:
        """Add a session with a Director, an Administrator, and members in panes."""
        session = self.session(label)
        director = self.agent(session, "Director")
        if self.era.deletable:
            self._execute(
                f"UPDATE {self.era.sessions} SET director_{self.era.agent}_id = ?"
                f" WHERE {self.era.session}_id = ?",
                *(director, session),
            )
        administrator = self.agent(session, "Administrator", card=ADMINISTRATOR)
        members = [self.agent(session, name, led_by=director) for name in names]
        return session, [director, administrator, *members]

    def agent(
        self,
        session: Id,
        name: str,
        *,
        card: object = None,
        led_by: Id | None = None,
    ) -> Id:
        """Add an agent; `led_by` places it in a pane of that Director's team."""
        agent_id, now = self._new("agent"), self._now()
        self._insert(
            self.era.agents,
            {
                f"{self.era.agent}_id": agent_id,
                f"{self.era.session}_id": session,
                "name": name,
                "description": f"{name} of the team",
                "status": "active",
                "registered_at": now,
                f"{self.era.agent}_card_json": json.dumps(card or {"skills": []}),
            },
        )
        if led_by is not None:
            self._place(agent_id, led_by, now)
        return agent_id

    def leave(self, agent: Id) -> None:
        """Deregister the agent; its messages stay unchanged."""
        self._execute(
            f"UPDATE {self.era.agents} SET status = 'deregistered', deregistered_at = ?"
            f" WHERE {self.era.agent}_id = ?",
            *(self._now(), agent),
        )

    def delete(self, session: Id) -> None:
        """Delete the session, and deregister its agents."""
        now = self._now()
        where = f"WHERE {self.era.session}_id = ?"
        self._execute(
            f"UPDATE {self.era.sessions} SET deleted_at = ? {where}", now, session
        )
        self._execute(
            f"UPDATE {self.era.agents} SET status = 'deregistered', deregistered_at = ?"
            f" {where}",
            *(now, session),
        )

    def send(self, sender: Id, recipient: Id, body: str) -> Id:
        """Add a message to one recipient; its id."""
        return self._task(sender, recipient, body)

    def broadcast(self, sender: Id, recipients: Sequence[Id], body: str) -> list[Id]:
        """Add a broadcast; the ids of its summary and deliveries, which are stored in reverse."""
        summary = self._new("task")
        deliveries = [
            self._task(sender, recipient, body, summary) for recipient in recipients
        ]
        said = f"Broadcast sent to {len(recipients)} recipients"
        self._task(sender, sender, said, summary, own=summary)
        return [summary, *deliveries]

    def count_tasks(self) -> int:
        """The number of tasks in the file."""
        [(count,)] = self.connection.execute(f"SELECT COUNT(*) FROM {self.era.tasks}")
        return int(count)

    def move(self, task: Id, state: str) -> str:
        """Change a task's state; the time of the change."""
        now = self._now()
        self._execute(
            f"UPDATE {self.era.tasks} SET status_state = ?, status_timestamp = ?"
            f" WHERE {self.era.task}_id = ?",
            *(state.replace("_", self.era.dash), now, task),
        )
        return now

    def _task(
        self,
        sender: Id,
        owner: Id,
        body: str,
        origin: Id | None = None,
        own: Id | None = None,
    ) -> Id:
        task_id, now = own or self._new("task"), self._now()
        state = "completed" if own else "input_required".replace("_", self.era.dash)
        self._insert(
            self.era.tasks,
            {
                f"{self.era.task}_id": task_id,
                self.era.context: owner,
                f"from_{self.era.agent}_id": sender,
                f"to_{self.era.agent}_id": None if own else owner,
                "type": "broadcast_summary" if own else "unicast",
                "created_at": now,
                "status_state": state,
                "status_timestamp": now,
                f"origin_{self.era.task}_id": origin,
                **self._body(body),
            },
        )
        return task_id

    def _place(self, agent: Id, led_by: Id, now: str) -> None:
        led = {} if self.era.agent == "member" else {"director_agent_id": led_by}
        self._insert(
            f"{self.era.agent}_placements",
            {
                f"{self.era.agent}_id": agent,
                **led,
                "tmux_pane_id": "%1",
                "created_at": now,
            },
        )

    def _body(self, body: str) -> dict[str, str]:
        if not self.era.documents:
            return {"text": body}
        parts = [{"kind": "text", "text": body}]
        return {"task_json": json.dumps({"artifacts": [{"parts": parts}]})}

    def _new(self, noun: str) -> Id:
        self._acts += 1
        return self._acts if self.era.numbers else an_id(noun, self._acts)

    def _now(self) -> str:
        self._acts += 1
        return at(self._begun + self._acts / 2)

    def _insert(self, table: str, row: dict[str, object]) -> None:
        marks = ", ".join("?" * len(row))
        self._execute(
            f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", *row.values()
        )

    def _execute(self, sql: str, *values: object) -> None:
        self.connection.execute(sql, values)
