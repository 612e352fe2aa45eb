"""The files in which coding agents tell what they have used, as the real ones write them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

CONVERSATION = "478c055b-5e27-48a0-bfd2-f8a599a55d2e"
THREAD = "01a2199b-b373-7133-980b-25ac914a94d8"
RESETS = 1795729824


def answer(
    number: int, sent: int = 10, received: int = 5, **changes: Any
) -> dict[str, Any]:
    """A line of Claude Code's transcript: an answer that read 1,000 tokens from the cache."""
    usage = {
        "input_tokens": sent,
        "output_tokens": received,
        "cache_read_input_tokens": 1000,
        "cache_creation_input_tokens": 100,
    }
    message = {"id": f"msg_{number}", "model": "claude-sonnet-4-5", "usage": usage}
    return {"type": "assistant", "message": message, **changes}


def transcript(home: Path, *entries: object, cwd: str = "-code") -> Path:
    """Append entries to the transcript of the conversation; its path."""
    path = home / ".claude" / "projects" / cwd / f"{CONVERSATION}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        for entry in entries:
            file.write((entry if isinstance(entry, str) else json.dumps(entry)) + "\n")
    return path


def status(home: Path, **changes: Any) -> None:
    """What Claude Code's status line was told last."""
    document = {
        "session_id": CONVERSATION,
        "model": {"id": "claude-sonnet-4-5"},
        "cost": {"total_cost_usd": 0.0041},
        "context_window": {
            "context_window_size": 200_000,
            "current_usage": {
                "input_tokens": 160_000,
                "output_tokens": 55,
                "cache_read_input_tokens": 4000,
            },
        },
        "rate_limits": {
            "five_hour": {"used_percentage": 91.6, "resets_at": RESETS},
            "seven_day": {"used_percentage": 40, "resets_at": RESETS},
        },
        **changes,
    }
    folder = home / ".claude" / "cafleet-usage"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{CONVERSATION}.json").write_text(json.dumps(document))


def rollout(folder: Path, *entries: object) -> Path:
    """A rollout of Codex with these entries."""
    path = folder / "sessions" / f"rollout-2026-11-26T20-40-00-{THREAD}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    return path


def token_count(total: int, percent: object = 42.0) -> dict[str, Any]:
    """Codex's counts: `total` sent, half of that cached, a tenth received."""
    usage = {
        "input_tokens": total,
        "cached_input_tokens": total // 2,
        "output_tokens": total // 10,
        "total_tokens": total + total // 10,
    }
    five_hours = {"used_percent": percent, "window_minutes": 300, "resets_at": RESETS}
    week = {"used_percent": 17.0, "window_minutes": 10080, "resets_at": RESETS}
    info = {
        "total_token_usage": usage,
        "last_token_usage": {"total_tokens": 1570},
        "model_context_window": 258_400,
    }
    payload = {
        "type": "token_count",
        "info": info,
        "rate_limits": {"primary": five_hours, "secondary": week},
    }
    return {"type": "event_msg", "payload": payload}


def opencode_database(path: Path, *sessions: tuple[object, ...]) -> Path:
    """OpenCode's database with sessions as (id, parent, folder, cost, updated)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "CREATE TABLE session (id, parent_id, directory, cost, time_updated, model,"
            " tokens_input DEFAULT 10, tokens_output DEFAULT 5, tokens_reasoning DEFAULT 2,"
            " tokens_cache_read DEFAULT 100, tokens_cache_write DEFAULT 1)"
        )
        database.execute("CREATE TABLE message (session_id, time_created, data)")
        database.executemany(
            "INSERT INTO session (id, parent_id, directory, cost, time_updated, model)"
            """ VALUES (?, ?, ?, ?, ?, '{"id":"mock"}')""",
            sessions,
        )
        tokens = {"input": 10, "output": 5, "cache": {"read": 5000, "write": 1}}
        for number, data in enumerate(({"tokens": tokens}, {"role": "user"})):
            database.execute(
                "INSERT INTO message VALUES (?, ?, ?)",
                (sessions[0][0], number, json.dumps(data)),
            )
        database.commit()
    return path
