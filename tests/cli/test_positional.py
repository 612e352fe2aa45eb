"""Words in the place of options: ids, names and texts as they come to mind."""

from __future__ import annotations

import click
import pytest

from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.cli.commands import cafleet
from cafleet_core.cli.positional import POSITIONAL, Syntax, as_options
from cafleet_core.reference import commands
from tests.cli.conftest import Prompt
from tests.team import Team

SEND = Syntax({"--to": 1, "--text": 1, "--file": 1}, {"--to"}, takes_words=False)
ACK = Syntax({"--task-id": 1, "--session-id": 1}, {"--task-id"}, takes_words=False)
SIZE = Syntax({"--size": 2}, (), takes_words=False)
PROMPT = Syntax({"--member-id": 1}, set(), takes_words=True)


@pytest.mark.parametrize(
    ("command", "syntax", "written", "read"),
    [
        ("message send", SEND, "bob hi", "--to=bob --text=hi"),
        ("message send", SEND, "--to bob hi", "--to bob --text=hi"),
        ("message send", SEND, "--text hi bob", "--text hi --to=bob"),
        ("message send", SEND, "bob --file -", "--file - --to=bob"),
        ("message send", SEND, "--text -- bob", "--text -- --to=bob"),
        ("message send", SEND, "bob -- --quiet", "--to=bob --text=--quiet"),
        ("message send", SEND, "-- bob -x", "--to=bob --text=-x"),
        ("message send", SEND, "bob -", "--to=bob --text=-"),
        ("message send", SEND, "bob a b", "--to=bob --text=a -- b"),
        ("message send", SEND, "bob --quiet hi", "--quiet --to=bob --text=hi"),
        ("message ack", ACK, "a b c", "--task-id=a --task-id=b --task-id=c"),
        ("message ack", ACK, "--task-id a b", "--task-id a --task-id=b"),
        ("message ack", ACK, "--session-id s a", "--session-id s --task-id=a"),
        ("member prompt", PROMPT, "bob go on", "--member-id=bob -- go on"),
        ("member prompt", PROMPT, "bob -- -x on", "--member-id=bob -- -x on"),
        ("member prompt", PROMPT, "-- bob go", "-- bob go"),
        ("member prompt", PROMPT, "--member-id bob go", "--member-id bob -- go"),
        ("db check", Syntax({}, (), takes_words=True), "a -- b", "-- a b"),
        ("tui", SIZE, "--size 9 8 --json", "--size 9 8 --json"),
        ("tui", SIZE, "--size=9 8 x", "--size=9 8 -- x"),
        ("message send", SEND, "--text", "--text"),
        ("message send", SEND, "", ""),
    ],
)
def test_words_become_the_options_that_are_not_given(
    command: str, syntax: Syntax, written: str, read: str
) -> None:
    assert as_options(command, syntax, written.split()) == read.split()


def test_an_empty_word_is_a_word() -> None:
    assert as_options("message send", SEND, ["bob", ""]) == ["--to=bob", "--text="]


@pytest.mark.parametrize("words", sorted(POSITIONAL))
def test_each_row_of_the_table_is_of_a_command_that_has_these_options(
    words: str,
) -> None:
    command: click.Command | None = cafleet
    for word in words.split():
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)
    assert command is not None
    known = {name for param in command.params for name in param.opts}
    assert set(POSITIONAL[words]) - known == set()


def test_every_verb_that_asks_for_one_id_takes_it_as_a_word() -> None:
    asked = ("--member-id", "--task-id", "--id")
    without = [
        " ".join(page.words)
        for page in commands.documented()
        for param in page.command.params
        if param.opts[0] in asked and " ".join(page.words) not in POSITIONAL
    ]
    assert without == []


def test_a_day_of_messages_in_words(cli: Prompt, team: Team) -> None:
    def done(name: str, *words: str) -> str:
        ran = cli("--session-id", session, "--agent-id", name, *words)
        assert (ran.code, ran.err) == (0, ""), ran
        return ran.out.strip()

    session = team.session.session_id
    first = done("alice", "message", "send", "--quiet", "bob", "--", "- [ ] read")
    assert done("bob", "message", "show", first).endswith("\n- [ ] read")
    assert done("bob", "message", "status", first[:8]).startswith(
        f"{first[:8]} acked 0"
    )
    second = done("alice", "send", "bob", "never mind", "--quiet")
    third = done("alice", "send", "bob", "--quiet", "one more")
    assert "Task canceled." in done("alice", "cancel", second)
    assert done("bob", "ack", "--quiet", first, third).split() == [first, third]
    everyone = done("Director", "message", "broadcast", "commit and push", "--quiet")
    assert "commit and push" in done("bob", "poll")
    assert "commit and push" in done("Director", "poll", "bob")
    assert first in done("Director", "message", "list", "alice")
    assert everyone not in done("bob", "agent", "show", "alice")
    added = done("bob", "agent", "register", "carol", "The carol")
    assert "Agent deregistered" in done("bob", "agent", "deregister", added[:8])
    assert "alice" in done("bob", "agent", "list", session[:8])


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("send", "bob", "please", "commit"), "unexpected extra argument (commit)"),
        (("send", "bob", "hi", "--text", "ho"), "unexpected extra argument (hi)"),
        (("cancel", "a", "b"), "unexpected extra argument (b)"),
        (("list", "bob", "alice"), "unexpected extra argument (alice)"),
    ],
)
def test_a_word_too_many_is_refused_and_nothing_is_done(
    as_agent: Prompt, words: tuple[str, ...], why: str
) -> None:
    refused = as_agent("alice", "message", *words)
    assert refused.refusal == (2, "", f"Error: Got {why}\n")
    assert as_agent("alice", "message", "list").out == "No messages found.\n"


def test_a_session_is_named_by_a_word_or_by_the_option_of_all(
    cli: Prompt, team: Team
) -> None:
    session_id = team.session.session_id
    shown = cli("session", "show", session_id)
    assert cli("fleet", "show", "--fleet-id", session_id) == shown
    assert cli("--session-id", "whatever", "session", "show", session_id) == shown
    assert cli("session", "delete", "--session-id", session_id[:8]).code == 0


class TestAnOriginStandsForOnesOwnPart:
    """The id of a message to several, as `message list` and `message broadcast` print it."""

    @pytest.fixture
    def broadcast(self, registry: Registry, team: Team) -> str:
        return send.broadcast(registry, team.caller("bob").agent, "all!").task.task_id

    @pytest.mark.parametrize("cut", [8, 36])
    def test_of_a_broadcast(self, as_agent: Prompt, broadcast: str, cut: int) -> None:
        listed = as_agent("alice", "message", "list").out
        assert listed.startswith(f"[{broadcast} | ")
        named = broadcast[:cut]
        shown = as_agent("alice", "message", "show", named, "--json").document["task"]
        assert (shown["origin"], shown["text"]) == (broadcast, "all!")
        assert as_agent("alice", "message", "status", named).out.startswith(
            f"{broadcast[:8]} acked"
        )
        acked = as_agent("alice", "message", "ack", named, "--json").document["task"]
        assert (acked["id"], acked["state"]) == (shown["id"], "completed")
        again = as_agent("alice", "message", "ack", named).refusal
        assert again == (1, "", "Error: Cannot ACK task in state completed\n")

    def test_its_sender_means_the_whole(self, as_agent: Prompt, broadcast: str) -> None:
        assert "all!" in as_agent("bob", "message", "show", broadcast[:8]).out
        assert as_agent("bob", "message", "cancel", broadcast[:8]).code == 0
        [entry] = as_agent("bob", "message", "list", "--json").document
        assert {each["state"] for each in entry["deliveries"]} == {"canceled"}

    def test_of_a_message_to_several(
        self, as_agent: Prompt, registry: Registry, team: Team
    ) -> None:
        alice, bob = team.others["alice"], team.others["bob"]
        head = send.send(registry, team.director, [bob, alice], "hi").task.task_id
        assert as_agent("alice", "message", "show", head).code == 0
        acked = as_agent("alice", "message", "ack", head, "--json").document["task"]
        assert (acked["to"], acked["id"] == head) == (alice.agent_id, False)
        assert as_agent("bob", "message", "ack", head, "--quiet").out.strip() == head

    def test_the_id_of_a_message_to_several_takes_back_all_that_is_open(
        self, as_agent: Prompt, registry: Registry, team: Team
    ) -> None:
        alice, bob = team.others["alice"], team.others["bob"]
        head = send.send(registry, alice, [bob, team.director], "hi").task.task_id
        as_agent("bob", "message", "ack", head)
        canceled = as_agent("alice", "message", "cancel", head, "--json").document
        assert canceled["task"]["to"] == team.director.agent_id
        [entry] = as_agent("alice", "message", "list", "--json").document
        states = [each["state"] for each in entry["deliveries"]]
        assert states == ["completed", "canceled"]

    def test_the_id_of_one_delivery_takes_back_that_one_alone(
        self, as_agent: Prompt, registry: Registry, team: Team
    ) -> None:
        alice, bob = team.others["alice"], team.others["bob"]
        sent = send.send(registry, alice, [bob, team.director], "hi")
        second = sent.deliveries[1][0].task_id
        assert as_agent("alice", "message", "cancel", second, "--quiet").code == 0
        [entry] = as_agent("alice", "message", "list", "--json").document
        states = [each["state"] for each in entry["deliveries"]]
        assert states == ["input_required", "canceled"]

    def test_who_has_no_part_sees_nothing(
        self, as_agent: Prompt, registry: Registry, team: Team
    ) -> None:
        alice, bob = team.others["alice"], team.others["bob"]
        head = send.send(registry, alice, [bob, team.administrator], "hi").task.task_id
        refused = as_agent("Director", "message", "show", head)
        assert refused.refusal == (1, "", f"Error: Task {head} not found\n")
        refused = as_agent("Director", "message", "ack", head)
        assert refused.refusal[2] == "Error: Only the recipient can ACK a task\n"

    def test_a_prefix_counts_among_ones_own(
        self, as_agent: Prompt, registry: Registry, team: Team
    ) -> None:
        alice, bob = team.others["alice"], team.others["bob"]
        for number, recipient in enumerate((alice, bob)):
            sent = send.send(registry, team.director, [recipient], f"no {number}")
            with registry.write():
                registry.execute(
                    "UPDATE tasks SET task_id = ? WHERE task_id = ?",
                    (f"cafe000{number}", sent.task.task_id),
                )
        assert "no 0" in as_agent("alice", "message", "show", "cafe").out
        assert as_agent("bob", "message", "ack", "cafe", "--quiet").out == "cafe0001\n"
        assert as_agent("Director", "message", "show", "cafe").code == 1
