"""What agents tell of themselves: Claude Code's record of a real process, and hooks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import FrameType

import pytest

from cafleet_core import clock
from cafleet_core.panes.reading import claude_files, self_reports
from cafleet_core.panes.reading.classify import classify
from cafleet_core.panes.reading.self_reports import SelfReport
from tests.builders import DAWN, a_placement, a_snapshot, an_id
from tests.terminal import eventually


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A pane's first process with this test's home, and a child where an agent would be."""
    command = ["sh", "-c", "sleep 60 & wait"]
    with subprocess.Popen(command, env={"HOME": str(tmp_path), **_path()}) as process:
        environment = Path(f"/proc/{process.pid}/environ")
        eventually(lambda: str(tmp_path) in environment.read_text())  # it has begun
        yield process
        subprocess.run(["pkill", "-P", str(process.pid)], check=False)
        process.kill()


def _path() -> dict[str, str]:
    return {"PATH": os.environ["PATH"]}


def child(shell: subprocess.Popen[bytes]) -> int:
    """The process that the shell has started."""
    children = Path(f"/proc/{shell.pid}/task/{shell.pid}/children")
    return int(eventually(lambda: children.read_text().split())[0])


def start_of(pid: int) -> str:
    """When a process has begun, in clock ticks."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]


def record(home: Path, pid: int, **changes: object) -> None:
    """Write the record of an idle Claude Code that this process is."""
    folder = home / ".claude" / "sessions"
    folder.mkdir(parents=True, exist_ok=True)
    since = int((DAWN - timedelta(seconds=5)).timestamp() * 1000)
    document = {
        "pid": pid,
        "procStart": start_of(pid),
        "kind": "interactive",
        "status": "idle",
        "statusUpdatedAt": since,
        **changes,
    }
    (folder / f"{pid}.json").write_text(json.dumps(document))


@pytest.fixture(autouse=True)
def dawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "here", lambda: DAWN)


Shell = subprocess.Popen[bytes]


def claude_report(pane_pid: int) -> SelfReport | None:
    """What the record of the Claude Code below this process tells."""
    return next(iter(claude_files.reports(pane_pid)), None)


@pytest.mark.parametrize("status", ["idle", "busy", "waiting"])
def test_the_record_of_a_claude_below_the_panes_shell_is_found(
    shell: Shell, tmp_path: Path, status: str
) -> None:
    record(tmp_path, child(shell), status=status)
    report = claude_report(shell.pid)
    assert report is not None
    assert report[:4] == ("record", status, status, 5.0)


def test_the_pane_may_be_the_claude_itself(shell: Shell, tmp_path: Path) -> None:
    record(tmp_path, shell.pid, status="waiting", waitingFor="permission prompt")
    report = claude_report(shell.pid)
    assert report is not None
    assert report.evidence == "waiting: permission prompt"


def test_it_costs_the_same_however_many_records_others_have_left(
    shell: Shell, tmp_path: Path
) -> None:
    record(tmp_path, child(shell), kind="print")
    assert claude_report(shell.pid) is None
    before = calls(lambda: claude_report(shell.pid))
    for pid in range(2**22 + 1, 2**22 + 100):
        (tmp_path / ".claude" / "sessions" / f"{pid}.json").write_text("{}")
    assert calls(lambda: claude_report(shell.pid)) == before


def calls(act: Callable[[], object]) -> int:
    """How many calls, also of Python's own functions, something takes."""
    made = 0

    def counted(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        act()
    finally:
        sys.setprofile(None)
    return made


def test_the_nearest_of_two_is_the_one_on_the_screen(
    shell: Shell, tmp_path: Path
) -> None:
    record(tmp_path, child(shell), status="busy")
    record(tmp_path, shell.pid)
    report = claude_report(shell.pid)
    assert report is not None
    assert report.state == "idle"


@pytest.mark.parametrize(
    "changes",
    [
        {"procStart": "1"},
        {"procStart": None},
        {"kind": "print"},
        {"status": "dreaming"},
        {"status": None},
        {"statusUpdatedAt": "2026-11-20T12:00:00Z"},
    ],
)
def test_a_record_of_another_process_or_that_is_not_understood_is_nothing(
    shell: Shell, tmp_path: Path, changes: dict[str, object]
) -> None:
    record(tmp_path, child(shell), **changes)
    assert claude_report(shell.pid) is None


def test_somebody_elses_claude_in_the_same_home_is_not_taken(
    shell: Shell, tmp_path: Path
) -> None:
    record(tmp_path, os.getpid(), status="busy")
    assert claude_report(shell.pid) is None


MONSTER = '{"a":' + "[" * 100_000


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", '{"pid": 1}', MONSTER, " " * 2_000_000],
    ids=["empty", "half", "list", "null", "lacking", "deep", "large"],
)
def test_a_record_that_is_half_written_or_beyond_measure_is_nothing(
    shell: Shell, tmp_path: Path, text: str
) -> None:
    record(tmp_path, shell.pid)
    (tmp_path / ".claude" / "sessions" / f"{shell.pid}.json").write_text(text)
    assert claude_report(shell.pid) is None


@pytest.mark.parametrize("kind", ["a pipe", "a folder"])
def test_a_record_that_is_no_file_is_nothing(
    shell: Shell, tmp_path: Path, kind: str
) -> None:
    record(tmp_path, shell.pid)
    path = tmp_path / ".claude" / "sessions" / f"{shell.pid}.json"
    path.unlink()
    if kind == "a pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    assert claude_report(shell.pid) is None


def test_a_time_beyond_all_numbers_is_nothing(shell: Shell, tmp_path: Path) -> None:
    record(tmp_path, shell.pid, statusUpdatedAt=10**400)
    assert claude_report(shell.pid) is None


def test_with_a_command_in_the_background_it_is_at_rest(
    shell: Shell, tmp_path: Path
) -> None:
    record(tmp_path, shell.pid, status="shell")
    report = claude_report(shell.pid)
    assert report is not None
    assert (report.state, report.evidence) == ("idle", "shell")


def test_a_program_that_is_stopped_says_so_and_one_that_goes_on_does_not(
    shell: Shell,
) -> None:
    assert self_reports.process(shell.pid, ()) is None
    os.kill(shell.pid, signal.SIGSTOP)
    report = eventually(lambda: self_reports.process(shell.pid, ()))
    assert report is not None
    assert (report.source, report.state) == ("process", "suspended")
    os.kill(shell.pid, signal.SIGCONT)
    eventually(lambda: self_reports.process(shell.pid, ()) is None)


def test_a_process_that_has_gone_tells_nothing() -> None:
    assert claude_report(2**22 + 1) is None


def stamped(state: str, seconds_ago: float) -> str:
    return f"{state} {int(DAWN.timestamp() - seconds_ago)}"


@pytest.mark.parametrize(
    ("option", "state"),
    [
        (stamped("busy", 3), "busy"),
        (stamped("waiting", 599), "waiting"),
        (stamped("idle", -60), "idle"),
        ("idle " + "9" * 400, "idle"),
        (stamped("busy", 601), None),
        (stamped("dead", 3), None),
        (stamped("limit", 3), "limit"),
        (stamped("failed", 601), None),
        (f"{stamped('limit', 9000)} {int(DAWN.timestamp()) + 1}", "limit"),
        (f"{stamped('limit', 3)} {int(DAWN.timestamp())}", None),
        (f"{stamped('limit', 3)} {'9' * 400}", None),
        (f"{stamped('limit', 3)} soon", None),
        ("busy", None),
        ("busy soon", None),
        ("", None),
    ],
)
def test_a_hook_is_believed_while_it_is_young(option: str, state: str | None) -> None:
    report = self_reports.hook(option)
    assert (report.state if report else None) == state


def test_the_record_comes_before_the_hook(shell: Shell, tmp_path: Path) -> None:
    record(tmp_path, child(shell))
    reports = self_reports.read(["claude", "unheard-of"], shell.pid, stamped("busy", 1))
    assert [(report.source, report.state) for report in reports] == [
        ("record", "idle"),
        ("hook", "busy"),
    ]


@pytest.mark.parametrize(
    ("record_age", "hook_age", "believed"),
    [(5, 7, False), (5, 5, True), (7, 5, True), (0.1, 1, True), (0.1, 3, False)],
)
def test_a_hook_that_has_missed_a_change_of_the_record_is_not_believed(
    shell: Shell, tmp_path: Path, record_age: float, hook_age: int, believed: bool
) -> None:
    since = int((DAWN.timestamp() - record_age) * 1000)
    record(tmp_path, child(shell), statusUpdatedAt=since)
    reports = self_reports.read(["claude"], shell.pid, stamped("waiting", hook_age))
    assert ("hook" in [report.source for report in reports]) == believed


@pytest.mark.parametrize("state", ["limit", "failed"])
def test_a_record_of_rest_tells_nothing_against_a_hook_that_was_refused(
    shell: Shell, tmp_path: Path, state: str
) -> None:
    for status, sources in (("idle", ["record", "hook"]), ("busy", ["record"])):
        record(tmp_path, child(shell), status=status)
        reports = self_reports.read(["claude"], shell.pid, stamped(state, 60))
        assert [report.source for report in reports] == sources


def test_an_agent_s_state_is_what_its_own_pane_s_process_records(
    shell: Shell, tmp_path: Path
) -> None:
    record(tmp_path, child(shell), status="busy")
    reports = self_reports.read(["claude"], shell.pid, "")
    snapshot = a_snapshot("", pid=shell.pid)
    view = classify(an_id("drafter"), a_placement(), snapshot, reports, DAWN)
    assert (view.state, view.source, view.age) == ("busy", "record", 5.0)
