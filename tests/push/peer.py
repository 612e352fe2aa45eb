"""A stand-in with an inbox of its own, as Claude Code has one: a record, a socket, a transcript.

Run as a module in a pane, it is the plain stand-in as well, to whom one can type.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from cafleet_core import clock
from cafleet_core.broker.directory import agents, placements
from cafleet_core.broker.registry.open import Registry
from cafleet_core.demo import standin
from cafleet_core.records import Agent
from cafleet_core.storage import lookup
from tests.team import Team
from tests.terminal import Terminal, eventually, turns

ACCEPTS, WORKS = "accepts", "works"
"""It reads each message at once; at work, it keeps them in its queue."""
TAKES_AT_WORK = "takes at work"
"""It has its model read each message between two calls of tools."""
HOLDS, REFUSES, ASKS, DEAF = "holds", "refuses", "asks", "deaf"
"""It shows a held message and says nothing; drops it; asks its human; reads no socket."""

_STATUS = {WORKS: "busy", TAKES_AT_WORK: "busy", ASKS: "waiting"}
_MOST = 30
_TYPED = "typed.jsonl"
_CONVERSATION = "0f0e0d0c-0b0a-4908-8706-050403020100"


class Peer(NamedTuple):
    """The stand-in in a pane: its files, and the agent that it is registered as."""

    home: Path
    pane: str
    agent: Agent

    def behaves(self, how: str) -> None:
        """Change what it does with messages from now on."""
        new = self.home / "behaviour.new"
        new.write_text(how)
        new.rename(self.home / "behaviour")
        eventually(lambda: self._record().get("status") == _STATUS.get(how, "idle"))

    def starts_again(self, registry: Registry, terminal: Terminal) -> None:
        """End its process, which loses its queue, and go on with the conversation in its pane."""
        terminal.tmux("respawn-pane", "-k", "-t", self.pane)
        for record in (self.home / "sessions").glob("*.json"):
            record.unlink()
        eventually(lambda: "❯" in terminal.screen(self.pane))
        eventually(lambda: list((self.home / "sessions").glob("*.json")))
        placements.adopt(registry, self.fresh(registry))

    def closes(self) -> None:
        """Take its socket away, as when it was never bound."""
        Path(self._record()["messagingSocketPath"]).unlink()

    def turns(self) -> list[str]:
        """The messages that became turns by its inbox."""
        return [
            entry["message"]["content"]
            for entry in self._entries()
            if entry.get("turnOrigin") == "peer"
        ]

    def queued(self) -> list[str]:
        """The messages that it has let in."""
        entries = self._entries()
        return [entry["content"] for entry in entries if entry.get("content")]

    def typed(self) -> list[str]:
        """The turns that were typed to it."""
        return turns(self.home / _TYPED)

    def fresh(self, registry: Registry) -> Agent:
        """Its agent, as the registry has it now."""
        return lookup.by_ids(registry, [self.agent.agent_id])[0]

    def _record(self) -> dict[str, Any]:
        (path,) = (self.home / "sessions").glob("*.json")
        with contextlib.suppress(ValueError):  # it is being written
            return dict(json.loads(path.read_text()))
        return {}

    def _entries(self) -> Iterator[dict[str, Any]]:
        (path,) = self.home.glob("projects/*/*.jsonl")
        yield from map(json.loads, path.read_text().splitlines())


def a_peer(registry: Registry, terminal: Terminal, team: Team, home: Path) -> Peer:
    """A stand-in with an inbox in a new pane, registered as alice."""
    home.mkdir()
    settings = [f"CLAUDE_CONFIG_DIR={home}", f"PYTHONPATH={os.getcwd()}"]
    command = [sys.executable, "-m", "tests.push.peer"]
    pane = terminal.pane(["env", *settings, *command, str(home)])
    eventually(lambda: "❯" in terminal.screen(pane))
    eventually(lambda: list(home.glob("projects/*/*.jsonl")))
    where = terminal.here(pane)
    agent = agents.register(
        *(registry, team.session, "alice", ""), here=where, coding_agent="standin"
    )
    with registry.write():
        registry.execute(
            "UPDATE agent_placements SET cues = cues || ? WHERE agent_id = ?",
            ("\nrecord claude\ninbox claude", agent.agent_id),
        )
    team.others["alice"] = lookup.by_ids(registry, [agent.agent_id])[0]
    return Peer(home, pane, team.others["alice"])


class _Inbox:
    """The socket, and what is written of it."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._socket = home / f"{os.getpid()}.sock"
        self._last = ""
        self._began = int(time.time() * 1000)
        self._came: list[float] = []
        folder = home / "projects" / "-elsewhere"
        folder.mkdir(parents=True, exist_ok=True)
        self._transcript = folder / f"{_CONVERSATION}.jsonl"
        self._status = ""
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(self._socket))
        self._server.listen()
        (home / "sessions").mkdir(exist_ok=True)
        (home / "behaviour").write_text(ACCEPTS)
        self._report()
        self._note({"type": "summary"})

    def serve(self) -> None:
        """Take frames for ever."""
        threading.Thread(target=self._keep_record, daemon=True).start()
        while True:
            link, _ = self._server.accept()
            while self._behaviour() == DEAF:
                time.sleep(0.02)
            with link, link.makefile() as lines:
                for line in lines:
                    self._take(json.loads(line))

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] != "user":
            return
        words, how, now = frame["message"]["content"], self._behaviour(), time.time()
        self._came = [at for at in self._came if at > now - 60]
        if words == self._last or len(self._came) >= _MOST:
            return
        self._last = words
        self._came.append(now)
        if how not in (ACCEPTS, WORKS, TAKES_AT_WORK):
            return
        queued = {"type": "queue-operation", "operation": "enqueue", "content": words}
        self._note({**queued, "timestamp": clock.stamp()})
        if how == ACCEPTS:
            self._read(words)
        if how == TAKES_AT_WORK:
            self._note({"attachment": {"type": "queued_command", "prompt": words}})

    def _read(self, words: str) -> None:
        message = {"role": "user", "content": f"Another session sent:\n{words}"}
        origin = {"kind": "peer", "from": "cafleet"}
        turn = {"type": "user", "message": message, "origin": origin}
        self._note({**turn, "turnOrigin": "peer"})

    def _behaviour(self) -> str:
        return (self._home / "behaviour").read_text()

    def _keep_record(self) -> None:
        while True:
            if _STATUS.get(self._behaviour(), "idle") != self._status:
                self._report()
            time.sleep(0.02)

    def _report(self) -> None:
        self._status = _STATUS.get(self._behaviour(), "idle")
        pid = os.getpid()
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        record = {
            "pid": pid,
            "sessionId": _CONVERSATION,
            "cwd": "/elsewhere",
            "procStart": fields[19],
            "startedAt": self._began,
            "kind": "interactive",
            "messagingSocketPath": str(self._socket),
            "status": self._status,
            "statusUpdatedAt": int(time.time() * 1000),
        }
        path = self._home / "sessions" / f"{pid}.json"
        path.with_suffix(".new").write_text(json.dumps(record))
        path.with_suffix(".new").rename(path)

    def _note(self, entry: dict[str, Any]) -> None:
        with self._transcript.open("a") as file:
            file.write(json.dumps(entry) + "\n")


if __name__ == "__main__":
    own_home = Path(sys.argv[1])
    threading.Thread(target=_Inbox(own_home).serve, daemon=True).start()
    log = str(own_home / _TYPED)
    sys.argv[1:] = ["--name", "agent", "--behaviour", "quiet", "--log", log]
    standin.main()
