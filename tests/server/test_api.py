"""The API over real HTTP: the commands' functions, documents and refusals, in the human's name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cafleet_core.broker.messages import pages, send
from cafleet_core.broker.registry.open import Registry
from tests.server.api_client import Client
from tests.server.asking import Asking
from tests.server.serving import Serving
from tests.team import Team, log_of
from tests.terminal import (
    Terminal,
    cafleet,
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
