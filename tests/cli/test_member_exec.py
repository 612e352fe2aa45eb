"""`member exec`: a command in a member's pane, its end ended to whoever has asked, once."""

from __future__ import annotations

import os
import shlex
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.desk import Desk
from tests.terminal import Ran, begun, eventually


class Workshop:
    """A Director's desk, and a member at rest that runs what it is ended to."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self.folder = desk, folder
        made = desk.hire("worker", "--cwd", str(folder)).document
        self.pane = made["placement"]["tmux_pane_id"]
        desk("member", "wait", "worker", "--state", "idle", "--timeout", "20")

    def run(self, *more: str) -> Ran:
        return self.desk("member", "exec", "worker", "--json", *more)

    def inbox(self) -> list[str]:
        return [
            each["text"] for each in self.desk("message", "poll", "--json").document
        ]

    def shown(self) -> str:
        return self.desk.terminal.screen(self.pane)

    def left(self) -> list[Path]:
        return list(Path(self.desk.registry.folder).glob(".cafleet-exec-*"))

    def runner(self) -> int:
        """The process that runs a command now."""
        [[noted]] = self.desk.registry.rows(
            "SELECT execution FROM agent_placements WHERE execution IS NOT NULL"
        )
        _, pid, *_ = noted.split(" ")
        return int(pid)


@pytest.fixture
def workshop(desk: Desk, tmp_path: Path) -> Workshop:
    """A member that stands in for a coding agent, in a folder of its own."""
    folder = tmp_path / "work"
    folder.mkdir()
    return Workshop(desk, folder)


def test_waited_for_it_exits_as_the_command_did_and_no_word_of_it_is_lost(
    workshop: Workshop, tmp_path: Path
) -> None:
    odd = ["printf", "%s|", "a 'b'", '$HOME "c"', "d\ne", "@f; g"]
    done = workshop.run("--wait", "--", *odd)
    assert (done.code, done.err) == (0, "")
    ended: Any = done.document
    assert (ended["ending"], ended["exit_code"]) == ("exited", 0)
    assert 0 <= ended["seconds"] < 60
    eventually(lambda: "e|@f; g|" in workshop.shown())
    assert "a 'b'|$HOME \"c\"|d" in workshop.shown()
    lines = tmp_path / "lines.sh"
    lines.write_text("pwd > here\ncase x in\nx) exit 41;;\nesac\n")
    failed = workshop.run("--wait", "--file", str(lines))
    assert (failed.code, failed.document["exit_code"]) == (41, 41)
    assert (workshop.folder / "here").read_text().strip() == str(workshop.folder)
    assert workshop.inbox() == []  # whoever has waited knows it
    history = workshop.desk("message", "list", "--json").document
    assert [each["text"].splitlines()[0].split(" after ")[0] for each in history] == [
        "The command ended with exit code 0",
        "The command ended with exit code 41",
    ]
    assert workshop.left() == []


def test_without_waiting_one_message_tells_the_end_and_others_are_held_until_then(
    workshop: Workshop,
) -> None:
    gate = workshop.folder / "gate"
    os.mkfifo(gate)
    sent = workshop.run(f"cat {shlex.quote(str(gate))}; exit 3")
    assert (sent.code, sent.document["value"][:4]) == (0, "cat ")
    held = workshop.desk("message", "send", "worker", "Meanwhile.", "--json")
    assert held.document["push"] == {"outcome": "held", "reason": "exec"}
    ping = workshop.desk("member", "ping", "worker")
    assert ping.err.startswith("Error: send failed")
    assert "held (exec)" in ping.err
    second = workshop.run("true")
    assert "runs a command already" in second.err
    gate.write_text("now\n")
    eventually(lambda: workshop.inbox() != [])
    [ended] = workshop.inbox()
    assert ended.startswith("The command ended with exit code 3 after ")
    assert ended.splitlines()[1].startswith(f"> cat {gate}"[:30])
    status = ("message", "status", held.document["task"]["id"], "--json")
    eventually(
        lambda: workshop.desk(*status).document["deliveries"][0]["acked_at"] is not None
    )


def test_one_that_takes_too_long_is_ended_with_all_that_it_has_started(
    workshop: Workshop,
) -> None:
    pids = workshop.folder / "pids"
    script = f"sleep 100 & echo $$ $! > {shlex.quote(str(pids))}; wait"
    done = workshop.run("--wait", "--timeout", "0.5", "--", script)
    assert (done.code, done.document["ending"]) == (3, "timed_out")
    started = [Path("/proc", pid, "stat") for pid in pids.read_text().split()]
    eventually(lambda: not any(stat.exists() for stat in started))


def test_one_whose_runner_is_killed_is_told_to_be_lost(workshop: Workshop) -> None:
    gate = workshop.folder / "gate"
    os.mkfifo(gate)
    where = workshop.desk.terminal.inside(workshop.desk.pane)
    waiting = begun(
        *(workshop.desk.terminal.registry, "member", "exec", "worker", "--wait"),
        *("--json", "--", f"echo begun > {shlex.quote(str(gate))}; sleep 5"),
        **where,
    )
    assert gate.read_text() == "begun\n"
    os.kill(workshop.runner(), signal.SIGKILL)
    out, err = waiting.communicate(timeout=30)
    assert (waiting.returncode, err) == (3, "")
    assert '"ending":"lost"' in out.replace(" ", "")
    assert workshop.run("--wait", "true").code == 0


@pytest.mark.parametrize(
    ("arguments", "why"),
    [((), "give COMMAND, or --file."), ((" ",), "the command is empty.")],
)
def test_what_is_no_command_is_refused(
    workshop: Workshop, arguments: tuple[str, ...], why: str
) -> None:
    refused = workshop.run(*arguments)
    assert (refused.code, refused.out) == (2, "")
    assert why in refused.err
    assert workshop.left() == []
