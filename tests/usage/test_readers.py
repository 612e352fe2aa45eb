"""What agents have used, read from their own files, whatever is in these."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from cafleet_core.usage import claude, codex, opencode
from cafleet_core.usage.claude import Progress
from cafleet_core.usage.sample import Tokens, UsageSample, Window
from tests.core.test_sources import Shell, record, shell
from tests.usage.agent_files import (
    CONVERSATION,
    RESETS,
    THREAD,
    answer,
    opencode_database,
    rollout,
    status,
    token_count,
    transcript,
)

__all__ = ["shell"]

WHATEVER: list[Any] = [
    *(None, True, -1, 1e400, float("nan"), "9", [], {}, {"id": 10**400}, 10**400),
    *("\x1b]0;x\x07", [[["x"]]]),
]


def claude_sample(shell: Shell, home: Path) -> UsageSample | None:
    record(home, shell.pid, sessionId=CONVERSATION, cwd="/code")
    return claude.read(shell.pid, {})


def test_claude_tells_of_an_answer_once_however_many_lines_it_has(
    shell: Shell, tmp_path: Path
) -> None:
    subagents = answer(2, sent=7, isSidechain=True)
    transcript(
        tmp_path, answer(1, received=1), subagents, answer(1), answer(3, sent=20)
    )
    sample = claude_sample(shell, tmp_path)
    assert sample == UsageSample(
        CONVERSATION,
        str(tmp_path / ".claude"),
        "claude-sonnet-4-5",
        Tokens(10 + 7 + 20 + 300, 15, 3000),
        context_used=1120,
    )


def test_claude_tells_its_cost_at_the_end_until_it_goes_on(tmp_path: Path) -> None:
    path = transcript(
        tmp_path, answer(1), {"type": "cost-state", "totalCostUSD": 0.0041}
    )
    ended = claude.advance(str(path), Progress())
    assert ended.cost == 4100
    transcript(tmp_path, answer(2))
    assert claude.advance(str(path), ended).cost is None


def test_a_transcript_is_read_on_where_the_last_reading_ended(tmp_path: Path) -> None:
    path = transcript(tmp_path, *(answer(number) for number in range(50)))
    few = claude.advance(str(path), Progress(), most=4096)
    assert 0 < few.offset <= 4096 < path.stat().st_size
    progress = claude.advance(str(path), few)
    assert progress == claude.advance(str(path), Progress())
    with path.open("a") as file:
        file.write(json.dumps(answer(50))[:40])
    half = claude.advance(str(path), progress)
    assert half == progress
    with path.open("a") as file:
        file.write(json.dumps(answer(50))[40:] + "\n")
    assert claude.advance(str(path), half).tokens == Tokens(51 * 110, 51 * 5, 51000)
    path.write_text(json.dumps(answer(1)) + "\n")
    assert claude.advance(str(path), half).tokens == Tokens(110, 5, 1000)


def test_a_line_longer_than_what_is_read_at_once_is_passed_over(tmp_path: Path) -> None:
    path = transcript(tmp_path, answer(1), answer(2, text="x" * 5000), answer(3))
    progress = Progress()
    for _ in range(12):
        progress = claude.advance(str(path), progress, 1000)
    assert progress.tokens == Tokens(220, 10, 2000)
    assert progress.offset == path.stat().st_size


def test_the_status_line_tells_claudes_money_context_and_quotas(
    shell: Shell, tmp_path: Path
) -> None:
    transcript(tmp_path, answer(1))
    status(tmp_path)
    sample = claude_sample(shell, tmp_path)
    assert sample is not None
    assert sample[4:] == (
        *(4100, 164_000, 200_000),
        *(Window(91, RESETS), Window(40, RESETS)),
    )


def test_codex_tells_the_last_counts_of_its_rollout(tmp_path: Path) -> None:
    turn = {"type": "turn_context", "payload": {"model": "gpt-5"}}
    limits_alone = token_count(0, 100.0)
    limits_alone["payload"]["info"] = None
    path = rollout(tmp_path, turn, token_count(100), token_count(200), limits_alone)
    assert codex.of_rollout(str(path), "its folder") == UsageSample(
        THREAD,
        "its folder",
        "gpt-5",
        Tokens(100, 20, 100),
        None,
        1570,
        258_400,
        Window(100, RESETS),
        Window(17, RESETS),
    )


def test_opencode_tells_of_the_last_conversation_of_its_folder(tmp_path: Path) -> None:
    path = opencode_database(
        tmp_path / "opencode.db",
        ("ses_now", None, "/here", 0.5, 3000),
        ("ses_child", "ses_now", "/here", 0.25, 9000),
        ("ses_earlier", None, "/here", 7, 2000),
        ("ses_elsewhere", None, "/there", 7, 9000),
    )
    sample = opencode.of_database(str(path), "its folder", "/here", 2.5)
    assert sample == UsageSample(
        *("ses_now", "its folder", "mock", Tokens(22, 14, 200), 750_000, 5011)
    )
    assert opencode.of_database(str(path), "", "/here", 5.0) is None


@pytest.mark.parametrize("value", WHATEVER)
def test_whatever_is_in_the_files_of_claude_nothing_is_raised(
    shell: Shell, tmp_path: Path, value: Any
) -> None:
    for entry in (answer(1), {"type": "cost-state", "totalCostUSD": 1}):
        for damaged in _damaged(entry, value):
            transcript(tmp_path, damaged)
    transcript(tmp_path, '"usage" "assistant"', "[" * 100_000, "\0" * 9)
    for key in ("model", "cost", "context_window", "rate_limits"):
        status(tmp_path, **{key: value})
        sample = claude_sample(shell, tmp_path)
        assert sample is not None
        assert min(sample.tokens) >= 0


@pytest.mark.parametrize("value", WHATEVER)
def test_whatever_is_in_a_rollout_nothing_is_raised(tmp_path: Path, value: Any) -> None:
    path = rollout(tmp_path, *_damaged(token_count(100), value))
    sample = codex.of_rollout(str(path))
    assert sample is None or min(sample.tokens) >= 0


def _damaged(document: Any, value: Any) -> list[Any]:
    """The document with each of its parts replaced by a value."""
    if not isinstance(document, dict):
        return [value]
    return [
        {**document, key: part}
        for key, below in document.items()
        for part in [value, *_damaged(below, value)]
    ]


@pytest.mark.parametrize("kind", ["no file", "folder", "pipe", "no database", "other"])
def test_what_is_no_database_tells_nothing(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "opencode.db"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "no database":
        path.write_bytes(b"\0" * 9000)
    elif kind == "other":
        opencode_database(path, ("../../etc", None, "/here", "much", 9))
    assert opencode.of_database(str(path), "", "/here", 0.0) is None
