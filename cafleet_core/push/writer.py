"""The one writer: every keystroke that cafleet types passes here."""

from __future__ import annotations

import os

from cafleet_core import process, text
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux import client
from cafleet_core.push import refusal, script
from cafleet_core.push.refusal import MOVED, Refusal
from cafleet_core.records import PushResult
from cafleet_core.states import PushOutcome, PushReason, Transport

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cafleet_core.push.script import Turn

NO_ANSWER = PushResult(PushOutcome.NONE, PushReason.NO_ANSWER)
"""tmux could not be asked, or gave no proper answer: nothing follows from it."""


def type_turns(turns: Sequence[Turn]) -> list[PushResult]:
    """Submit each turn in its pane, with one tmux call a server; the results in order.

    A pane that is not provably the agent's, or not ready for input, gets nothing. If a
    shell is in front, a text that may be shown is shown on the terminal. Never raises.
    """
    results: dict[int, PushResult] = {}
    for socket, numbers in _by_socket(turns).items():
        some = [turns[number] for number in numbers]
        results.update(zip(numbers, _type_at(socket, some), strict=True))
    return [results[number] for number in range(len(turns))]


TYPED = PushResult(PushOutcome.DELIVERED)
"""The text has been typed into the pane."""

HANDED = PushResult(PushOutcome.DELIVERED, None, Transport.INBOX)
"""The pane has got the marks of a message for its agent's own inbox."""


def unmark(turn: Turn) -> bool:
    """Take the marks of a handed turn from its pane, so that it can be typed there."""
    try:
        stdin = script.unmarking_script(turn)
        reply = client.call(["source-file", "-"], socket=turn.socket, stdin=stdin)
    except client.TmuxMissing:
        return False
    except client.ServerSilent:
        return False
    return script.parse(reply.out, 1) == [True]


def _by_socket(turns: Iterable[Turn]) -> dict[str, list[int]]:
    numbers: dict[str, list[int]] = {}
    for number, turn in enumerate(turns):
        numbers.setdefault(turn.socket, []).append(number)
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
    answers = script.parse(reply.out, len(turns))
    return [_result(*pair) for pair in zip(turns, answers, strict=True)]


def _unasked(turn: Turn) -> PushResult:
    """The result for a server that did not answer: gone only if its process has ended."""
    from cafleet_core.panes.tmux import servers  # most servers answer

    ended = servers.ended(turn.server_pid)
    return PushResult(PushOutcome.NONE, PushReason.SERVER_GONE) if ended else NO_ANSWER


def _result(turn: Turn, answer: Refusal | bool | None) -> PushResult:
    if answer is None:
        return NO_ANSWER
    if not isinstance(answer, Refusal):
        return HANDED if turn.handed else TYPED
    if answer.server_pid != turn.server_pid:  # another server answers at its socket
        return _unasked(turn)
    result = refusal.of_refusal(
        *(answer, turn.server_pid, turn.pane_id, turn.agent_id),
        *(turn.process_names if turn.bound else (), turn.announces, turn.pane_pid),
    )
    if result.outcome != PushOutcome.SHOWN:
        return result
    if turn.shows or turn.hides:  # its agent was seen, and may only be stopped now
        return MOVED
    if not turn.show:
        return PushResult(PushOutcome.NONE, PushReason.NOT_THE_AGENT)
    if _has_ended(answer):
        return PushResult(PushOutcome.NONE, PushReason.PANE_GONE)
    return _show(answer.tty, turn.text)


def _has_ended(answer: Refusal) -> bool:
    """Whether the first process of a pane has ended, which tmux may not have noticed yet.

    Until then it names the shell by which the pane was started as the program in front.
    False where the server's processes cannot be looked up here.
    """
    if not answer.pane_pid or process.find(answer.server_pid) is None:
        return False
    return process.find(answer.pane_pid) is None or process.is_ending(answer.pane_pid)


def _show(tty: str, words: str) -> PushResult:
    """Show a text on a terminal as `write` does: displayed, and read by no program."""
    shown = "\r\n".join(["", *text.sanitise(words).split("\n"), ""])
    try:
        terminal = os.open(tty, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:
        return NO_ANSWER
    try:
        os.write(terminal, shown.encode())
    except OSError:
        return NO_ANSWER
    finally:
        os.close(terminal)
    return PushResult(PushOutcome.SHOWN)
