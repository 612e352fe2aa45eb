"""A command in a sandbox: it may write the registry, and not talk to tmux."""

from __future__ import annotations

from pathlib import Path

import pytest

from cafleet_core.demo import standin
from tests.terminal import Ran, Terminal, cafleet, eventually, turns

SANDBOXED_TMUX = """#!/bin/sh
echo 'error connecting to /tmp/tmux-0/default (Operation not permitted)' >&2
exit 1
"""


class Sandbox:
    """A Director's pane with a member beside it, and commands that may not reach their tmux."""

    def __init__(self, terminal: Terminal, folder: Path) -> None:
        self._terminal = terminal
        self._path = f"{folder}:/usr/bin:/bin"
        (folder / "tmux").write_text(SANDBOXED_TMUX, "utf-8")
        (folder / "tmux").chmod(0o755)

    def outside(self, *arguments: str, **extra: str) -> Ran:
        """What a command does elsewhere on the machine."""
        who = self._terminal.inside(self._terminal.first)
        return cafleet(self._terminal.registry, *arguments, **who, **extra)

    def inside(self, *arguments: str) -> Ran:
        """What a command does in the sandbox, where its options say who calls."""
        return self.outside(*self._who, *arguments, PATH=self._path)

    def starts(self, name: str, log: Path) -> None:
        """Have the Director start a member that notes its turns."""
        made = self.outside("session", "create", "--json").document
        self._who = (
            *("--session-id", made["session_id"]),
            *("--agent-id", made["director"]["agent_id"]),
        )
        who = ("--name", name, "--description", "d", "--coding-agent", "standin")
        noting = (f"{standin.LOG}={log}", f"{standin.BEHAVIOUR}=quiet")
        env = [word for setting in noting for word in ("--env", setting)]
        assert self.outside("member", "create", *who, *env).code == 0


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "drafter.jsonl"


@pytest.fixture
def sandbox(terminal: Terminal, tmp_path: Path, log: Path) -> Sandbox:
    folder = tmp_path / "sandbox"
    folder.mkdir()
    made = Sandbox(terminal, folder)
    made.starts("drafter", log)
    return made


def test_what_it_sends_is_soon_typed_by_whoever_may(
    sandbox: Sandbox, log: Path
) -> None:
    sent = sandbox.inside("message", "send", "--to", "drafter", "--text", "from inside")
    assert (sent.code, sent.out.splitlines()[-1]) == (0, "push: none (no_access)")

    def typed() -> bool:
        sandbox.outside("agent", "list")
        return any("from inside" in turn for turn in turns(log))

    eventually(typed)


def test_it_takes_nobody_for_gone(sandbox: Sandbox) -> None:
    listed = sandbox.inside("agent", "list").out
    assert "drafter" in listed
    activity = sandbox.inside("member", "list", "--activity").out
    assert "unknown" in activity
    assert "without a live pane" not in sandbox.inside("doctor", "--fix").out
    deleted = sandbox.inside("member", "delete", "--member-id", "drafter", "--force")
    assert deleted.code == 1
    assert deleted.refusal[2].endswith("may not be reached from here.\n")
    assert sandbox.outside("agent", "list").out == listed
