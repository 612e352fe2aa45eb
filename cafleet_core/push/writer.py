"""The one writer: every keystroke that cafleet types passes here."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence

from cafleet_core import text
from cafleet_core.panes.tmux import client
from cafleet_core.push import refusal, script
from cafleet_core.push.refusal import Refusal
from cafleet_core.push.script import Turn
from cafleet_core.records import DELIVERED, NONE, SHOWN, PushResult


def type_turns(turns: Sequence[Turn]) -> list[PushResult]:
    """Submit each turn in its pane, with one tmux call a server; the outcomes in order.

    A pane that is not provably the agent's, ready for input, gets nothing. Where a
    shell is in front, a text that may be shown is shown on the terminal. Never raises.
    """
    results: dict[int, PushResult] = {}
    for socket, numbers in _by_socket(turns).items():
        some = [turns[number] for number in numbers]
        results.update(zip(numbers, _type_at(socket, some), strict=True))
    return [results[number] for number in range(len(turns))]


def _by_socket(turns: Iterable[Turn]) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = defaultdict(list)
    for number, turn in enumerate(turns):
        numbers[turn.socket].append(number)
    return numbers


def _type_at(socket: str, turns: Sequence[Turn]) -> list[PushResult]:
    buffer = f"cafleet{os.getpid()}x{os.urandom(4).hex()}"
    try:
        reply = client.call(
            ["source-file", "-"],
            socket=socket,
            stdin=script.typing_script(turns, buffer),
        )
    except client.TmuxMissing:
        return [PushResult(NONE, "tmux_missing")] * len(turns)
    except client.ServerForbidden:
        return [PushResult(NONE, "no_access")] * len(turns)
    except client.ServerGone:
        return [PushResult(NONE, "server_gone")] * len(turns)
    verdicts = script.parse(reply.out, len(turns))
    return [_result(*pair) for pair in zip(turns, verdicts, strict=True)]


def _result(turn: Turn, verdict: Refusal | bool | None) -> PushResult:
    if isinstance(verdict, Refusal):
        expected = (turn.server_pid, turn.pane_id, turn.agent_id)
        at_rest = turn.process_names if turn.position else ()
        result = refusal.of_refusal(verdict, *expected, at_rest, turn.announces)
        if result.outcome != SHOWN:
            return result
        if not turn.show:
            return PushResult(NONE, "not_the_agent")
        return _show(verdict.tty, turn.text)
    return PushResult(DELIVERED) if verdict else PushResult(NONE, "pane_gone")


def _show(tty: str, words: str) -> PushResult:
    """Write on a terminal as `write` does: it is displayed, and read by no program."""
    shown = "\r\n".join(["", *text.sanitise(words).split("\n"), ""])
    try:
        terminal = os.open(tty, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:
        return PushResult(NONE, "pane_gone")
    try:
        os.write(terminal, shown.encode())
    except OSError:
        return PushResult(NONE, "pane_gone")
    finally:
        os.close(terminal)
    return PushResult(SHOWN)
