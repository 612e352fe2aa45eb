"""Spellings of other versions of cafleet: each does what ours does, by one table."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.cli.aliases import (
    AS_WORDS,
    COMMANDS,
    OPTIONS,
    SWITCHES,
    WITHOUT_EFFECT,
    rewritten,
)
from cafleet_core.cli.commands import cafleet
from cafleet_core.reference import commands
from tests.cli.conftest import Prompt
from tests.cli.desk import Desk
from tests.team import Team
from tests.terminal import Ran, eventually, turns


def command_at(words: str) -> click.Command:
    """The command that is called by these words."""
    command: click.Command | None = cafleet
    for word in words.split():
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)
    assert command is not None
    return command


def options_of(words: str) -> set[str]:
    return {name for param in command_at(words).params for name in param.opts}


@pytest.mark.parametrize("words", sorted(OPTIONS))
def test_each_option_of_the_table_stands_for_one_that_is_there(words: str) -> None:
    assert set(OPTIONS[words].values()) - options_of(words) == set()
    assert set(OPTIONS[words]) & options_of(words) == set(), "ours wins"


@pytest.mark.parametrize("words", sorted({*AS_WORDS, *WITHOUT_EFFECT}))
def test_what_is_taken_otherwise_is_no_option_of_ours(words: str) -> None:
    taken = {*AS_WORDS.get(words, ()), *WITHOUT_EFFECT.get(words, ())}
    assert {name.rstrip("=") for name in taken} & options_of(words) == set()


@pytest.mark.parametrize("meant", sorted({*COMMANDS.values(), *SWITCHES.values()}))
def test_each_command_of_the_table_is_there(meant: tuple[str, ...]) -> None:
    words = " ".join(word for word in meant if not word.startswith("-"))
    assert set(meant) - set(words.split()) <= options_of(words)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("member show bob", "agent show bob"),
        ("member --json show bob", "agent show --json bob"),
        ("member --session-id s show", "agent show --session-id s"),
        ("monitor start --once", "monitor --once"),
        ("monitor scan --lines 5", "member scan --lines 5"),
        ("monitor capture", "member scan"),
        ("team scan", "member scan"),
        ("member prompt --shell bob ls", "member exec bob ls"),
        ("member prompt bob --shell -- ls -a", "member exec bob -- ls -a"),
        ("member prompt bob -- --shell", "member prompt bob -- --shell"),
        ("member list", "member list"),
        ("monitor --once", "monitor --once"),
        ("status", "status"),
        ("poll show", "poll show"),
    ],
)
def test_commands_of_two_words(written: str, read: str) -> None:
    assert rewritten(written.split()) == read.split()


def test_every_alias_is_in_the_document() -> None:
    document = commands.document()
    spelt = [
        *(" ".join(words) for words in COMMANDS),
        *(" ".join(words) for words in SWITCHES),
        *(option for table in OPTIONS.values() for option in table),
        *(option for table in AS_WORDS.values() for option in table),
        *(name.rstrip("=") for table in WITHOUT_EFFECT.values() for name in table),
    ]
    assert [words for words in spelt if words not in document] == []


class TestBesideOurs:
    """The other spelling prints what ours prints, and does it."""

    @pytest.fixture
    def received(self, registry: Registry, team: Team) -> str:
        alice = team.others["alice"]
        return send.send(registry, team.director, [alice], "hi").task.task_id

    @pytest.mark.parametrize(
        ("theirs", "ours"),
        [
            ("fleet list --full", "session list"),
            ("fleet show {session} --full", "session show {session}"),
            ("fleet show --fleet-id {session}", "session show {session}"),
            ("member show bob", "agent show --id bob"),
            ("member show --member-id bob", "agent show --id bob"),
            ("member show bob --full", "agent show --id bob"),
            ("member list {session} --full", "member list"),
            ("message show {task}", "message show --task-id {task}"),
            ("message show --message-id {task}", "message show --task-id {task}"),
            ("message status --message-id {task}", "message status --task-id {task}"),
            ("message poll alice", "message poll"),
            ("message poll --member-id alice", "message poll"),
            ("message ack {task}", "message ack --task-id {task}"),
            ("message ack --message-id {task}", "message ack --task-id {task}"),
            ("message cancel --message-id {task}", "message cancel --task-id {task}"),
            ("monitor scan {session}", "member scan"),
            ("monitor start --once --tick 1", "monitor --once --interval 1"),
            ("monitor {session} --once", "monitor --once"),
            ("fleet delete --fleet-id {session}", "session delete {session}"),
            ("fleet create --name x --full", "session create --label x"),
            (
                "fleet create --name x --monitor-file a --monitor-model=b",
                "session create --label x",
            ),
            ("member ping bob --quiet", "member ping --member-id bob"),
            ("member capture bob --no-ansi", "member capture --member-id bob"),
            ("member prompt --shell bob ls", "member exec --member-id bob ls"),
            (
                "member create --name w --description d --role monitor --text-file /x",
                "member create --name w --description d --prompt-file /x",
            ),
            (
                "member create --name w --description d --file /x",
                "member create --name w --description d --prompt-file /x",
            ),
        ],
    )
    def test_the_same_answer(
        self, cli: Prompt, team: Team, received: str, theirs: str, ours: str
    ) -> None:
        session = team.session.session_id
        who = ("--session-id", session, "--agent-id", "alice")
        answers = [
            cli(*who, *words.format(session=session, task=received).split())
            for words in (ours, theirs)
        ]
        once, twice = (self.without_times(answer, received) for answer in answers)
        if theirs.split()[1] in ("ack", "delete"):
            assert (once.code, "usage" in twice.err) == (0, False)
            assert twice.code == (1 if "ack" in theirs else 0)
        else:
            assert once == twice
        assert once.code != 2

    @staticmethod
    def without_times(ran: Ran, task: str) -> Ran:
        return ran._replace(out=ran.out if task not in ran.out else "the task")

    @pytest.mark.parametrize(
        "words",
        [
            ("--from-member-id", "alice", "--to-member-id", "bob", "hello there"),
            ("--from-member-id=alice", "--to-member-id=bob", "--text", "hello there"),
            ("--from-member-id", "alice", "--to-member-id", "bob", "--text-file", "-f"),
        ],
    )
    def test_sending(
        self, cli: Prompt, team: Team, tmp_path: Path, words: tuple[str, ...]
    ) -> None:
        (tmp_path / "body").write_text("hello there")
        file = str(tmp_path / "body")
        spelt = [file if word == "-f" else word for word in words]
        where = ("--fleet-id", team.session.session_id)
        sent = cli("message", "send", *where, *spelt, "--json").document["task"]
        assert (sent["from_name"], sent["text"]) == ("alice", "hello there")
        assert sent["to"] == team.others["bob"].agent_id
        everyone = ("message", "broadcast", *where, "--from-member-id", "alice")
        for body in (("hello there",), ("--text-file", file)):
            assert cli(*everyone, *body, "--json").document["recipients"] == 2

    def test_setting_up(self, cli: Prompt, tmp_path: Path) -> None:
        for words in (
            ("--coding-agent", "claude", "codex", "--skip", "codex"),
            ("--coding-agent", "claude", "--coding-agent=codex", "--skip", "codex"),
        ):
            pieces = cli("setup", *words, "--json").document["pieces"]
            assert {piece["agent"] for piece in pieces} == {"claude"}

    def test_a_member_s_pane(self, desk: Desk, tmp_path: Path) -> None:
        log = tmp_path / "log"
        made = desk(
            *("member", "create", "--name", "worker", "--description", "works"),
            *("--coding-agent", "standin", "--role", "monitor", "--json"),
            *("--env", f"CAFLEET_STANDIN_LOG={log}", "--text", "- begin"),
        )
        assert (made.code, made.err) == (0, "")
        eventually(lambda: turns(log))
        assert turns(log)[0].strip() == "- begin"
        shown = desk("member", "capture", "worker", "--json").document
        assert "captured_at" in shown
        assert len(shown["content_sha256"]) == 64
        both = desk("monitor", "scan", desk.team.session.session_id, "--json").document
        assert [part["name"] for part in both] == ["Director", "worker"]
        assert both[1]["member_agent_id"] == made.document["agent_id"]
        heads = [
            line.split()[1]
            for line in desk("monitor", "scan").out.splitlines()
            if line.startswith("===")
        ]
        assert heads == ["Director", "worker"]
        assert desk("member", "ping", "worker", "--quiet").code == 0
        assert desk("member", "delete", "worker").code == 0
