"""A stand-in with a queue as Codex's: a rollout, a database, a server that changes it.

Run in a pane by `in_pane`; run as a script, with the words of `SERVER`, it is the server.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import time
import uuid
from contextlib import closing
from pathlib import Path
from typing import Any

READS, RESTS = "reads", "rests"
"""It begins what waits, at once; it begins nothing, as after it was interrupted."""
REFUSES = "refuses"
"""Its server knows of no queue."""

SERVER = (__file__, "serve")
_SCHEMA = """
    CREATE TABLE IF NOT EXISTS queued_items (id TEXT, thread_id TEXT, payload_json TEXT,
        queue_order INTEGER, created_at_ms INTEGER);
"""
_FIRST = "01a22086-43f3-7711-9a2f-57f0def81c5a"


def _database(home: Path) -> sqlite3.Connection:
    return sqlite3.connect(home / "queue_1.sqlite", timeout=20)


def _note(path: Path, entry: dict[str, Any]) -> None:
    with path.open("a") as file:
        file.write(json.dumps(entry) + "\n")


def _rollout(home: Path, conversation: str = _FIRST) -> Path:
    return (
        home / "sessions" / "2026" / f"rollout-2026-11-28T04-59-59-{conversation}.jsonl"
    )


def _ends_a_turn(rollout: Path) -> None:
    _note(rollout, {"type": "event_msg", "payload": {"type": "task_complete"}})


def _read(home: Path) -> None:
    """Begin what waits, for ever, as it behaves."""
    rollout = _rollout(home)
    while True:
        time.sleep(0.02)
        if (home / "behaviour").read_text() != READS:
            continue
        with closing(_database(home)) as database, database:
            rows = database.execute(
                "DELETE FROM queued_items RETURNING payload_json"
            ).fetchall()
        for (payload,) in rows:
            content = json.loads(payload)["UserInput"]["content"]
            _note(home / "read.jsonl", {"words": content[0]["text"]})
            turn = {"type": "message", "role": "user", "content": content}
            _note(rollout, {"type": "response_item", "payload": turn})
            _ends_a_turn(rollout)


def _serve(home: Path) -> None:
    """Answer requests, a line each."""
    for line in sys.stdin:
        request = json.loads(line)
        if "id" not in request:
            continue
        answer = _answer(home, request["method"], request["params"])
        print(json.dumps({"id": request["id"], **answer}), flush=True)


def _answer(home: Path, method: str, asked: dict[str, Any]) -> dict[str, Any]:
    if method == "initialize":
        return {"result": {}}
    if (home / "behaviour").read_text() == REFUSES:
        return {"error": {"code": -32600}}
    with closing(_database(home)) as database, database:
        if method.endswith("/delete"):
            done = database.execute(
                "DELETE FROM queued_items WHERE id = ?", (asked["queuedSubmissionId"],)
            )
            return {"result": {"deleted": done.rowcount == 1}}
        turn = {"UserInput": {"content": asked["input"]}}
        now = time.time_ns() // 1_000_000
        row = (str(uuid.uuid4()), asked["threadId"], json.dumps(turn), now, now)
        database.execute("INSERT INTO queued_items VALUES (?, ?, ?, ?, ?)", row)
    return {"result": {"queuedSubmission": {"id": row[0]}}}


if __name__ == "__main__" and sys.argv[1:] == [SERVER[1]]:
    _serve(Path(os.environ["CODEX_HOME"]))
elif __name__ == "__main__":
    import threading

    from tests.push.in_pane import be_typed_to

    own_home = Path(sys.argv[1])
    _rollout(own_home).parent.mkdir(parents=True)
    held = _rollout(own_home).open("a")  # held open as long as it runs
    _ends_a_turn(_rollout(own_home))
    with closing(_database(own_home)) as made:
        made.executescript(_SCHEMA)
    (own_home / "behaviour").write_text(READS)
    threading.Thread(target=_read, args=(own_home,), daemon=True).start()
    be_typed_to(own_home)
