"""`message poll`: what waits, since when, and waiting for it."""

from __future__ import annotations

import subprocess
import threading
import time
from pathlib import Path

import pytest

from cafleet_core import clock
from cafleet_core.broker.directory import agents
from cafleet_core.broker.messages import inbox
from cafleet_core.broker.messages import send as messages
from cafleet_core.broker.registry.open import Registry, open_registry
from tests.builders import DAWN
from tests.cli.conftest import Prompt
from tests.team import Team
from tests.terminal import command_line, environment


def send(registry: Registry, team: Team, words: str) -> str:
    alice = team.others["alice"]
    return messages.send(registry, team.director, [alice], words).task.task_id


def polled(as_agent: Prompt, *flags: str) -> list[str]:
    document = as_agent("alice", "message", "poll", "--json", *flags).document
    return [task["text"] for task in document]


def test_an_empty_inbox_is_no_error(as_agent: Prompt) -> None:
    assert as_agent("alice", "message", "poll") == (0, "No messages found.\n", "")
    assert as_agent("alice", "message", "poll", "--json") == (0, "[]\n", "")
    assert as_agent("alice", "poll", "--quiet").code == 0


def test_envelopes_are_separated_by_a_blank_line(
    as_agent: Prompt, registry: Registry, team: Team
) -> None:
    ids = [send(registry, team, "one\ntwo"), send(registry, team, "three")]
    ran = as_agent("alice", "message", "poll")
    first, second = ran.out.split("\n\n")
    assert first.splitlines()[0].startswith(f"[{ids[0][:8]} | from:Director ")
    assert first.splitlines()[1:] == ["one", "two"]
    assert second.splitlines()[1:] == ["three"]
    assert as_agent("alice", "poll", "--quiet").out.split() == ids


def test_a_poll_marks_as_read_and_a_later_one_shows_it_again(
    as_agent: Prompt, registry: Registry, team: Team
) -> None:
    task_id = send(registry, team, "one")
    assert polled(as_agent) == polled(as_agent) == ["one"]
    task = inbox.show(registry, team.caller(), task_id)
    assert task.read_at is not None
    assert task.status_state == "input_required"


def test_limit_and_all(as_agent: Prompt, registry: Registry, team: Team) -> None:
    ids = [send(registry, team, words) for words in ("one", "two", "three")]
    inbox.ack(registry, team.caller("alice"), ids[:1])
    assert polled(as_agent) == ["two", "three"]
    assert polled(as_agent, "--limit", "1") == ["two"]
    assert polled(as_agent, "--all") == ["one", "two", "three"]


@pytest.mark.parametrize(
    ("since", "shown"),
    [
        ("2026-11-20T11:59:59+00:00", True),
        ("2026-11-20T12:00:00+00:00", False),
        ("2026-11-20T12:00:00Z", False),
        ("2026-11-20T20:59:59+09:00", True),
        ("2026-11-20T21:00:00+09:00", False),
        ("2026-11-20T11:59:59", True),
        ("2026-11-20", True),
        ("20261121", False),
        *(("1m", False), ("61s", True), ("2m", True), ("1h", True), ("99999d", True)),
    ],
)
def test_since_is_strict_in_every_form(
    as_agent: Prompt,
    registry: Registry,
    team: Team,
    monkeypatch: pytest.MonkeyPatch,
    since: str,
    shown: bool,
) -> None:
    moment = [DAWN]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    send(registry, team, "at noon")
    moment[0] = DAWN.replace(minute=1)
    assert polled(as_agent, "--since", since) == ["at noon"] * shown


@pytest.mark.parametrize(
    "since",
    ["someday", "", "10", "10x", "-1h", "1h2m", "2026-13-01", "'; --", "9" * 9 + "d"],
)
def test_another_since_is_wrong_usage(as_agent: Prompt, since: str) -> None:
    refused = as_agent("alice", "message", "poll", f"--since={since}")
    assert (refused.code, refused.out) == (2, "")
    assert "is neither an ISO 8601 time nor one such" in refused.err


@pytest.mark.parametrize(
    "flags", [("--limit", "0"), ("--wait", "-1"), ("--wait", "nan")]
)
def test_limits_have_limits(as_agent: Prompt, flags: tuple[str, str]) -> None:
    assert as_agent("alice", "message", "poll", *flags).code == 2


def test_waiting_ends_with_its_time(as_agent: Prompt) -> None:
    started = time.monotonic()
    assert as_agent("alice", "poll", "--wait", "0.3").out == "No messages found.\n"
    assert 0.3 <= time.monotonic() - started < 3


def test_waiting_ends_as_soon_as_something_is_there(
    registry: Registry, place: Path | str, team: Team
) -> None:
    waiting = subprocess.Popen(
        command_line(
            *("--session-id", team.session.session_id, "--agent-id", "alice"),
            *("message", "poll", "--wait", "60"),
        ),
        env=environment(place),
        stdout=subprocess.PIPE,
        text=True,
    )
    time.sleep(0.5)  # it is waiting now, or will find the message at its first look
    bob = team.others["bob"]
    messages.send(registry, team.director, [bob], "for another")
    send(registry, team, "at last")
    out, _ = waiting.communicate(timeout=20)
    assert (waiting.returncode, out.splitlines()[1]) == (0, "at last")


def test_waiting_ends_with_the_agent(
    as_agent: Prompt,
    registry: Registry,
    team: Team,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first_look = inbox.poll

    def look_then_leave(*args: object, **more: object) -> object:
        monkeypatch.setattr(inbox, "poll", first_look)
        tasks = first_look(*args, **more)  # type: ignore[arg-type]
        agents.deregister(registry, team.others["alice"])
        return tasks

    monkeypatch.setattr(inbox, "poll", look_then_leave)
    started = time.monotonic()
    expected = f"Error: Agent {team.others['alice'].agent_id} is deregistered\n"
    assert as_agent("alice", "poll", "--wait", "10").refusal == (1, "", expected)
    assert time.monotonic() - started < 5


def test_what_comes_between_the_first_look_and_the_wait_is_not_missed(
    as_agent: Prompt,
    place: Path | str,
    team: Team,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first_look = inbox.poll

    def look_then_send(*args: object, **more: object) -> object:
        monkeypatch.setattr(inbox, "poll", first_look)
        tasks = first_look(*args, **more)  # type: ignore[arg-type]
        thread = threading.Thread(target=another_process)
        thread.start()
        thread.join()
        return tasks

    def another_process() -> None:
        other = open_registry(place)
        send(other, team, "in between")
        other.close()

    monkeypatch.setattr(inbox, "poll", look_then_send)
    started = time.monotonic()
    assert polled(as_agent, "--wait", "10") == ["in between"]
    assert time.monotonic() - started < 5


def test_a_full_page_says_that_more_may_wait(
    as_agent: Prompt, registry: Registry, team: Team
) -> None:
    for number in range(3):
        body = f"number {number}"
        messages.send(registry, team.director, [team.others["alice"]], body)
    cut = as_agent("alice", "poll", "--limit", "2", "--quiet")
    assert cut.out.count("\n") == 2
    assert cut.err == "These are 2; more may wait. See --limit.\n"
    assert as_agent("alice", "poll", "--limit", "4").err == ""
