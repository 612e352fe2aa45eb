"""The one writer: every keystroke that cafleet types passes here."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence

from cafleet_core import text
from cafleet_core.panes.tmux import client, servers
from cafleet_core.push import refusal, script
from cafleet_core.push.refusal import Refusal
from cafleet_core.push.script import Turn
from cafleet_core.records import PushResult
from cafleet_core.states import PushOutcome, PushReason


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
        return [PushResult(PushOutcome.NONE, PushReason.TMUX_MISSING)] * len(turns)
    except client.ServerForbidden:
        return [PushResult(PushOutcome.NONE, PushReason.NO_ACCESS)] * len(turns)
    except client.ServerSilent:
        return [_unasked(turn) for turn in turns]
    verdicts = script.parse(reply.out, len(turns))
    return [_result(*pair) for pair in zip(turns, verdicts, strict=True)]


def _unasked(turn: Turn) -> PushResult:
    """The server is gone only with its process: its socket may be away for a moment."""
    ended = servers.ended(turn.server_pid)
    reason = PushReason.SERVER_GONE if ended else PushReason.NO_ANSWER
    return PushResult(PushOutcome.NONE, reason)


def _result(turn: Turn, verdict: Refusal | bool | None) -> PushResult:
    if isinstance(verdict, Refusal):
        expected = (turn.server_pid, turn.pane_id, turn.agent_id)
        at_rest = turn.process_names if turn.position else ()
        result = refusal.of_refusal(verdict, *expected, at_rest, turn.announces)
        if result.outcome != PushOutcome.SHOWN:
            return result
        if not turn.show:
            return PushResult(PushOutcome.NONE, PushReason.NOT_THE_AGENT)
        return _show(verdict.tty, turn.text)
    return (
        PushResult(PushOutcome.DELIVERED)
        if verdict
        else PushResult(PushOutcome.NONE, PushReason.PANE_GONE)
    )


def _show(tty: str, words: str) -> PushResult:
    """Write on a terminal as `write` does: it is displayed, and read by no program."""
    shown = "\r\n".join(["", *text.sanitise(words).split("\n"), ""])
    try:
        terminal = os.open(tty, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:
        return PushResult(PushOutcome.NONE, PushReason.PANE_GONE)
    try:
        os.write(terminal, shown.encode())
    except OSError:
        return PushResult(PushOutcome.NONE, PushReason.PANE_GONE)
    finally:
        os.close(terminal)
    return PushResult(PushOutcome.SHOWN)
