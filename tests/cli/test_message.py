"""`message send|broadcast|ack|cancel|show|list`: what they print, and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cafleet_core.broker.messages import inbox
from cafleet_core.broker.messages import send as messages
from cafleet_core.broker.registry.open import Registry
from cafleet_core.records import Task
from tests.cli.conftest import Prompt
from tests.team import Team, a_team_in_panes, log_of
from tests.terminal import Terminal, cafleet, eventually, turns


def send(registry: Registry, team: Team, to: str = "alice", words: str = "hi") -> Task:
    return messages.send(registry, team.director, [team.others[to]], words).task


def test_send_types_one_turn_and_tells_so(
    registry: Registry, place: Path | str, terminal: Terminal, tmp_path: Path
) -> None:
    team = a_team_in_panes(registry, terminal, tmp_path, "alice")
    who = ("--session-id", team.session.session_id, "--agent-id", "Director")
    body = "first\nsecond $(id);"
    sent = cafleet(place, *who, "message", "send", "--to", "alice", "--text", body)
    assert (sent.code, sent.err) == (0, "")
    (task,) = inbox.poll(registry, team.others["alice"])
    assert sent.out == f"Message sent. {task.task_id[:8]}\npush: delivered\n"
    log = log_of(tmp_path, "alice")
    eventually(lambda: turns(log))
    assert turns(log) == [
        f"[cafleet msg {task.task_id[:8]} from {team.director.agent_id[:8]}"
        f" {task.created_at[11:19]}Z]\nfirst⏎second $(id);"
    ]


def test_with_full_a_sender_sees_what_was_stored(
    as_agent: Prompt, registry: Registry, team: Team
) -> None:
    words = "x" * 300
    sent = as_agent("bob", "send", "alice", words, "--full").out.splitlines()
    (task,) = inbox.poll(registry, team.others["alice"])
    assert sent[0] == "Message sent."
    assert sent[1].startswith(f"[{task.task_id[:8]} | from:bob ")
    assert sent[2:] == [words, "push: none (no_placement)"]


def test_send_as_json(as_agent: Prompt, team: Team) -> None:
    sent = as_agent("bob", "send", "--to", "alice", "--text", "日本 'x'", "--json")
    assert len(sent.out.splitlines()) == 1
    document = sent.document
    task_id, ts = document["task"].pop("id"), document["task"].pop("ts")
    assert task_id
    assert ts.endswith("+00:00")
    assert document == {
        "task": {
            "from": team.others["bob"].agent_id,
            "from_name": "bob",
            "to": team.others["alice"].agent_id,
            "state": "input_required",
            "text": "日本 'x'",
        },
        "notification_sent": False,
        "push": {"outcome": "none", "reason": "no_placement"},
    }
    assert "日本" in sent.out
    assert ": " not in sent.out


def test_a_short_preview_is_cut_where_the_setting_says(
    registry: Registry, place: Path | str, terminal: Terminal, tmp_path: Path
) -> None:
    team = a_team_in_panes(registry, terminal, tmp_path, "alice")
    who = ("--session-id", team.session.session_id, "--agent-id", "Director")
    cafleet(
        *(place, *who, "send", "--to", "alice", "--text", "👍" * 6),
        CAFLEET_MAX_TEXT_LEN="5",
    )
    (task,) = inbox.poll(registry, team.others["alice"])
    assert task.text == "👍" * 6
    eventually(lambda: turns(log_of(tmp_path, "alice")))
    assert turns(log_of(tmp_path, "alice"))[0].endswith("\n👍👍👍👍👍…")


def test_send_to_several_says_each(as_agent: Prompt, team: Team) -> None:
    several = ("send", "--to", "alice", "--to", "bob", "--to", "alice", "--text", "hi")
    sent = as_agent("Director", *several, "--json").document
    assert [message["task"]["to"] for message in sent] == [
        team.others["alice"].agent_id,
        team.others["bob"].agent_id,
    ]
    assert {message["task"]["origin"] for message in sent} == {sent[0]["task"]["id"]}
    quiet = as_agent("Director", *several, "--quiet")
    assert len(quiet.out.splitlines()) == 2
    printed = as_agent("Director", *several).out.splitlines()
    assert printed[0] == "Message sent."
    assert [line.split(maxsplit=1)[1] for line in printed[1:]] == [
        "to:alice push: none (no_placement)",
        "to:bob push: none (no_placement)",
    ]


@pytest.mark.parametrize("whence", ["-", "file"])
def test_a_body_may_come_from_a_file_or_stdin(
    registry: Registry, place: Path | str, team: Team, tmp_path: Path, whence: str
) -> None:
    body = "line ;\n日本\n" + "x" * 5000
    if whence == "file":
        whence = str(tmp_path / "body")
        Path(whence).write_text(body, "utf-8")
    who = ("--session-id", team.session.session_id, "--agent-id", "Director")
    sent = cafleet(
        *(place, *who, "send", "--to", "alice", "--file", whence), stdin=body
    )
    assert sent.code == 0
    assert inbox.poll(registry, team.others["alice"])[0].text == body


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (("--to", "alice"), 2, "give the body with --text, or with --file"),
        (("--to", "alice", "--text", "a", "--file", "-"), 2, "give the body"),
        (("--to", "alice", "--text", " \n"), 2, "the message is empty"),
        (("--to", "alice", "--file", "{folder}/missing"), 2, "No such file"),
        (("--to", "nobody", "--text", "a"), 1, "Agent nobody not found"),
        (("--to", "\udcff", "--text", "a"), 1, "not found"),
        (
            ("--to", "alice", "--text", "a", "--reply-to", "beef0000"),
            *(1, "Task beef0000 not found"),
        ),
        (("--text", "a"), 2, "Missing option '--to'"),
    ],
)
def test_send_refuses(
    as_agent: Prompt,
    registry: Registry,
    tmp_path: Path,
    arguments: tuple[str, ...],
    code: int,
    why: str,
) -> None:
    given = [argument.replace("{folder}", str(tmp_path)) for argument in arguments]
    refused = as_agent("Director", "message", "send", *given)
    assert (refused.code, refused.out) == (code, "")
    assert refused.err.startswith("Error: ")
    assert why in refused.err
    assert registry.rows("SELECT * FROM tasks") == []


def test_a_file_that_is_no_text_is_refused(as_agent: Prompt, tmp_path: Path) -> None:
    (tmp_path / "body").write_bytes(b"\xff\xfe")
    refused = as_agent("bob", "send", "--to", "alice", "--file", str(tmp_path / "body"))
    assert (refused.code, "not UTF-8" in refused.err) == (2, True)


def test_a_file_without_an_end_is_refused(as_agent: Prompt) -> None:
    send = ("message", "send", "--to", "bob", "--file", "/dev/zero")
    expected = "Error: --file /dev/zero: over 10 MB; send its path instead.\n"
    assert as_agent("alice", *send).refusal == (2, "", expected)


def test_broadcast_counts_recipients_and_pushes(
    registry: Registry, place: Path | str, terminal: Terminal, tmp_path: Path
) -> None:
    team = a_team_in_panes(registry, terminal, tmp_path, "alice", "bob")
    messages_of = ("--session-id", team.session.session_id, "--agent-id", "alice")
    sent = cafleet(place, *messages_of, "broadcast", "--text", "to all;")
    summary = registry.row("SELECT task_id FROM tasks WHERE to_agent_id IS NULL")[0]
    assert sent == (0, f"broadcast id={summary[:8]} recipients=2 delivered=2\n", "")
    for name in ("Director", "bob"):
        log = log_of(tmp_path, name)
        eventually(lambda log=log: turns(log))  # type: ignore[misc]
        assert [turn.split("\n")[1] for turn in turns(log)] == ["to all;"]
    assert turns(log_of(tmp_path, "alice")) == []


def test_broadcast_as_json(as_agent: Prompt) -> None:
    document = as_agent("alice", "broadcast", "--text", "to all", "--json").document
    assert (document["recipients"], document["notifications_sent_count"]) == (2, 0)
    task = document["task"]
    assert (task["state"], task["to"], task["origin"]) == (
        "completed",
        None,
        task["id"],
    )
    assert "notification_sent" not in task


def test_show_cuts_and_full_does_not(
    as_agent: Prompt, registry: Registry, team: Team
) -> None:
    task = send(registry, team, words="x" * 201)
    flags = ("message", "show", "--task-id", task.task_id)
    cut = as_agent("alice", *flags, "--json").document["task"]
    assert (cut["text"], cut["text_length"]) == ("x" * 200 + "…", 201)
    full = as_agent("alice", *flags, "--full", "--json").document["task"]
    assert full["text"] == "x" * 201
    assert set(full) == set(Task._fields)
    assert as_agent("alice", *flags, "--full").out.endswith("\n" + "x" * 201 + "\n")


def test_list_tells_the_history_with_states(
    as_agent: Prompt, registry: Registry, team: Team
) -> None:
    first = send(registry, team, "alice", "one")
    second = send(registry, team, "bob", "two")
    inbox.ack(registry, team.caller("bob"), [second.task_id])
    ran = as_agent("Director", "message", "list")
    envelopes = ran.out.split("\n\n")
    assert [envelope.splitlines()[1] for envelope in envelopes] == ["one", "two"]
    assert envelopes[1].splitlines()[0].endswith(" | to:bob completed]")
    to_alice = as_agent("bob", "message", "list", "--to", "alice", "--json").document
    assert [entry["id"] for entry in to_alice] == [first.task_id]
    assert to_alice[0]["deliveries"][0]["state"] == "input_required"
    assert as_agent("bob", "message", "list", "--limit", "1", "--json").document == (
        as_agent("bob", "message", "list", "--with", "bob", "--json").document
    )
    nothing = as_agent("bob", "message", "list", "--from", "alice")
    assert nothing == (0, "No messages found.\n", "")


def test_marks_are_in_the_bracket(
    as_agent: Prompt, registry: Registry, team: Team
) -> None:
    question = send(registry, team)
    as_agent(
        *("alice", "send", "--to", "Director", "--text", "yes"),
        *("--reply-to", question.task_id),
    )
    as_agent("bob", "broadcast", "--text", "news")
    reply, news = as_agent("Director", "message", "poll").out.split("\n\n")
    assert f" | reply-to:{question.task_id[:8]}]" in reply.splitlines()[0]
    origin = json.loads(as_agent("Director", "poll", "--json").out)[1]["origin"]
    assert news.splitlines()[0].endswith(f" | kind:broadcast | origin:{origin[:8]}]")
