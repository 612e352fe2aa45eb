"""`event list` and `event follow`: what has happened, for people, scripts and agents."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest

from cafleet_core.broker.messages import inbox, send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.storage import events
from tests.cli.conftest import Prompt
from tests.cli.desk import Desk
from tests.team import Team
from tests.terminal import command_line, environment


def test_a_line_tells_number_time_who_what_and_about_which_message(
    as_agent: Prompt, registry: Registry, team: Team
) -> None:
    sent = send.send(registry, team.director, [team.others["alice"]], "to do")
    ran = as_agent("Director", "event", "list", "--limit", "2")
    first, second = (line.split() for line in ran.out.splitlines())
    assert [first[0], *first[2:]] == ["5", "Director", "sent", sent.task.task_id[:8]]
    assert second[2:] == [
        *("alice", "pushed", "none:no_placement"),
        sent.task.task_id[:8],
    ]


def test_a_document_holds_every_column(
    as_agent: Prompt, registry: Registry, team: Team
) -> None:
    send.send(registry, team.director, [team.others["alice"]], "to do")
    ran = as_agent("Director", "event", "list", "--kind", "sent", "--json")
    (event,) = json.loads(ran.out)
    assert (event["kind"], event["agent_name"]) == ("sent", "Director")
    assert event["new"] == team.others["alice"].agent_id
    assert event["detail"] == {}


def test_only_of_one_agent_and_of_one_session(
    as_agent: Prompt, registry: Registry, team: Team
) -> None:
    send.send(registry, team.director, [team.others["alice"]], "to do")
    ran = as_agent("Director", "event", "list", "--agent", "alice", "--kind", "pushed")
    assert len(ran.out.splitlines()) == 1
    nothing = as_agent("Director", "event", "list", "--agent", "bob", "--kind", "sent")
    assert nothing.out == "No events found.\n"
    refused = as_agent("Director", "event", "list", "--agent", "nobody")
    assert refused.code == 1
    assert "nobody" in refused.err


def test_a_hostile_name_is_inert_in_it(as_agent: Prompt, registry: Registry) -> None:
    registry.execute("UPDATE agents SET name = ? WHERE name = 'bob'", ("b\x1b[31m\nb",))
    ran = as_agent("Director", "event", "list", "--kind", "joined")
    assert "\x1b" not in ran.out
    assert len(ran.out.splitlines()) == 4


class Following:
    """A running `event follow --json`."""

    def __init__(self, registry_path: Path, *options: str) -> None:
        self._process = subprocess.Popen(
            command_line("event", "follow", "--json", *options),
            env=environment(registry_path),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def next(self) -> dict[str, object]:
        """The next event that it prints; waits for it."""
        assert self._process.stdout is not None
        event: dict[str, object] = json.loads(self._process.stdout.readline())
        return event

    def end(self) -> tuple[int, str]:
        """Interrupt it; its exit code and what it said beside the events."""
        self._process.send_signal(signal.SIGINT)
        _, err = self._process.communicate(timeout=30)
        return self._process.returncode, err

    def kill(self) -> None:
        """End it as no program can prevent."""
        self._process.kill()
        self._process.communicate(timeout=30)


def test_it_follows_until_it_is_interrupted(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    last = events.last_seq(registry, None)
    following = Following(
        registry_path,
        *("--session-id", team.session.session_id, "--after", str(last)),
        *("--kind", "sent", "--kind", "acked"),
    )
    alice = team.others["alice"]
    sent = send.send(registry, team.director, [alice], "to do")
    assert following.next()["kind"] == "sent"
    inbox.ack(registry, team.caller("alice"), [sent.task.task_id])
    assert following.next()["kind"] == "acked"
    assert following.end() == (0, "")


def test_started_again_behind_its_last_it_misses_and_repeats_nothing(
    registry: Registry, registry_path: Path, team: Team
) -> None:
    cursor, read = events.last_seq(registry, None), []
    for number in range(3):
        following = Following(
            registry_path, "--all", "--kind", "sent", "--after", str(cursor)
        )
        for each in range(4):
            body = f"{number} {each}"
            send.send(registry, team.director, [team.others["alice"]], body)
        for _ in range(3):  # one is left unread when it is killed
            event = following.next()
            cursor = int(str(event["seq"]))
            read.append(event["reference"])
        following.kill()
    following = Following(
        registry_path, "--all", "--kind", "sent", "--after", str(cursor)
    )
    read += [following.next()["reference"] for _ in range(3)]
    following.kill()
    stored = registry.rows("SELECT task_id FROM tasks ORDER BY seq")
    assert read == [task_id for (task_id,) in stored]


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's file, which a test writes."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "cafleet").mkdir()
    return tmp_path / "cafleet" / "config.toml"


def test_a_rule_is_tried(as_agent: Prompt, rules: Path) -> None:
    rules.write_text(
        '[[on]]\nname = "phone"\nevent = "asked"\n'
        'run = ["sh", "-c", "echo $CAFLEET_EVENT_TEXT"]\n'
    )
    ran = as_agent("Director", "event", "test", "phone")
    assert (ran.code, ran.out) == (
        0,
        "phone: exit code 0\ntester asks: Is this a test? 1 Yes 2 No\n",
    )


def test_a_rule_that_fails_or_is_none_says_so(as_agent: Prompt, rules: Path) -> None:
    rules.write_text('[[on]]\nevent = "asked"\nrun = ["false"]\n')
    failed = as_agent("Director", "event", "test", "1")
    assert (failed.code, failed.out) == (1, "1: exit code 1\n")
    unknown = as_agent("Director", "event", "test", "phone")
    assert (unknown.code, "Rules here: 1." in unknown.err) == (1, True)
    assert "`cafleet config path`" in unknown.err


def test_the_monitor_does_what_the_rules_say(
    as_agent: Prompt, registry: Registry, team: Team, rules: Path, tmp_path: Path
) -> None:
    written = tmp_path / "written"
    rules.write_text(f'[[on]]\nevent = "acked"\nrun = ["touch", "{written}"]\n')
    assert as_agent("Director", "monitor", "--once").code == 0
    sent = send.send(registry, team.director, [team.others["alice"]], "to do")
    inbox.ack(registry, team.caller("alice"), [sent.task.task_id])
    assert not written.exists()
    assert as_agent("Director", "monitor", "--once").code == 0
    assert written.exists()


def test_a_monitor_that_has_ended_waits_for_no_signal(as_agent: Prompt) -> None:
    """Whoever runs a command in its own process goes on with its own handlers."""
    before = signal.getsignal(signal.SIGTERM)
    assert as_agent("Director", "monitor", "--once").code == 0
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_broken_rule_is_named_before_it_is_needed(
    as_agent: Prompt, rules: Path
) -> None:
    rules.write_text('[[on]]\nevent = "aksed"\nrun = ["true"]\n')
    checked = as_agent("Director", "config", "check")
    assert (checked.code, "did you mean asked?" in checked.out) == (1, True)
    assert as_agent("Director", "message", "list").code == 0
    assert as_agent("Director", "monitor", "--once").code == 1


def test_doctor_tells_which_rule_has_failed(
    as_agent: Prompt, registry: Registry, team: Team, rules: Path
) -> None:
    rules.write_text(
        '[[on]]\nname = "phone"\nevent = "sent"\nrun = ["false"]\n'
        '[[on]]\nevent = "sent"\nrun = ["true"]\n'
    )
    as_agent("Director", "monitor", "--once")
    send.send(registry, team.director, [team.others["alice"]], "to do")
    as_agent("Director", "monitor", "--once")
    checks = json.loads(as_agent("Director", "doctor", "--json").out)["checks"]
    mine = [check for check in checks if check["name"] == "rules"]
    assert [check["ok"] for check in mine] == [False, True]
    assert mine[0]["detail"].startswith("phone failed at ")


def test_a_member_that_runs_was_created(desk: Desk) -> None:
    assert desk.hire("worker").code == 0
    listed = desk("event", "list", "--kind", "joined", "--kind", "created")
    assert [line.split()[2:4] for line in listed.out.splitlines()][-2:] == [
        ["worker", "joined"],
        ["worker", "created"],
    ]
