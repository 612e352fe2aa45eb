"""The command line shown after sending does the same when it is pasted."""

from __future__ import annotations

import shlex
import subprocess

import pytest

from cafleet_core.states import AgentKind
from cafleet_tui.operations.mail import OutgoingMessage
from cafleet_tui.operations.mail_commands import send_command
from tests.builders import an_agent

SENDER = an_agent("Administrator", AgentKind.ADMINISTRATOR)
DRAFTER, REVIEWER = an_agent("drafter"), an_agent("reviewer")


def words(outgoing: OutgoingMessage) -> list[str]:
    """What a shell makes of the command."""
    script = "printf '%s\\0' " + send_command(outgoing)
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=True
    )
    return done.stdout.split("\0")[:-1]


@pytest.mark.parametrize(
    "body", ["plain", "it's; $(rm) `x` \\", "two\nlines, it's \\n so\n"]
)
def test_the_shell_reads_every_body_as_it_was_written(body: str) -> None:
    outgoing = OutgoingMessage(SENDER, (DRAFTER,), False, body)
    assert words(outgoing)[-2:] == ["--text", body]
    assert "\n" not in send_command(outgoing)


def test_it_names_sender_recipients_and_reply() -> None:
    outgoing = OutgoingMessage(SENDER, (DRAFTER, REVIEWER), False, "yes", "c0ffee00-1")
    line = shlex.join(words(outgoing))
    assert f"--agent-id {SENDER.agent_id[:8]}" in line
    assert f"--to {DRAFTER.agent_id[:8]} --to {REVIEWER.agent_id[:8]}" in line
    assert "--reply-to c0ffee00" in line


def test_a_broadcast_names_nobody() -> None:
    line = send_command(OutgoingMessage(SENDER, (), True, "stop"))
    assert " message broadcast " in line
    assert "--to" not in line
