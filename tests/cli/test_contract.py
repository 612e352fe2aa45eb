"""What scripts and agents match literally: every command's words, keys, refusals and exit codes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
import pytest

from cafleet_core.broker.directory import sessions
from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.reference import commands
from tests.cli.conftest import Prompt
from tests.cli.contract import ANSWERS, COMMANDS, OPTIONS, REFUSALS
from tests.team import Team, a_team
from tests.terminal import cafleet


@pytest.fixture
def known(registry: Registry, team: Team) -> dict[str, str]:
    """What the names in braces stand for: a message each way, and a stranger's."""
    alice, bob = team.others["alice"], team.others["bob"]
    other = a_team(registry, "zoe")
    sessions.delete(registry, other.session.session_id)
    stranger = a_team(registry, "zoe")
    body = "first line\nsecond"
    sent = [
        send.send(registry, sender, [recipient], words).task.task_id
        for sender, recipient, words in (
            (team.director, alice, body),
            (alice, bob, "how far?"),
            (stranger.director, stranger.others["zoe"], "a secret"),
        )
    ]
    sessions.delete(registry, stranger.session.session_id)
    received, own, foreign = sent
    return {
        "session": team.session.session_id,
        "deleted": other.session.session_id,
        "director": team.director.agent_id,
        "bob": bob.agent_id,
        "stranger": stranger.others["zoe"].agent_id,
        "received": received,
        "sent": own,
        "foreign": foreign,
        "nonsense": "beef0000",
        "blank": "\n",
    }


def keys_of(document: Any) -> set[str]:
    """The keys of a document, or those that each of its rows has."""
    if isinstance(document, dict):
        return set(document)
    return set.intersection(*map(set, document)) if document else set()


def check_keys(document: Any, promised: str) -> None:
    """`promised` names keys; `key{…}` also those inside."""
    for key, _, inner in re.findall(r"(\w+)(\{([^}]*)\})?", promised):
        assert key in keys_of(document), (key, document)
        if inner:
            assert keys_of(document[key]) == set(inner.split())


def test_every_command_is_there() -> None:
    there = {
        " ".join(page.words): page.command
        for page in commands.documented()
        if not isinstance(page.command, click.Group)
    }
    assert COMMANDS - set(there) == set()
    for words, options in OPTIONS.items():
        spelt = {name for param in there[words].params for name in param.opts}
        assert set(options.split()) - spelt == set(), words


@pytest.mark.parametrize("words", sorted(COMMANDS))
def test_one_allow_rule_covers_every_command(cli: Prompt, words: str) -> None:
    shared = ("--session-id", "x", "--json", "--agent-id", "y")
    fleet = ("--fleet-id", "x")
    for line in (
        (*shared, *words.split(), "--help"),
        (*words.split(), *shared, "--help"),
        (*fleet, *words.split(), "--help"),
        (*words.split(), *fleet, "--help"),
    ):
        assert cli(*line).code == 0


def asked(known: dict[str, str], command: str) -> list[str]:
    """The words of a command, with what the names in braces stand for."""
    return [
        known[word[1:-1]] if word[0] + word[-1] == "{}" else word
        for word in command.split()
    ]


@pytest.mark.parametrize(
    ("command", "words", "_keys"), ANSWERS, ids=lambda text: text[:40]
)
def test_an_answer_is_in_these_words(
    as_agent: Prompt, known: dict[str, str], command: str, words: str, _keys: str
) -> None:
    said = as_agent("alice", *asked(known, command))
    assert (said.code, said.err.startswith("Error")) == (0, False), said
    assert re.fullmatch(words, said.out.removesuffix("\n")), said.out


@pytest.mark.parametrize(
    ("command", "keys"),
    [(command, keys) for command, _, keys in ANSWERS if command != "--version"],
)
def test_an_answer_as_json_has_these_keys(
    as_agent: Prompt, known: dict[str, str], command: str, keys: str
) -> None:
    said = as_agent("alice", "--json", *asked(known, command))
    assert (said.code, said.out.count("\n")) == (0, 1), said
    assert '": ' not in said.out
    check_keys(said.document, keys)


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize(("name", "command", "code", "words"), REFUSALS)
def test_a_refusal_is_in_these_words(
    as_agent: Prompt,
    known: dict[str, str],
    name: str,
    command: str,
    code: int,
    words: str,
    as_json: bool,
) -> None:
    flags = ["--json"] * as_json
    refused = as_agent(name, *flags, *asked(known, command))
    assert (refused.code, refused.out) == (code, "")
    expected = re.sub(r"{(\w+)}", lambda mark: known[mark[1]], words)
    if as_json:
        assert refused.error["message"] == expected
    else:
        assert refused.refusal[2] == f"Error: {expected}\n"


@pytest.mark.parametrize("settled", ["completed", "canceled", "failed"])
def test_what_is_settled_stays(
    as_agent: Prompt, known: dict[str, str], settled: str
) -> None:
    task = ("--task-id", known["sent"])
    how = {
        "completed": ("bob", "message", "ack", *task),
        "canceled": ("alice", "message", "cancel", *task),
        "failed": ("bob", "agent", "deregister"),
    }
    assert as_agent(*how[settled]).code == 0
    words = f"Error: Cannot cancel task in state {settled}\n"
    assert as_agent("alice", "message", "cancel", *task).refusal == (1, "", words)
    if settled != "failed":
        words = f"Error: Cannot ACK task in state {settled}\n"
        assert as_agent("bob", "message", "ack", *task).refusal == (1, "", words)


def test_a_deleted_session_takes_no_agent(cli: Prompt, known: dict[str, str]) -> None:
    register = ("agent", "register", "--name", "c", "--description", "d")
    words = f"Error: session {known['deleted']} is deleted\n"
    assert cli("--session-id", known["deleted"], *register).refusal == (1, "", words)
    again = cli("session", "delete", known["deleted"])
    assert again == (
        *(0, f"Deleted session {known['deleted'][:8]}. Deregistered 0 agents.\n", ""),
    )


def test_a_cut_body_says_how_long_it_was_and_how_to_see_the_rest(
    as_agent: Prompt, known: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAFLEET_MAX_TEXT_LEN", "4")
    shown = as_agent("alice", "message", "show", "--task-id", known["sent"])
    rest = f"(8 characters; cafleet message show --full {known['sent'][:8]})"
    assert shown.out.splitlines()[1] == f"how … {rest}"
    whole = as_agent("alice", *rest.strip("()").split("cafleet ")[1].split())
    assert whole.out.splitlines()[1] == "how far?"
    as_json = as_agent("alice", "poll", "--json").document[0]
    assert (as_json["text"], as_json["text_length"]) == ("firs…", 17)


def test_the_registry_is_where_the_standards_put_it(tmp_path: Path) -> None:
    nowhere: dict[str, str] = {"CAFLEET_DATABASE_URL": "", "HOME": str(tmp_path)}
    assert cafleet(tmp_path, "session", "list", **nowhere).code == 0
    made = tmp_path / ".local" / "share" / "cafleet" / "registry.db"
    assert (made.stat().st_mode & 0o777, made.parent.stat().st_mode & 0o777) == (
        *(0o600, 0o700),
    )
    data = {**nowhere, "XDG_DATA_HOME": str(tmp_path / "data")}
    assert cafleet(tmp_path, "session", "list", **data).code == 0
    assert (tmp_path / "data" / "cafleet" / "registry.db").exists()
    home = {**nowhere, "CAFLEET_DATABASE_URL": "sqlite:///~/other.db"}
    assert cafleet(tmp_path, "session", "list", **home).code == 0
    assert (tmp_path / "other.db").exists()


@pytest.mark.parametrize("value", ["-1", "many", "1.5", "²"])
def test_a_setting_that_does_not_parse_is_named(
    as_agent: Prompt, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("CAFLEET_MAX_TEXT_LEN", value)
    words = f"CAFLEET_MAX_TEXT_LEN={value!r} is not a whole number of 0 or more."
    assert as_agent("alice", "poll").refusal == (1, "", f"Error: {words}\n")
