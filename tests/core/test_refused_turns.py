"""Agents whose service refuses them: until when, by their own logs, and what that overrules."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cafleet_core import clock
from cafleet_core.config.rules import PushRules
from cafleet_core.panes.reading import claude_files, codex_files
from cafleet_core.panes.reading.self_reports import SelfReport
from cafleet_core.states import PaneState
from tests.builders import DAWN, at
from tests.core.test_sources import Shell, record, shell

__all__ = ["shell"]

RULES = PushRules()
SESSION = "478c055b-5e27-48a0-bfd2-f8a599a55d2e"
HOUR = 3600
IN_AN_HOUR = int(DAWN.timestamp()) + HOUR
AN_HOUR_AGO = int(DAWN.timestamp()) - HOUR


@pytest.fixture(autouse=True)
def dawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "here", lambda: DAWN)


def seconds_ago(seconds: float) -> str:
    """A time in the form that the agents' logs have it in."""
    moment = DAWN - timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


# Claude Code


def answered(seconds: float = 5) -> dict[str, Any]:
    return {"type": "assistant", "timestamp": seconds_ago(seconds), "message": {}}


def refused(
    error: str = "rate_limit", resets: object = None, seconds: float = 5
) -> dict[str, Any]:
    entry = {**answered(seconds), "isApiErrorMessage": True, "error": error}
    return {**entry, **({"quotaLimits": {"resetsAt": resets}} if resets else {})}


PROMPT = {"type": "user", "timestamp": seconds_ago(6)}
AFTERWARDS = {"type": "system", "subtype": "turn_duration"}
OF_A_SUBAGENT = {**answered(), "isSidechain": True}


def transcript(
    home: Path, *entries: dict[str, Any], folder: str = "-code-w-co"
) -> Path:
    """The transcript of the conversation that `claude` records for a process."""
    path = home / ".claude" / "projects" / folder / f"{SESSION}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(entry, separators=(",", ":")) for entry in entries]
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def claude(shell: Shell, home: Path) -> SelfReport | None:
    """What the transcript of an idle Claude Code tells, None for nothing."""
    record(home, shell.pid, sessionId=SESSION, cwd="/code/w-co")
    _, *of_transcript = claude_files.reports(shell.pid)
    return next(iter(of_transcript), None)


def test_a_limit_lasts_until_the_transcript_says(shell: Shell, tmp_path: Path) -> None:
    transcript(tmp_path, answered(99), PROMPT, refused(resets=IN_AN_HOUR), AFTERWARDS)
    assert claude(shell, tmp_path) == SelfReport(
        "transcript", PaneState.LIMIT, "rate_limit", 5.0, at(minutes=60), 1
    )


def test_a_limit_of_which_the_end_is_not_told_is_one(
    shell: Shell, tmp_path: Path
) -> None:
    transcript(tmp_path, answered(99), PROMPT, refused())
    report = claude(shell, tmp_path)
    assert report is not None
    assert (report.state, report.until, report.refusals) == ("limit", None, 1)


def test_a_limit_that_is_over_leaves_the_agent_at_rest(
    shell: Shell, tmp_path: Path
) -> None:
    transcript(tmp_path, PROMPT, refused(resets=AN_HOUR_AGO, seconds=9000))
    report = claude(shell, tmp_path)
    assert report is not None
    assert (report.state, report.until, report.refusals) == ("idle", None, 1)
    assert report.evidence.startswith("its limit ended at ")


@pytest.mark.parametrize(
    "error", ["authentication_failed", "overloaded", "billing_error", "server_error"]
)
def test_whom_the_service_does_not_want_has_failed(
    shell: Shell, tmp_path: Path, error: str
) -> None:
    transcript(tmp_path, answered(99), refused(error), PROMPT, refused(error))
    report = claude(shell, tmp_path)
    assert report is not None
    assert (report.state, report.evidence, report.refusals) == ("failed", error, 2)


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [PROMPT],
        [refused(resets=IN_AN_HOUR, seconds=60), PROMPT, answered()],
        [refused("max_output_tokens")],
        [{**answered(), "error": "rate_limit"}],
        [{**refused(), "timestamp": "soon"}],
        [{**refused(), "timestamp": "2026-11-20"}],
    ],
    ids=["empty", "asked", "answered since", "cut", "no error", "words", "naive"],
)
def test_a_turn_that_was_not_refused_tells_nothing(
    shell: Shell, tmp_path: Path, entries: list[dict[str, Any]]
) -> None:
    transcript(tmp_path, *entries)
    assert claude(shell, tmp_path) is None


def test_a_subagent_that_answers_is_not_the_agent(shell: Shell, tmp_path: Path) -> None:
    transcript(tmp_path, refused(resets=IN_AN_HOUR), OF_A_SUBAGENT)
    report = claude(shell, tmp_path)
    assert report is not None
    assert report.state == "limit"


def test_the_transcript_may_be_in_the_folder_that_the_conversation_began_in(
    shell: Shell, tmp_path: Path
) -> None:
    transcript(tmp_path, refused(), folder="-elsewhere")
    assert claude(shell, tmp_path) is not None


@pytest.mark.parametrize("ending", [b'{"type":"assistant', b"\xff\xfe\n", b"[[[[\n"])
def test_lines_that_are_no_entries_are_passed_over(
    shell: Shell, tmp_path: Path, ending: bytes
) -> None:
    path = transcript(tmp_path, {"type": "x", "filler": "y" * 200_000}, refused())
    with path.open("ab") as file:
        file.write(ending)
    report = claude(shell, tmp_path)
    assert report is not None
    assert report.refusals == 1


def test_a_record_that_names_another_place_reads_nothing(
    shell: Shell, tmp_path: Path
) -> None:
    transcript(tmp_path, refused()).rename(tmp_path / "elsewhere.jsonl")
    names = "../../../elsewhere"
    record(tmp_path, shell.pid, sessionId=names, cwd="/code/w-co")
    assert len(claude_files.reports(shell.pid)) == 1


# Codex


def event(kind: str, **fields: object) -> dict[str, Any]:
    payload = {"type": kind, **fields}
    return {"timestamp": seconds_ago(5), "type": "event_msg", "payload": payload}


def counted(**windows: tuple[float, int] | None) -> dict[str, Any]:
    limits = {
        name: window and {"used_percent": window[0], "resets_at": window[1]}
        for name, window in windows.items()
    }
    return event("token_count", rate_limits=limits)


def ended(info: object = "usage_limit_exceeded") -> dict[str, Any]:
    error = {"message": "You’ve hit your usage limit.", "codex_error_info": info}
    return event("task_complete", error=error)


DONE = event("task_complete", last_agent_message="It is done.")
STARTED = event("task_started")
HOLDS_OPEN = (
    "import sys, time; f = open(sys.argv[1]); print('open', flush=True); time.sleep(60)"
)


@pytest.fixture
def rollout(tmp_path: Path) -> Path:
    path = tmp_path / ".codex/sessions/2026/11/20/rollout-2026-11-20T12-00-00-a.jsonl"
    path.parent.mkdir(parents=True)
    path.touch()
    return path


@pytest.fixture
def wrapper(rollout: Path) -> Iterator[subprocess.Popen[str]]:
    """A pane's first process that has started a Codex, which holds its rollout open."""
    command = '"$0" -c "$1" "$2"; true'
    argv = ["sh", "-c", command, sys.executable, HOLDS_OPEN, str(rollout)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process
        subprocess.run(["pkill", "-P", str(process.pid)], check=False)


def codex(wrapper: subprocess.Popen[str], rollout: Path, *entries: Any) -> Any:
    rollout.write_text("".join(f"{json.dumps(entry)}\n" for entry in entries))
    return next(iter(codex_files.reports(wrapper.pid)), None)


@pytest.mark.parametrize(
    ("windows", "until"),
    [
        ({"primary": (100.0, IN_AN_HOUR), "secondary": None}, at(minutes=60)),
        (
            {
                "primary": (100.0, IN_AN_HOUR),
                "secondary": (100, IN_AN_HOUR + 2 * HOUR),
            },
            at(minutes=180),
        ),
        ({"primary": (42.0, IN_AN_HOUR), "secondary": None}, None),
        ({}, None),
    ],
    ids=["one window", "two windows", "none is used up", "none told"],
)
def test_a_limit_of_codex_lasts_until_its_windows_begin_anew(
    wrapper: subprocess.Popen[str],
    rollout: Path,
    windows: dict[str, Any],
    until: str | None,
) -> None:
    report = codex(wrapper, rollout, DONE, STARTED, counted(**windows), ended())
    assert report == SelfReport(
        *("rollout", PaneState.LIMIT, "You’ve hit your usage limit.", 5.0, until, 1)
    )


def test_what_codex_was_told_in_an_earlier_turn_is_over(
    wrapper: subprocess.Popen[str], rollout: Path
) -> None:
    limited = (counted(primary=(100, IN_AN_HOUR)), ended())
    assert codex(wrapper, rollout, *limited, STARTED, DONE) is None
    assert codex(wrapper, rollout, *limited, event("turn_aborted")) is None
    failed = codex(wrapper, rollout, *limited, STARTED, ended("server_overloaded"))
    assert (failed.state, failed.until, failed.refusals) == ("failed", None, 2)
    past = (counted(primary=(100, AN_HOUR_AGO)), ended())
    assert codex(wrapper, rollout, *past).state == "idle"


def test_a_codex_without_a_rollout_tells_nothing(shell: Shell) -> None:
    assert codex_files.reports(shell.pid) == []
