"""What the API refuses, with the command's words and a status, and nothing is done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cafleet_core.broker.messages import pages, send
from cafleet_core.broker.registry.open import Registry
from tests.server.api_client import Client, exchange, token_of
from tests.server.serving import Serving
from tests.team import Team
from tests.terminal import cafleet, command_line, environment


@pytest.fixture
def client(team: Team, serving: Serving) -> Client:
    """A client of a server over a team in panes."""
    return Client(serving)


@pytest.fixture
def looking(registry: Registry, registry_path: Path) -> Iterator[Serving]:
    """A read-only server."""
    command, env = command_line(), environment(registry_path)
    with Serving(command, env, "--port", "0", "--read-only") as running:
        yield running


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


def _headers(serving: Serving, content_type: str = "") -> dict[str, str]:
    kind = {"Content-Type": content_type} if content_type else {}
    return {"Authorization": f"Bearer {token_of(serving)}", **kind}
