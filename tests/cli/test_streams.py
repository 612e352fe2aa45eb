"""Where the output goes: into closed pipes, full disks, old terminals, or nowhere."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from cafleet_core.broker.messages import send
from cafleet_core.broker.registry.open import Registry
from cafleet_core.cli import error_hints
from cafleet_core.storage import tasks
from tests.cli.conftest import Prompt
from tests.team import Team
from tests.terminal import command_line, environment

BUFFERED = {"PYTHONUNBUFFERED": ""}
"""Unbuffered, Python itself does not notice that only a part was written."""

FOREIGN = "naïve 日本 ✓"


def shell(
    registry: Path | str, line: str, *arguments: str, **extra: str
) -> tuple[int, str]:
    """Run a line of bash, in which "$@" is the command; its code, and all that was said."""
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line, "bash", *command_line(*arguments)],
        env=environment(registry, **extra) | BUFFERED,
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")


@pytest.fixture
def history(registry: Registry, team: Team) -> str:
    """A registry whose history is longer than a pipe holds."""
    for number in range(20):
        body = f"{number} " + "x" * 20_000
        send.send(registry, team.director, [team.others["alice"]], body)
    return registry.url


def test_a_reader_that_leaves_early_is_no_error_worth_a_word(
    history: str, team: Team
) -> None:
    listed = ("message", "list", "--full", "--session-id", team.session.session_id)
    for command in (listed, (*listed, "--export", "jsonl")):
        code, said = shell(history, '"$@" | head -c 10', *command)
        assert (code, len(said)) == (1, 10)
        short = shell(history, '"$@" 2>&1 | true; exit "${PIPESTATUS[1]}"', *command)
        assert short == (0, "")


@pytest.mark.parametrize(
    "command", [("session", "list"), ("--json", "session", "list"), ("--help",)]
)
def test_a_reader_that_has_left_already_is_no_error_either(
    registry_path: Path, command: tuple[str, ...]
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        command_line(*command),
        env=environment(registry_path) | BUFFERED,
        stdout=writer,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


def test_standard_error_closed_early_is_no_traceback(registry_path: Path) -> None:
    for command in (("nonsense",), ("--json", "nonsense"), ("message",)):
        assert shell(registry_path, '"$@" 2>&1 | true', *command)[1] == ""
        assert shell(registry_path, '"$@" 2>&-', *command) == (2, "")
        assert shell(registry_path, '"$@" 2>/dev/full', *command) == (2, "")


@pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="this system has no /dev/full"
)
def test_a_full_disk_is_told(history: str, team: Team) -> None:
    said = "standard output: No space left on device."
    way_out = error_hints.BY_MESSAGE["standard output: <strerror>."]
    expected = (1, f"Error: {said}\n{way_out}\n")
    assert shell(history, '"$@" >/dev/full', "session", "list") == expected
    listed = ("message", "list", "--full", "--session-id", team.session.session_id)
    assert shell(history, '"$@" >/dev/full', *listed) == expected
    code, said = shell(history, '"$@" >/dev/full', "--json", "session", "list")
    assert (code, json.loads(said)["error"]["code"]) == (1, "failed")


def test_closed_streams_are_as_good_as_dev_null(
    registry_path: Path, team: Team
) -> None:
    assert shell(registry_path, '"$@" <&- >&-', "session", "list") == (0, "")
    assert shell(registry_path, '"$@" <&- >&- 2>&-', "nonsense") == (2, "")
    who = ("--session-id", team.session.session_id, "--agent-id", "alice")
    empty = (*who, "send", "--to", "bob", "--file", "-")
    code, said = shell(registry_path, '"$@" <&-', *empty)
    assert (code, said) == (2, "Error: the message is empty.\n")


@pytest.mark.parametrize(
    "settings",
    [
        {"LANG": "C", "LC_ALL": "C"},
        {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"PYTHONIOENCODING": "ascii:strict"},
    ],
)
def test_a_terminal_that_cannot_show_a_character_shows_another(
    registry: Registry, registry_path: Path, team: Team, settings: dict[str, str]
) -> None:
    send.send(registry, team.director, [team.others["alice"]], FOREIGN)
    who = ("--session-id", team.session.session_id, "--agent-id", "alice")
    code, said = shell(registry_path, '"$@"', *who, "message", "poll", **settings)
    assert code == 0
    assert "na" in said.splitlines()[1]
    code, said = shell(registry_path, '"$@"', *who, "poll", "--json", **settings)
    assert (code, json.loads(said)[0]["text"]) == (0, FOREIGN)
    code, said = shell(registry_path, '"$@"', "session", "show", FOREIGN, **settings)
    assert code == 1
    assert said.startswith("Error: session 'na")
    asked = ("--json", "session", "show", FOREIGN)
    refused = json.loads(shell(registry_path, '"$@"', *asked, **settings)[1])
    assert refused["error"]["code"] == "not_found"


@pytest.mark.parametrize("raw", [b"\xff", b"caf\xe9", b"\xed\xa0\x80", b"\xc0\x80"])
def test_arguments_may_be_any_bytes(
    registry_path: Path, team: Team, raw: bytes
) -> None:
    words = [os.fsencode(word) for word in command_line()]
    who = [b"--session-id", team.session.session_id.encode(), b"--agent-id", b"alice"]
    for command, code in (
        ([b"session", b"show", raw], 1),
        ([b"send", b"--to", raw, b"--text", b"x"], 1),
        ([b"send", b"--to", b"bob", b"--text", raw], 2),
        ([b"send", b"--to", b"bob", b"--file", raw], 2),
        ([b"poll", b"--since", raw], 2),
        ([raw], 2),
    ):
        for flags in ([], [b"--json"]):
            done = subprocess.run(
                [*words, *who, *flags, *command],
                env=environment(registry_path),
                capture_output=True,
                timeout=60,
                check=False,
            )
            said = (done.stdout + done.stderr).decode("utf-8", "strict")
            assert (done.returncode, "internal" in said) == (code, False), said
            assert not flags or json.loads(said)


def test_a_file_of_bytes_is_stored_without_its_nuls(
    cli: Prompt, team: Team, tmp_path: Path
) -> None:
    who = ("--session-id", team.session.session_id, "--agent-id")
    body = tmp_path / "body"
    body.write_bytes(b"a\0b\x1b[31mc\n")
    assert cli(*who, "bob", "send", "--to", "alice", "--file", str(body)).code == 0
    polled = cli(*who, "alice", "poll", "--json").document
    assert polled[0]["text"] == "ab[31mc\n"


def test_an_argument_is_utf_8_whatever_the_locale(
    registry: Registry, team: Team
) -> None:
    bare = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    who = ("--session-id", team.session.session_id, "--agent-id", "Director")
    words = (*who, "message", "send", "--to", "alice", "--text", "Grüße ☃")
    code, said = shell(registry.url, '"$@"', *words, **bare)
    assert code == 0, said
    alice = team.others["alice"].agent_id
    (task,) = tasks.inbox(registry, alice, "", acked_too=True, since=None, limit=9)
    assert task.text == "Grüße ☃"
