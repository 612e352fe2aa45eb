"""`cafleet member exec`: a command that a member runs in its pane."""

from __future__ import annotations

import shlex

from cafleet_core import text
from cafleet_core.broker.directory import placements
from cafleet_core.broker.team import roster
from cafleet_core.cli.message_body import read_body
from cafleet_core.errors import InvalidInput
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import Ending, Verb

if TYPE_CHECKING:
    from typing import Any

    from cafleet_core.broker.directory.identity import Caller
    from cafleet_core.cli.invocation import Invocation
    from cafleet_core.records import Agent, Execution

_WITHOUT_CODE = 3


def execute(
    run: Invocation,
    member_id: str,
    waits: bool,
    timeout: float,
    file: str | None,
    command: tuple[str, ...],
) -> int:
    """Have a member's coding agent run a command in its pane, in its folder.

    COMMAND is a line of shell, or with more words a program and its arguments just as they
    are; --file has as many lines as it likes. A message tells the caller of its end; other
    messages to the member are held until then.

    With --wait it exits as the command did, and with 3 where there is no such code: it took
    too long and was ended, was stopped, or is lost. --json tells all of them apart.
    """
    from cafleet_core.broker.team import elsewhere

    script = _script(command, file)
    agent = roster.find(run.registry, caller := run.caller(), member_id)
    execution_id = elsewhere.do(
        *(run.registry, caller, agent, Verb.EXEC),
        words=script,
        seconds=timeout,
        awaited=waits,
    )
    _, pane_id = placements.pane_of(agent)
    document: dict[str, Any] = {
        "member_agent_id": agent.agent_id,
        "pane_id": pane_id,
        "action": "exec",
        "value": script,
        "execution_id": execution_id,
    }
    if waits:
        return _wait(run, caller, agent, document)
    run.say(f"Sent command {script!r} to member {agent.name} ({pane_id}).", document)
    return 0


def _wait(
    run: Invocation, caller: Caller, agent: Agent, document: dict[str, Any]
) -> int:
    """Wait for a command's end; the exit code that tells it."""
    from cafleet_core.broker.team import execute as executing

    ended = executing.wait(run.registry, caller, agent, document["execution_id"])
    run.say(_words(agent.name, ended), document | _ending(ended))
    return ended.exit_code or 0 if ended.ending == Ending.EXITED else _WITHOUT_CODE


def _script(command: tuple[str, ...], file: str | None) -> str:
    """Lines of shell: one word is taken as a line, several are quoted as what they are."""
    if bool(command) == (file is not None):
        raise InvalidInput("give COMMAND, or --file.")
    if file is not None:
        return read_body(None, file)
    return command[0] if len(command) == 1 else shlex.join(command)


def _words(name: str, ended: Execution) -> str:
    from cafleet_core.broker.team import executions

    return f"The command of {text.label(name)} {executions.told(ended)}."


def _ending(ended: Execution) -> dict[str, Any]:
    from cafleet_core.broker.team import executions

    return {
        "ending": ended.ending,
        "exit_code": ended.exit_code,
        "seconds": executions.seconds(ended),
        "began_at": ended.began_at,
        "ended_at": ended.ended_at,
    }
