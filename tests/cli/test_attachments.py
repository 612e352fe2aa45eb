"""`message send --attach`: what is kept of a file, and what a recipient is told of it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from cafleet_core import attachments, clock
from cafleet_core.broker.messages import attached, inbox
from cafleet_core.broker.registry import left_behind, maintenance
from cafleet_core.broker.registry.open import Registry
from cafleet_core.config.rules import PushRules
from cafleet_core.errors import InvalidInput
from cafleet_core.push import preview
from cafleet_core.records import AT_ONCE
from tests import statements
from tests.cli.conftest import Prompt
from tests.team import Team


@pytest.fixture(autouse=True)
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where copies are kept."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data/cafleet/attachments"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    file = tmp_path / "plan.md"
    file.write_bytes(b"first draft")
    return file


def attach(as_agent: Prompt, *arguments: object) -> None:
    sent = as_agent("bob", "send", "alice", "look", "--attach", *map(str, arguments))
    assert (sent.code, sent.err) == (0, "")


def lines_of_poll(as_agent: Prompt) -> list[str]:
    return as_agent("alice", "poll").out.splitlines()


def test_a_recipient_is_told_where_a_file_is(
    as_agent: Prompt, team: Team, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(plan.parent)
    attach(as_agent, "plan.md")
    head, file, words = lines_of_poll(as_agent)
    assert head.endswith(" | files:1]")
    assert (file, words) == (f"file: {plan} (11 B)", "look")
    [document] = as_agent("alice", "poll", "--json").document
    [known] = document["attachments"]
    assert known["sha256"] == hashlib.sha256(b"first draft").hexdigest()
    assert (known["path"], known["state"]) == (str(plan), "same")
    listed = as_agent("alice", "message", "list").out.splitlines()
    assert listed[1] == file


def test_it_is_told_what_has_become_of_a_file(
    as_agent: Prompt, team: Team, plan: Path
) -> None:
    attach(as_agent, plan)
    os.utime(plan, (1, 1))
    assert lines_of_poll(as_agent)[1] == f"file: {plan} (11 B)"
    plan.write_bytes(b"other draft")
    assert lines_of_poll(as_agent)[1] == f"file: {plan} (11 B, changed since)"
    plan.unlink()
    assert lines_of_poll(as_agent)[1] == f"file: {plan} (11 B, gone)"


def test_a_large_file_is_not_read_at_a_look(
    as_agent: Prompt, team: Team, plan: Path
) -> None:
    plan.write_bytes(bytes(2 << 20))
    attach(as_agent, plan)
    os.utime(plan, (1, 1))
    assert lines_of_poll(as_agent)[1].endswith("B, written since)")


def test_a_copy_stays_as_it_was_until_its_message_goes(
    as_agent: Prompt, registry: Registry, team: Team, plan: Path
) -> None:
    attach(as_agent, plan, "--copy")
    plan.unlink()
    [document] = as_agent("alice", "poll", "--json").document
    [known] = document["attachments"]
    copy = Path(known["path"])
    assert (known["copied_from"], known["state"]) == (str(plan), "same")
    assert copy.read_bytes() == b"first draft"
    assert copy.name == "plan.md"
    assert copy.stat().st_mode & 0o777 == 0o600
    as_agent("alice", "ack", "--all")
    maintenance.prune(registry, clock.stamp(), dry_run=True)
    assert copy.exists()
    maintenance.prune(registry, clock.stamp(), dry_run=False)
    assert not copy.parent.exists()
    assert registry.rows("SELECT 1 FROM attachments") == []


def test_pruning_removes_nothing_that_is_no_copy(
    as_agent: Prompt, registry: Registry, team: Team, plan: Path, copies: Path
) -> None:
    beside = copies / "mine" / "plan.md"
    like_a_copy = plan.parent / "0b9e53a7-5f4e-4c8e-9d3c-1f0a5c2b7d11" / "plan.md"
    for file in (beside, like_a_copy):
        file.parent.mkdir(parents=True)
        file.write_text("mine")
    attach(as_agent, plan, "--attach", beside, "--attach", like_a_copy)
    registry.execute("UPDATE attachments SET copied_from = '/elsewhere'")
    as_agent("alice", "ack", "--all")
    maintenance.prune(registry, clock.stamp(), dry_run=False)
    assert plan.exists()
    assert beside.exists()
    assert like_a_copy.exists()


def test_what_is_no_ordinary_file_is_refused(
    as_agent: Prompt,
    registry: Registry,
    team: Team,
    tmp_path: Path,
    plan: Path,
    copies: Path,
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "two\nlines").write_text("x")
    refused = {
        "pipe": "no ordinary file",
        "": "no ordinary file",
        "absent": "No such file or directory",
        "two\nlines": "cannot be shown",
    }
    for name, reason in refused.items():
        files = ("--attach", str(plan), "--attach", str(tmp_path / name), "--copy")
        sent = as_agent("bob", "send", "alice", "look", *files)
        assert sent.code != 0
        assert reason in sent.err
    assert inbox.poll(registry, team.others["alice"]) == []
    assert list(copies.iterdir()) == []


def test_a_message_that_is_tried_again_comes_once_with_its_file(
    as_agent: Prompt, registry: Registry, team: Team, plan: Path, copies: Path
) -> None:
    own = "0b9e53a7-5f4e-4c8e-9d3c-1f0a5c2b7d11"
    attach(as_agent, plan, "--copy", "--id", own)
    attach(as_agent, plan, "--copy", "--id", own)
    assert len(list(copies.iterdir())) == 1
    other = plan.with_name("other")
    other.write_text("x")
    again = ("--id", own, "--attach", str(other))
    assert as_agent("bob", "send", "alice", "look", *again).code != 0
    assert registry.row("SELECT COUNT(*) FROM attachments")[0] == 1


def test_a_message_to_several_has_its_files_once(
    as_agent: Prompt, registry: Registry, team: Team, plan: Path
) -> None:
    to = ("--to", "alice", "--to", "Director", "--text", "look")
    assert as_agent("bob", "send", *to, "--attach", str(plan)).code == 0
    for name in ("alice", "Director"):
        assert as_agent(name, "poll").out.splitlines()[1] == f"file: {plan} (11 B)"
    assert registry.row("SELECT COUNT(*) FROM attachments")[0] == 1


def test_the_typed_head_says_that_there_are_files(
    as_agent: Prompt, registry: Registry, team: Team, plan: Path
) -> None:
    attach(as_agent, plan, "--attach", plan)
    [task] = inbox.poll(registry, team.others["alice"])
    assert preview.preview(task, 200).split("\n")[0].endswith("Z +2 files]")
    single = task._replace(attached=1)
    assert preview.preview(single, 200).split("\n")[0].endswith("Z +1 file]")


def test_an_export_asks_once_a_page_for_the_files_that_it_names(
    as_agent: Prompt, registry_path: Path, team: Team, plan: Path
) -> None:
    export = ("message", "list", "--export", "jsonl")
    attach(as_agent, plan)
    who = {"CAFLEET_SESSION_ID": team.session.session_id}
    asked = statements.of_command(registry_path, *export, **who)
    for _ in range(3):
        attach(as_agent, plan)
    assert len(statements.of_command(registry_path, *export, **who)) == len(asked)
    documents = as_agent("bob", *export).out.splitlines()
    assert [str(plan) in document for document in documents] == [True] * 4


def test_a_copy_of_a_sender_that_died_goes_with_the_next_one(
    as_agent: Prompt,
    registry: Registry,
    team: Team,
    plan: Path,
    copies: Path,
) -> None:
    owner = registry.where
    [dead] = attachments.taken([str(plan)], copied=True, owner=owner)
    [young] = attachments.taken([str(plan)], copied=True, owner=owner)
    [foreign] = attachments.taken([str(plan)], copied=True, owner="another")
    attach(as_agent, plan, "--copy")
    [document] = as_agent("alice", "poll", "--json").document
    stored = document["attachments"][0]["path"]
    claim = Path(stored).parent.with_suffix(".sending")
    assert not claim.exists()
    claim.write_text(f"{stored}\n{owner}")  # as if it had died after its commit
    for path in (dead.path, foreign.path, stored):
        os.utime(Path(path).parent.with_suffix(".sending"), (1, 1))
    attach(as_agent, plan, "--copy")
    assert not Path(dead.path).parent.exists()
    assert all(Path(each).exists() for each in (young.path, foreign.path, stored))
    assert not claim.exists()
    os.utime(Path(young.path).parent.with_suffix(".sending"), (1, 1))
    maintenance.prune(registry, clock.stamp(), dry_run=False)
    assert not Path(young.path).exists()


@pytest.mark.parametrize("crash", [InvalidInput("no"), KeyboardInterrupt()])
def test_a_send_that_fails_leaves_no_copy_that_stays(
    registry: Registry,
    team: Team,
    plan: Path,
    copies: Path,
    monkeypatch: pytest.MonkeyPatch,
    crash: BaseException,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise crash

    monkeypatch.setattr("cafleet_core.broker.messages.send.send", fail)
    with pytest.raises(type(crash)):
        attached.send_with(
            *(registry, team.others["bob"], [team.others["alice"]], "look"),
            paths=[str(plan)],
            copied=True,
            reply_to=None,
            head_id=None,
            proof=None,
            rules=PushRules(),
            timing=AT_ONCE,
        )
    claims = list(copies.glob("*.sending"))
    assert len(claims) == isinstance(crash, KeyboardInterrupt)
    for claim in claims:
        os.utime(claim, (1, 1))
    left_behind.drop(registry)
    assert list(copies.iterdir()) == []


def test_a_send_tells_what_it_has_attached(
    as_agent: Prompt, team: Team, plan: Path
) -> None:
    files = ("--attach", str(plan))
    sent = as_agent("bob", "send", "alice", "look", *files)
    assert sent.out.splitlines()[-1] == f"file: {plan} (11 B)"
    document = as_agent("bob", "send", "alice", "look", *files, "--json").document
    assert document["task"]["attachments"][0]["path"] == str(plan)


def test_what_is_too_much_is_refused(
    as_agent: Prompt, team: Team, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [word for _ in range(11) for word in ("--attach", str(plan))]
    assert "at most 10 files" in as_agent("bob", "send", "alice", "look", *many).err
    monkeypatch.setattr(attachments, "LARGEST", 5)
    large = as_agent("bob", "send", "alice", "look", "--attach", str(plan))
    assert "send its path instead" in large.err
    every = ("--every", "0 9 * * *", "--attach", str(plan))
    assert "--every time cannot" in as_agent("bob", "send", "alice", "x", *every).err
    alone = as_agent("bob", "send", "alice", "look", "--copy")
    assert "--copy goes with --attach" in alone.err


def test_a_file_that_is_being_written_is_refused(
    as_agent: Prompt, team: Team, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = os.read

    def read_while_written(descriptor: int, size: int) -> bytes:
        with plan.open("ab") as file:
            file.write(b"more")
        return read(descriptor, size)

    with monkeypatch.context() as patched:
        patched.setattr(os, "read", read_while_written)
        patched.setattr(attachments, "LARGEST", 1000)
        refused = as_agent("bob", "send", "alice", "look", "--attach", str(plan))
    assert "it is being written" in refused.err


def test_a_file_elsewhere_is_not_looked_for_here(
    as_agent: Prompt, registry: Registry, team: Team, plan: Path
) -> None:
    attach(as_agent, plan)
    registry.execute("UPDATE attachments SET host = 'elsewhere'")
    assert lines_of_poll(as_agent)[1].endswith("on another machine)")
