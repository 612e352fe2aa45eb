"""The API over real HTTP: the commands' functions, documents and refusals, in the human's name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cafleet_core.broker.messages import pages, send
from cafleet_core.broker.registry.open import Registry
from tests.server.api_client import Client, exchange, token_of
from tests.server.asking import Asking
from tests.server.serving import Serving
from tests.team import Team, log_of
from tests.terminal import (
    Terminal,
    cafleet,
    command_line,
    environment,
    eventually,
    turns,
)

HOSTILE = "<script>alert(1)</script>\x1b[31m‮ $(id) \"' \\ é 😀"


@pytest.fixture
def client(team: Team, serving: Serving) -> Client:
    """A client of a server over a team in panes."""
    return Client(serving)


@pytest.fixture
def asking(
    registry: Registry, terminal: Terminal, team: Team, tmp_path: Path
) -> Asking:
    """An agent that will ask."""
    return Asking(registry, terminal, team, "asker", tmp_path / "asked")


@pytest.fixture
def looking(registry: Registry, registry_path: Path) -> Iterator[Serving]:
    """A read-only server."""
    command, env = command_line(), environment(registry_path)
    with Serving(command, env, "--port", "0", "--read-only") as running:
        yield running


def test_sessions_agents_and_members_are_what_the_commands_print(
    client: Client, team: Team, registry_path: Path
) -> None:
    session = team.session.session_id
    for name, words in {
        "listSessions": ("session", "list"),
        "showSession": ("session", "show", session),
        "listAgents": ("agent", "list", "--session-id", session),
        "showAgent": ("agent", "show", "--session-id", session, "--id", "drafter"),
    }.items():
        given = {"session": session} if name != "listSessions" else {}
        given |= {"reference": "drafter"} if name == "showAgent" else {}
        answered = client(name, **given)
        assert answered.status == 200
        assert answered.document == cafleet(registry_path, *words, "--json").document


def test_a_message_comes_from_the_human_and_reaches_the_pane(
    client: Client, team: Team, registry: Registry, registry_path: Path, tmp_path: Path
) -> None:
    session = team.session.session_id
    sent = client("sendMessage", session=session[:8], to=["drafter"], words="Hello")
    assert sent.document["push"] == {"outcome": "delivered"}
    assert eventually(lambda: turns(log_of(tmp_path, "drafter")))
    (entry,) = pages.newest(registry, session)
    assert entry.sender_id == team.administrator.agent_id
    # as for the human who calls the command with the id of the Administrator
    written = cafleet(
        *(registry_path, "message", "send", "--session-id", session, "--json"),
        *("--agent-id", team.administrator.agent_id, "--to", "drafter", "--text", "Hi"),
    )
    proofs = {entry.sender_proof for entry in pages.newest(registry, session)}
    assert written.code == 0
    assert proofs == {"claimed"}


def test_several_get_one_message_and_all_get_a_broadcast(
    client: Client, team: Team, registry: Registry
) -> None:
    session = team.session.session_id
    sent = client(
        "sendMessage", session=session, to=["drafter", "reviewer"], words="Both"
    )
    assert len(sent.document) == 2
    assert client("broadcastMessage", session=session, words="All").status == 200
    both, everyone = pages.newest(registry, session)
    assert len(both.deliveries) == 2
    assert len(everyone.deliveries) == 3


def test_the_inbox_of_the_human_is_polled_and_acked(
    client: Client, team: Team, registry: Registry
) -> None:
    session = team.session.session_id
    sent = send.send(registry, team.director, [team.administrator], "Look at this.")
    (polled,) = client("pollInbox", session=session, full=True).document
    assert polled["text"] == "Look at this."
    acked = client("ackInbox", session=session, task_id=[sent.task.task_id])
    assert acked.document["task"]["state"] == "completed"
    assert client("pollInbox", session=session).document == []
    status = client("showMessageStatus", session=session, task_id=sent.task.task_id)
    assert status.document["acked"] == 1
    shown = client("showMessage", session=session, task_id=sent.task.task_id)
    assert shown.document["task"]["text"] == "Look at this."


def test_a_question_is_listed_and_answered(
    client: Client, team: Team, asking: Asking
) -> None:
    session = team.session.session_id
    asking.asks("Apply the patch?|Yes|No", "Really?|Yes|No")
    (question,) = client("listQuestions", session=session).document
    assert (question["name"], question["asked"]) == ("asker", "Apply the patch?")
    assert [each["label"] for each in question["options"]] == ["Yes", "No"]
    answered = client(
        *("answerQuestion",),
        session=session,
        member_id="asker",
        choice=2,
        question=question["question"],
    )
    assert answered.status == 200
    assert eventually(lambda: asking.typed) == "2"


def test_an_answer_to_a_question_that_is_gone_is_refused_and_types_nothing(
    client: Client, team: Team, asking: Asking
) -> None:
    session = team.session.session_id
    asking.asks("Read the file?|Yes|No", "Delete the disk?|Yes|No")
    (stale,) = client("listQuestions", session=session).document
    asking.goes_on("Delete the disk?")
    refused = client(
        *("answerQuestion",),
        session=session,
        member_id="asker",
        choice=1,
        question=stale["question"],
    )
    assert refused.status == 409
    assert refused.message.startswith("another question is on the screen by now")
    assert asking.typed == ""


def test_hostile_text_is_as_harmless_as_in_a_command_s_json(
    client: Client, team: Team, registry: Registry, registry_path: Path
) -> None:
    session = team.session.session_id
    with registry.write():
        registry.execute(
            "UPDATE agents SET name = ? WHERE name = ?", (HOSTILE, "drafter")
        )
    send.send(registry, team.director, [team.administrator], HOSTILE)
    listed = client("listMessages", session=session).document
    printed = cafleet(
        registry_path, "message", "list", "--session-id", session, "--json"
    )
    assert listed == printed.document
    assert "\x1b" not in json.dumps(listed, ensure_ascii=False)
    named = {agent["name"] for agent in client("listAgents", session=session).document}
    assert not any("\x1b" in name or "‮" in name for name in named)


def test_a_refusal_says_what_the_command_says_with_its_way_out(
    client: Client, team: Team, registry_path: Path
) -> None:
    session = team.session.session_id
    refused = client("sendMessage", session=session, to=["nobody"], words="Hello")
    written = cafleet(
        *(registry_path, "--session-id", session, "message", "send", "--to", "nobody"),
        *("--agent-id", team.administrator.agent_id, "--text", "Hello"),
    )
    error = refused.document["error"]
    assert (refused.status, error["code"], error["exit_code"]) == (404, "not_found", 1)
    assert written.err == f"Error: {error['message']}\n{error['way_out']}\n"


def test_a_misspelt_parameter_is_named_and_nothing_is_done(
    serving: Serving, team: Team, registry: Registry
) -> None:
    session = team.session.session_id
    for body, words in {
        b'{"to": ["drafter"], "word": "x"}': "did you mean 'words'?",
        b'{"to": "drafter", "words": "x"}': "to is not a list",
        b'{"to": [], "words": "x"}': "to is not a list of one or more",
        b'{"to": ["drafter"], "words": 5}': "words is not a text",
        b'{"to": ["drafter"], "words": "x", "file": "/etc/passwd"}': "'file'",
        b'{"to": ["drafter"], "words": "x\\u0000"}': "NUL",
        b'{"words": "x"}': "to is missing",
        b"[" * 100000: "not JSON",
        b'{"to": NaN}': "not JSON",
        b"[]": "not a JSON object",
        b"\xff": "not JSON",
    }.items():
        status, text, _ = exchange(
            serving,
            "POST",
            f"/api/v1/sessions/{session}/messages",
            _headers(serving, "application/json"),
            body,
        )
        assert (status, words in json.loads(text)["error"]["message"]) == (400, True)
    assert list(pages.newest(registry, session)) == []


def test_without_the_token_nothing_is_told(serving: Serving, team: Team) -> None:
    path = f"/api/v1/sessions/{team.session.session_id}"
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "x"}):
        status, text, _ = exchange(serving, "GET", path, headers)
        assert status == 403
        assert json.loads(text)["error"]["way_out"].startswith("Send the token")
    foreign = {**_headers(serving), "Origin": "http://elsewhere.example"}
    assert exchange(serving, "GET", path, foreign)[0] == 403
    foreign = {**_headers(serving), "Host": "elsewhere.example"}
    assert exchange(serving, "GET", path, foreign)[0] == 403


def test_what_is_not_there_too_large_or_no_json_is_said_in_json(
    serving: Serving, team: Team
) -> None:
    path = f"/api/v1/sessions/{team.session.session_id}/messages"
    json_headers = _headers(serving, "application/json")
    for method, where, body, headers, expected in (
        ("GET", "/api/v1/nothing", None, _headers(serving), 404),
        ("PUT", path, None, _headers(serving), 405),
        ("POST", path, b"x" * 2_000_000, json_headers, 413),
        ("POST", path, b"to=drafter", _headers(serving, "text/plain"), 415),
    ):
        status, text, got = exchange(serving, method, where, headers, body)
        assert status == expected
        assert json.loads(text)["error"]["message"]
        assert got["Content-Type"].startswith("application/json")


def test_a_read_only_server_answers_but_changes_nothing(
    looking: Serving, team: Team, registry: Registry
) -> None:
    client, session = Client(looking), team.session.session_id
    send.send(registry, team.director, [team.administrator], "Look.")
    assert client("listMessages", session=session).document[0]["text"] == "Look."
    refused = client("sendMessage", session=session, to=["drafter"], words="Hello")
    assert (refused.status, refused.message) == (409, "this server is read-only.")
    assert client("pollInbox", session=session).status == 409
    assert client("deleteSession", session=session).status == 409
    (entry,) = pages.newest(registry, session)
    assert entry.deliveries[0].read_at is None


def test_identity_is_enforced_as_for_the_commands(
    team: Team, registry_path: Path
) -> None:
    # this server has no terminal, so nothing says that a human has started it
    env = environment(registry_path, CAFLEET_IDENTITY_ENFORCE="true")
    with Serving(command_line(), env) as strict:
        refused = Client(strict)(
            "sendMessage", session=team.session.session_id, to=["drafter"], words="Hi"
        )
    assert refused.status == 409
    assert "only a human at a terminal" in refused.message


def test_members_are_created_read_prompted_and_deleted(
    client: Client, team: Team
) -> None:
    session = team.session.session_id
    made = client(
        "createMember",
        session=session,
        name="editor",
        description="Edits",
        coding_agent="standin",
    )
    assert made.status == 200, made
    member = {"session": session, "member_id": "editor"}
    (listed,) = client("listMembers", session=session).document
    assert (listed["name"], listed["state"]) == ("editor", "idle")
    assert client("promptMember", text="say something", **member).status == 200
    assert client("pingMember", **member).status == 200
    assert "❯" in client("captureMember", lines=20, **member).document["content"]
    assert client("captureMembers", session=session).status == 200
    assert client("explainMember", **member).document["state"]
    assert client("deleteMember", force=True, **member).status == 200
    assert client("listMembers", session=session).document == []


def _headers(serving: Serving, content_type: str = "") -> dict[str, str]:
    kind = {"Content-Type": content_type} if content_type else {}
    return {"Authorization": f"Bearer {token_of(serving)}", **kind}
