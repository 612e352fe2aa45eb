"""A stand-in with a server of its own, as OpenCode has one: prompts, permissions, a database.

Run as a module in a pane, it is the plain stand-in as well, to whom one can type.
"""

from __future__ import annotations

import base64
import json
import os
import socket
import sqlite3
import sys
import threading
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from cafleet_core.broker.directory import placements
from cafleet_core.broker.registry.open import Registry
from cafleet_core.demo import standin
from cafleet_core.records import Agent
from cafleet_core.storage import lookup
from tests.push import in_pane
from tests.team import Team
from tests.terminal import Terminal, eventually, turns

READS, WORKS, DROPS, DEAF = "reads", "works", "drops", "deaf"
"""It reads each message at once; at work, it keeps them in its queue; it notes none; it answers
no request."""

PASSWORD = "known to nobody"  # noqa: S105  # of a server that is a stand-in
SHOWN = "ses_shown"
_TITLE = "a conversation"
_TYPED = "typed.jsonl"
_SCHEMA = """
    CREATE TABLE session (id, parent_id, time_archived, title, directory, agent, model,
        time_updated);
    CREATE TABLE message (id, session_id, time_created, data);
    CREATE TABLE part (id, message_id, data);
"""
_PROMPTED = """
    SELECT session_id FROM message WHERE data LIKE '%"user"%' ORDER BY time_created
"""


class Served(NamedTuple):
    """The stand-in in a pane: its files, and the agent that it is registered as."""

    home: Path
    pane: str
    agent: Agent
    port: int

    def behaves(self, how: str) -> None:
        """Change what it does with prompts from now on."""
        (self.home / "behaviour").write_text(how)

    def asks(self, path: str, *waiting: dict[str, Any]) -> None:
        """Have it list these as waiting for an answer."""
        (self.home / path).write_text(json.dumps(waiting))

    def replies(self) -> list[dict[str, Any]]:
        """The answers that it got."""
        return _lines(self.home / "replies.jsonl")

    def prompts(self) -> list[dict[str, Any]]:
        """The bodies of the prompts that it got and noted."""
        return _lines(self.home / "prompts.jsonl")

    def conversations(self) -> list[str]:
        """The conversations that these prompts were for."""
        with closing(_database(self.home)) as database:
            return [row[0] for row in database.execute(_PROMPTED)]

    def turns(self) -> list[str]:
        """The texts of these prompts."""
        return [prompt["parts"][0]["text"] for prompt in self.prompts()]

    def typed(self) -> list[str]:
        """The turns that were typed to it."""
        return turns(self.home / _TYPED)

    def converses(self, conversation: str, title: str = _TITLE) -> None:
        """Begin another conversation in its folder."""
        with closing(_database(self.home)) as database, database:
            _begin(database, conversation, title)

    def shows(self, terminal: Terminal, title: str) -> None:
        """Change the title of its pane."""
        terminal.tmux("select-pane", "-t", self.pane, "-T", title)

    def starts_again(self, registry: Registry, terminal: Terminal) -> None:
        """End its process, and start it anew in its pane."""
        terminal.tmux("respawn-pane", "-k", "-t", self.pane)
        eventually(lambda: "❯" in terminal.screen(self.pane))
        eventually(lambda: _listens(self.port))
        placements.adopt(registry, self.fresh(registry))

    def fresh(self, registry: Registry) -> Agent:
        """Its agent, as the registry has it now."""
        return lookup.by_ids(registry, [self.agent.agent_id])[0]


def served(registry: Registry, terminal: Terminal, team: Team, home: Path) -> Served:
    """A stand-in with a server in a new pane, registered as alice, that has had a turn."""
    home.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    settings = [f"XDG_DATA_HOME={home}", f"OPENCODE_SERVER_PASSWORD={PASSWORD}"]
    command = [
        sys.executable,
        "-m",
        "tests.push.served",
        str(home),
        "--port",
        str(port),
    ]
    pane = terminal.pane(["env", *settings, f"PYTHONPATH={os.getcwd()}", *command])
    eventually(lambda: "❯" in terminal.screen(pane))
    eventually(lambda: _listens(port))
    alice = in_pane.registered(registry, terminal, team, pane, "opencode")
    made = Served(home, pane, alice, port)
    made.shows(terminal, f"OC | {_TITLE}")
    return made


def _lines(path: Path) -> list[dict[str, Any]]:
    words = path.read_text() if path.exists() else ""
    return list(map(json.loads, words.splitlines()))


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _database(home: Path) -> sqlite3.Connection:
    return sqlite3.connect(home / "opencode" / "opencode.db", timeout=20)


def _begin(database: sqlite3.Connection, conversation: str, title: str) -> None:
    model = json.dumps({"id": "mock", "providerID": "mocked"})
    database.execute(
        "INSERT INTO session VALUES (?, NULL, NULL, ?, ?, 'plan', ?, ?)",
        (conversation, title, os.getcwd(), model, int(time.time() * 1000)),
    )


class _Handler(BaseHTTPRequestHandler):
    home: Path

    def log_message(self, *_: object) -> None:
        """Log nothing."""

    def do_GET(self) -> None:
        waiting = self.home / self.path.removeprefix("/")
        self._answer(200, json.loads(waiting.read_text()) if waiting.exists() else [])

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.path.endswith("/reply"):
            with (self.home / "replies.jsonl").open("a") as file:
                file.write(json.dumps({"path": self.path, **body}) + "\n")
            self._answer(200, True)
            return
        how = (self.home / "behaviour").read_text()
        if how in (READS, WORKS):
            self._note(self.path.split("/")[2], body, how)
        self._answer(204)

    def _note(self, conversation: str, body: dict[str, Any], how: str) -> None:
        with (self.home / "prompts.jsonl").open("a") as file:
            file.write(json.dumps(body) + "\n")
        now, part = int(time.time() * 1000), json.dumps(body["parts"][0])
        number = f"msg_{time.time_ns():020}"
        said: list[tuple[str, dict[str, Any], str]] = [(number, {"role": "user"}, part)]
        if how == READS:
            answer = {"role": "assistant", "parentID": number}
            said.append((f"{number}a", answer, '{"type":"step-start"}'))
        with closing(_database(self.home)) as database, database:
            for each, data, piece in said:
                message = (each, conversation, now, json.dumps(data))
                database.execute("INSERT INTO message VALUES (?, ?, ?, ?)", message)
                database.execute(
                    "INSERT INTO part VALUES (?, ?, ?)", (each, each, piece)
                )

    def _answer(self, status: int, document: object = None) -> None:
        while (self.home / "behaviour").read_text() == DEAF:
            time.sleep(0.02)
        pair = f"opencode:{PASSWORD}".encode()
        if self.headers["authorization"] != f"Basic {base64.b64encode(pair).decode()}":
            status, document = 401, None
        content = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def _serve(home: Path, port: int) -> None:
    if not (home / "opencode").exists():
        (home / "opencode").mkdir()
        (home / "behaviour").write_text(READS)
        with closing(_database(home)) as database, database:
            database.executescript(_SCHEMA)
            _begin(database, SHOWN, _TITLE)
    handler = type("Handler", (_Handler,), {"home": home})
    ThreadingHTTPServer(("127.0.0.1", port), handler).serve_forever()


if __name__ == "__main__":
    own_home, own_port = Path(sys.argv[1]), int(sys.argv[3])
    serving = threading.Thread(target=_serve, args=(own_home, own_port), daemon=True)
    serving.start()
    log = str(own_home / _TYPED)
    sys.argv[1:] = ["--name", "agent", "--behaviour", "quiet", "--log", log]
    standin.main()
