"""The program in an agent's terminal, by the files of its processes: what it is, and what it reads."""

from __future__ import annotations

import os
import pty
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from cafleet_core.panes.reading import opened, secret

AGENT, CHILD, GRANDCHILD = 10, 11, 12
TERMINAL, ELSEWHERE = "/dev/null", "/dev/zero"
"""Devices that stand for the agent's terminal and for another."""

LONG_AGO = 100
"""The start of an agent, in ticks; a child `LATER` is none that it was there for."""
TICKS = os.sysconf("SC_CLK_TCK")
LATER = LONG_AGO + TICKS


class Processes:
    """A folder like `/proc` of processes that a test makes up."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(
        self,
        pid: int,
        name: str,
        *children: int,
        state: str = "S",
        group: int = AGENT,
        terminal: str = TERMINAL,
        stdin: str | None = TERMINAL,
        started: int = LATER,
    ) -> None:
        number = os.stat(terminal).st_rdev if terminal else 0
        fields = ["0"] * 30
        fields[0], fields[2], fields[4], fields[19] = (
            *(state, str(group), str(number)),
            str(started),
        )
        place = self.folder / str(pid)
        (place / "task" / str(pid)).mkdir(parents=True)
        (place / "stat").write_text(f"{pid} ({name}) {' '.join(fields)}\n")
        listed = " ".join(map(str, children))
        (place / "task" / str(pid) / "children").write_text(listed)
        (place / "fd").mkdir()
        if stdin is not None:
            (place / "fd" / "0").symlink_to(stdin)

    def program(self, *names: str) -> str:
        return opened.program(AGENT, names, str(self.folder))


@pytest.fixture
def processes(tmp_path: Path) -> Processes:
    return Processes(tmp_path)


def test_an_agent_alone_has_opened_nothing(processes: Processes) -> None:
    assert processes.program() == ""
    processes.add(AGENT, "claude", started=LONG_AGO)
    assert processes.program() == ""


def test_what_reads_the_terminal_in_the_agent_s_job_is_named(
    processes: Processes,
) -> None:
    processes.add(AGENT, "claude", CHILD, started=LONG_AGO)
    processes.add(CHILD, "vim (1)")
    assert processes.program("claude") == "vim (1)"


@pytest.mark.parametrize(
    "other",
    [
        {"state": "Z"},
        {"state": "X"},
        {"state": "x"},
        {"group": CHILD},
        {"stdin": ELSEWHERE},
        {"stdin": "pipe:[1]"},
        {"stdin": None},
    ],
    ids=str,
)
def test_what_reads_elsewhere_or_has_ended_is_nothing(
    processes: Processes, other: dict[str, str | int | None]
) -> None:
    processes.add(AGENT, "claude", CHILD, GRANDCHILD, started=LONG_AGO)
    processes.add(CHILD, "vim", **other)  # type: ignore[arg-type]
    assert processes.program() == ""
    processes.add(GRANDCHILD, "less")
    assert processes.program() == "less"


def test_a_job_without_a_terminal_has_opened_nothing(
    processes: Processes, tmp_path: Path
) -> None:
    file = tmp_path / "words"
    file.touch()
    reads = str(file)
    processes.add(AGENT, "a", CHILD, terminal="", stdin=reads, started=LONG_AGO)
    processes.add(CHILD, "vim", terminal="", stdin=reads)
    assert processes.program() == ""


def test_a_child_that_has_ended_meanwhile_is_nothing(processes: Processes) -> None:
    processes.add(AGENT, "claude", CHILD, GRANDCHILD, started=LONG_AGO)
    processes.add(GRANDCHILD, "less")
    assert processes.program() == "less"


@pytest.mark.parametrize(
    ("wrapper", "after", "wraps"),
    [
        ("run", 0, True),
        ("run", TICKS // 2, True),
        ("run", TICKS // 2 + 1, False),
        ("npx", 9 * TICKS, True),
        ("npm exec codex", 9 * TICKS, True),
        ("npxx", 9 * TICKS, False),
        *(
            (launcher, 9 * TICKS, True)
            for launcher in (
                *("bunx", "env", "npm", "pipx", "pnpm", "sh", "sudo", "uv", "uvx"),
                "yarn",
            )
        ),
    ],
)
def test_what_a_wrapper_was_there_for_is_the_agent(
    processes: Processes, wrapper: str, after: int, wraps: bool
) -> None:
    processes.add(AGENT, wrapper, CHILD, started=LONG_AGO)
    processes.add(CHILD, "codex", GRANDCHILD, started=LONG_AGO + after)
    processes.add(GRANDCHILD, "vim", started=LONG_AGO + after + 9 * TICKS)
    assert processes.program() == ("vim" if wraps else "codex")


def test_what_bears_a_name_of_the_agent_is_the_agent(processes: Processes) -> None:
    processes.add(AGENT, "node", CHILD, started=LONG_AGO)
    processes.add(CHILD, "codex", started=LATER)
    assert processes.program("claude", "codex") == ""
    assert processes.program("claude") == "codex"


@pytest.mark.parametrize(("generation", "named"), [(1, "vim"), (8, "vim"), (9, "")])
def test_wrappers_are_followed_for_eight_generations(
    processes: Processes, generation: int, named: str
) -> None:
    for number in range(generation):
        name = "npx" if number < generation - 1 else "claude"
        processes.add(AGENT + number, name, AGENT + number + 1, started=LONG_AGO)
    processes.add(AGENT + generation, "vim")
    assert processes.program("claude") == named


@pytest.fixture
def terminal() -> Iterator[int]:
    """The end of a terminal that a program reads."""
    ours, theirs = pty.openpty()
    yield theirs
    os.close(ours)
    os.close(theirs)


@pytest.mark.parametrize(
    ("canonical", "echo", "asked"),
    [
        (True, False, True),
        (True, True, False),
        (False, False, False),
        (False, True, False),
    ],
)
def test_a_line_that_is_not_shown_is_a_secret(
    processes: Processes, terminal: int, canonical: bool, echo: bool, asked: bool
) -> None:
    modes = termios.tcgetattr(terminal)
    modes[3] &= ~(termios.ICANON | termios.ECHO)
    modes[3] |= (termios.ICANON if canonical else 0) | (termios.ECHO if echo else 0)
    termios.tcsetattr(terminal, termios.TCSANOW, modes)
    processes.add(AGENT, "sudo", stdin=os.ttyname(terminal))
    assert secret.is_asked_for(AGENT, str(processes.folder)) is asked


@pytest.mark.parametrize("stdin", ["/dev/null", None])
def test_what_reads_no_terminal_asks_for_no_secret(
    processes: Processes, stdin: str | None
) -> None:
    processes.add(AGENT, "cat", stdin=stdin)
    before = len(os.listdir("/proc/self/fd"))
    assert secret.is_asked_for(AGENT, str(processes.folder)) is False
    assert len(os.listdir("/proc/self/fd")) == before
