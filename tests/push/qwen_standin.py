"""A stand-in with a socket as Qwen Code's: a record, receipts, a log. Run in a pane by `in_pane`."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

from tests.push.in_pane import be_typed_to, note

READS, WORKS, SILENT = "reads", "works", "silent"
"""It reads each message at once; at work, it keeps them in its queue; it lets none in, and says
nothing. Any other behaviour is the status that it reports of each."""

_CONVERSATION = "0f0e0d0c-0b0a-4908-8706-050403020100"
_REPORTED = {READS: "delivered", WORKS: "delivered"}


class _Inbox:
    def __init__(self, home: Path) -> None:
        self._home = home
        self._log = (
            home / "projects" / "-elsewhere" / "chats" / f"{_CONVERSATION}.jsonl"
        )
        self._log.parent.mkdir(parents=True, exist_ok=True)
        note(self._log, {"type": "system"})
        path = home / f"{os.getpid()}.sock"
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen()
        fields = (
            Path(f"/proc/{os.getpid()}/stat").read_text().rpartition(")")[2].split()
        )
        record = {
            "sessionId": _CONVERSATION,
            "cwd": "/elsewhere",
            "procStart": f"boot:{fields[19]}",
            "startedAt": int(time.time() * 1000),
            "kind": "tui",
            "ipcPath": str(path),
            "ipcToken": "token",
        }
        (home / "sessions").mkdir(exist_ok=True)
        (home / "sessions" / f"{os.getpid()}.json").write_text(json.dumps(record))
        (home / "behaviour").write_text(READS)

    def serve(self) -> None:
        while True:
            link, _ = self._server.accept()
            with link, link.makefile() as frames:
                auth, *rest = map(json.loads, frames)
                assert auth["type"] == "auth"
            for frame in rest:
                self._take(frame)

    def _take(self, frame: dict[str, Any]) -> None:
        assert frame["fromMode"] == "prompting"
        assert frame["toSessionId"] == _CONVERSATION
        how = (self._home / "behaviour").read_text()
        if how == SILENT:
            return
        self._report(frame, _REPORTED.get(how, how))
        if how == READS:
            words = frame["message"]["content"]
            note(self._home / "read.jsonl", {"words": words})
            message = {"role": "user", "parts": [{"text": words}]}
            note(self._log, {"type": "user", "message": message})

    def _report(self, frame: dict[str, Any], status: str) -> None:
        report = {"type": "control", "origMsgId": frame["msgId"], "status": status}
        with socket.socket(socket.AF_UNIX) as link:
            link.connect(frame["from"])
            link.sendall(json.dumps(report).encode() + b"\n")


if __name__ == "__main__":
    own_home = Path(sys.argv[1])
    threading.Thread(target=_Inbox(own_home).serve, daemon=True).start()
    be_typed_to(own_home)
