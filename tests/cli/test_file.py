"""`cafleet file`: who edits what, claims, and the hook that agents wait for."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cafleet_core.broker.registry.open import Registry
from cafleet_core.cli import edit_hook
from cafleet_core.file_use import FileUse, FileUseKind
from cafleet_core.process import Instance
from cafleet_core.setup import edit_hooks
from cafleet_core.storage.files import FileUser
from tests.builders import SESSION, an_id, at
from tests.team import Team, a_team
from tests.terminal import Ran, cafleet, environment

pytestmark = pytest.mark.sqlite  # the file is locked and spoilt


class Desk(NamedTuple):
    """Alice and bob in a folder, and the registry of their session."""

    registry: Path
    team: Team
    folder: Path

    def __call__(self, who: str, *arguments: str, stdin: str = "") -> Ran:
        """Run `cafleet` as an agent."""
        own = self.variables(who)
        return cafleet(self.registry, *arguments, stdin=stdin, **own)

    def variables(self, who: str) -> dict[str, str]:
        """What the program of an agent has in its environment."""
        agent = self.team.others[who]
        return {
            "CAFLEET_SESSION_ID": agent.session_id,
            "CAFLEET_AGENT_ID": agent.agent_id,
        }

    def edits(self, who: str, name: str = "plan.md") -> str:
        """Run the hook of an agent as its program does; what it prints."""
        return self.hears(who, self.said(name))

    def said(self, name: str = "plan.md") -> str:
        """What a hook is told before an edit."""
        said = {
            "hook_event_name": "PreToolUse",
            "cwd": str(self.folder),
            "tool_input": {"file_path": name, "old_string": "a", "new_string": "b"},
        }
        return json.dumps(said)

    def hears(
        self, who: str, said: str, command: str = edit_hooks.COMMAND, **extra: str
    ) -> str:
        """Run a hook's command in a shell with this input; what it prints, which ends with 0."""
        binaries = str(Path(sys.executable).parent)
        env = environment(self.registry, **self.variables(who))
        env["PATH"] = f"{binaries}:{env['PATH']}"
        ran = subprocess.run(
            ["sh", "-c", command],
            env=env | extra,
            input=said.encode("utf-8", "surrogateescape"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
            check=True,
        )
        return ran.stdout.decode()


@pytest.fixture
def desk(registry: Registry, tmp_path: Path) -> Desk:
    return Desk(Path(registry.where), a_team(registry, "alice", "bob"), tmp_path)


def test_the_second_is_told_in_the_form_that_agents_read(desk: Desk) -> None:
    assert desk.edits("alice") == ""
    reply = json.loads(desk.edits("bob"))["hookSpecificOutput"]
    assert set(reply) == {"hookEventName", "additionalContext"}
    assert reply["hookEventName"] == "PreToolUse"
    path = desk.folder.resolve() / "plan.md"
    words = reply["additionalContext"]
    assert words.startswith(f"cafleet: alice has been editing {path} for ")
    assert desk.edits("bob") == ""
    assert desk.hears("alice", '{"hook_event_name": "Stop"}') == ""
    assert [use["name"] for use in desk("bob", "file", "list", "--json").document] == [
        "bob"
    ]


def test_where_it_is_denied_it_is_denied(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAFLEET_FILES_ON_CONFLICT", "deny")
    desk("alice", "file", "claim", str(desk.folder / "plan.md"))
    reply = json.loads(desk.edits("bob"))["hookSpecificOutput"]
    assert reply["permissionDecision"] == "deny"
    assert "alice has claimed" in reply["permissionDecisionReason"]
    assert "Your edit was not made" in reply["permissionDecisionReason"]


PATCH = """*** Begin Patch
*** Add File: new.md
+*** Update File: no file
*** Update File: old.md
*** Move to: moved.md
@@
-a
+b
*** Delete File: gone.md
*** End Patch
"""


@pytest.mark.parametrize("key", ["command", "input", "patchText"])
def test_a_patch_is_an_edit_of_all_its_files(desk: Desk, key: str) -> None:
    said: dict[str, Any] = {"hook_event_name": "PreToolUse", "cwd": str(desk.folder)}
    said["tool_input"] = {key: f"apply_patch <<'EOF'\n{PATCH}EOF"}
    assert desk.hears("alice", json.dumps(said), edit_hooks.PATCHING) == ""
    used = desk("bob", "file", "list", "--json").document
    names = sorted(Path(use["path"]).name for use in used)
    assert names == ["gone.md", "moved.md", "new.md", "old.md"]


def test_any_other_line_of_shell_starts_nothing(desk: Desk) -> None:
    said = {"hook_event_name": "PreToolUse", "tool_input": {"command": "ls"}}
    ran = desk.hears("alice", json.dumps(said), edit_hooks.PATCHING, PATH="/bin")
    assert ran == ""


UNREADABLE = (
    *("", "no JSON", "[]", "{}", '{"hook_event_name": "PreToolUse"', "[" * 100_000),
    '{"hook_event_name": "PreToolUse", "tool_input": {"file_path": 7}}',
    '{"hook_event_name": "PreToolUse", "cwd": 3, "tool_input": {"file_path": "a\\u0000"}}',
    '{"hook_event_name": "PreToolUse", "tool_input": {"file_path": "\\ud800"}}',
    '{"hook_event_name": ["Stop"], "tool_input": "plan.md", "n": ' + "9" * 5000 + "}",
    "\udcff\udcfe",
)


@pytest.mark.parametrize("said", UNREADABLE, ids=range(len(UNREADABLE)))
def test_what_cannot_be_read_stands_in_nobody_s_way(desk: Desk, said: str) -> None:
    assert desk.hears("alice", said) == ""
    assert desk("alice", "file", "list").out == "0 files.\n"


def test_a_stranger_s_edit_goes_on(desk: Desk) -> None:
    said = json.dumps(
        {"hook_event_name": "PreToolUse", "tool_input": {"file_path": "a"}}
    )
    for unknown in ("", "00000000-0000-4000-8000-000000000000"):
        assert desk.hears("alice", said, CAFLEET_AGENT_ID=unknown) == ""
    assert desk.hears("alice", said, PATH="/bin") == "", "without cafleet"
    missing = desk.folder / "missing" / "registry.db"
    assert desk.hears("alice", said, CAFLEET_DATABASE_URL=f"sqlite:///{missing}") == ""
    assert not missing.parent.exists(), "a hook makes no registry"
    wrong = desk.folder / "wrong.db"
    wrong.write_bytes(b"no database" * 1000)
    assert desk.hears("alice", said, CAFLEET_DATABASE_URL=f"sqlite:///{wrong}") == ""
    assert desk.hears("alice", said, CAFLEET_FILES_ON_CONFLICT="perhaps") == ""


def test_a_locked_registry_is_not_waited_for(desk: Desk) -> None:
    desk.edits("alice")
    with sqlite3.connect(desk.registry) as other:
        other.execute("BEGIN IMMEDIATE")
        assert desk.edits("bob") == ""
        ran = desk("bob", "file", "hook", stdin=desk.said())
        assert (ran.code, ran.out) == (-signal.SIGALRM, "")
    assert "alice has been editing" in desk.edits("bob")


def test_a_registry_of_another_version_is_left_alone(desk: Desk) -> None:
    for revision in (3, 10_000):
        with sqlite3.connect(desk.registry) as other:
            other.execute(f"PRAGMA user_version={revision}")
            other.execute("UPDATE revision SET oldest_reader = ?", (revision,))
        assert desk.edits("alice") == ""


def test_hostile_names_are_told_as_one_harmless_line(desk: Desk) -> None:
    name = "a\n\x1b]2;x\x07\u202eb\u2028" + "c" * 200
    desk.edits("alice", name)
    words = json.loads(desk.edits("bob", name))["hookSpecificOutput"]
    line = words["additionalContext"]
    assert not {"\n", "\x1b", "\x07", "\u202e", "\u2028"} & set(line)
    shown = desk("alice", "file", "list").out
    assert len(shown.splitlines()) == 3
    assert not {"\x1b", "\u202e", "\u2028"} & set(shown)


def test_the_command_that_is_offered_holds_no_name() -> None:
    """A model runs what it reads, and a name may hold what a shell obeys."""
    use = FileUse(
        an_id("mallory"), SESSION, FileUseKind.EDIT, "", "/plan.md", "", "", at(), at()
    )
    words = edit_hook._words([FileUser(use, "x'; rm -rf ~; '", Instance())])
    command = words.split("`")[1]
    assert command == f"cafleet message send --to {use.agent_id[:8]}"


def test_claims_are_made_listed_and_ended(desk: Desk) -> None:
    plan, other = str(desk.folder / "plan.md"), str(desk.folder / "other.md")
    desk.edits("bob")
    claimed = desk("alice", "file", "claim", plan, other, "--until", "+30m")
    assert claimed.code == 0
    assert f"  bob edits {desk.folder.resolve()}/plan.md now." in claimed.out
    taken = desk("bob", "file", "claim", plan)
    assert (taken.code, "is claimed by alice until" in taken.err) == (1, True)
    [mine, *_] = desk("alice", "file", "list", "--json").document
    assert (mine["name"], mine["use"], mine["shared_with"]) == (
        "bob",
        "edit",
        ["alice"],
    )
    assert desk("alice", "file", "release", plan).out == "Ended 1 use of a file.\n"
    assert desk("alice", "file", "release", "--all").out == "Ended 1 use of a file.\n"
    assert desk("alice", "file", "release", "--all", "--json").document == {"ended": 0}
    assert desk("bob", "file", "release", "--all").out == "Ended 1 use of a file.\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("release",), "give --path or --all"),
        (("release", "a", "--all"), "give --path or --all"),
        (("release", "a", "--member-id", "bob"), "not a member of your team"),
        (("claim", "a", "--until", "yesterday"), "--until"),
        (("claim", "a", "--until", "+30d"), "a claim ends within 7 days"),
        (("claim", ""), "is no path of a file"),
    ],
)
def test_what_makes_no_sense_is_refused(
    desk: Desk, arguments: tuple[str, ...], words: str
) -> None:
    ran = desk("alice", "file", *arguments)
    assert ran.code != 0
    assert words in ran.err
