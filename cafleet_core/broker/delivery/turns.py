"""Make the turn for an agent's pane, or the result that says why there is none."""

from __future__ import annotations

from cafleet_core import host, ids, memo
from cafleet_core.agents import cues as agent_cues
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.tmux.facts import is_shell
from cafleet_core.push import preview
from cafleet_core.push.script import Turn
from cafleet_core.records import Agent, PushResult, Task
from cafleet_core.states import AgentKind, PaneState, PushOutcome, PushReason, Transport

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cafleet_core.agents.cues import Cues
    from cafleet_core.readings import PaneReading

PREVIEWS_A_TURN = 10
"""So many messages are shown in one turn; of more, their number."""

_ERE = "extended regular expression 1"
"""Changes whenever `ere.of_cue` translates cues differently."""

_NO_LINE = "^.^"
"""An extended regular expression that no line matches."""


class Owed(NamedTuple):
    """What is unsettled at one recipient, oldest first, leased by this process.

    `tasks` are still to be typed; `typed` were, and may still stand in the input box. With
    `by_inbox`, `tasks` may go through the recipient's own inbox.
    """

    recipient: Agent
    tasks: tuple[Task, ...] = ()
    typed: tuple[Task, ...] = ()
    by_inbox: bool = False


class Push(NamedTuple):
    """What a recipient is owed, and the turn that tells it, or the result without one."""

    owed: Owed
    turn: Turn | PushResult


def order(task: Task) -> tuple[int, int]:
    """The sort key of tasks: urgent ones first, then the oldest."""
    return -task.urgent, task.seq


def goes_by_keys(task: Task) -> bool:
    """Whether a message is only ever typed: a human's, and what an inbox has not taken."""
    is_agents = task.from_kind not in ("", AgentKind.ADMINISTRATOR)
    return not is_agents or task.push_transport == Transport.KEYS_INSTEAD


def turn_of(
    recipient: Agent,
    tasks: Sequence[Task],
    max_text_len: int,
    *,
    by_inbox: bool = False,
) -> Turn | PushResult:
    """One turn with the previews of all these tasks, or the result without one.

    What is typed shows so many as the recipient's program takes in a paste.
    """
    if all(_is_note_to_self(task, recipient) for task in tasks):
        return PushResult(PushOutcome.NONE, PushReason.SELF)
    shown = tasks[: PREVIEWS_A_TURN if by_inbox else _most_typed(recipient)]
    signs = _mentions(recipient)
    lines = [preview.preview(task, max_text_len, signs) for task in shown]
    if more := len(tasks) - len(shown):
        lines.append(f"[cafleet: {more} more wait; run 'cafleet message poll']")
    turn = turn_for(recipient, "\n".join(lines))
    if not isinstance(turn, Turn):
        return turn
    return turn._replace(show=True, announces=_marks(shown))


def _most_typed(recipient: Agent) -> int:
    placement = recipient.placement
    lines = agent_cues.paste_lines(placement.cues) if placement else 0
    if not lines:
        return PREVIEWS_A_TURN
    return max(1, min(PREVIEWS_A_TURN, (lines - 1) // 2))


def marked(recipient: Agent, tasks: Sequence[Task]) -> Turn | PushResult:
    """A turn without words that has the marks of all these tasks."""
    turn = turn_for(recipient, "")
    return turn._replace(announces=_marks(tasks)) if isinstance(turn, Turn) else turn


def _marks(tasks: Sequence[Task]) -> tuple[str, ...]:
    return tuple(ids.mark(task.task_id) for task in tasks)


def foregone(sender_id: str, recipient: Agent) -> PushResult | None:
    """The result of pushing a new message, where it is known without a try; None elsewhere."""
    if recipient.placement is not None:
        return None
    to_self = recipient.agent_id == sender_id
    reason = PushReason.SELF if to_self else PushReason.NO_PLACEMENT
    return PushResult(PushOutcome.NONE, reason)


def _is_note_to_self(task: Task, recipient: Agent) -> bool:
    """Whether the recipient has just written it: nobody is told of that, but reminded later."""
    return task.from_agent_id == recipient.agent_id and task.not_before is None


def notice(recipient: Agent, words: str) -> Turn | PushResult:
    """A turn with our words about others; like a preview it never asks the agent for a file."""
    return turn_for(recipient, preview.without_mentions(words, _mentions(recipient)))


def _mentions(recipient: Agent) -> Sequence[str]:
    return agent_cues.mentions(recipient.placement.cues if recipient.placement else "")


def turn_for(recipient: Agent, words: str) -> Turn | PushResult:
    """A turn with `words` for the recipient's pane, or the result if it has none within reach."""
    placement = recipient.placement
    if placement is None:
        return PushResult(PushOutcome.NONE, PushReason.NO_PLACEMENT)
    if placement.tmux_pane_id is None:
        return PushResult(PushOutcome.NONE, PushReason.PENDING_PLACEMENT)
    if placement.host != host.host_id():
        return PushResult(PushOutcome.HELD, PushReason.OTHER_HOST)
    return Turn(
        agent_id=recipient.agent_id,
        socket=placement.tmux_socket,
        server_pid=placement.tmux_server_pid,
        pane_id=placement.tmux_pane_id,
        process_names=tuple(placement.process_names.split()),
        text=words,
        pane_pid=placement.pane_pid,
    )


def bound(turn: Turn, reading: PaneReading) -> Turn:
    """The turn, valid only while the pane shows this reading, under the agent's name there.

    An agent at work may have moved on, as long as its input box and no question shows.
    """
    at_work = reading.state == PaneState.BUSY
    names = turn.process_names
    if (
        reading.command
        and reading.command not in names
        and not is_shell(reading.command)
    ):
        names = (*names, reading.command)
    return turn._replace(
        process_names=names,
        position=None if at_work else reading.position,
        shows=reading.shows,
        hides=_said(reading.hides),
        pause=reading.submit_delay,
    )


def interrupting(turn: Turn, reading: PaneReading, cues: Cues, key: str) -> Turn:
    """A turn that presses a key, valid only while the pane shows the agent at work.

    What shows that is compared anew: the line in which an agent tells of its work changes.
    Its input box must be as it was read. Without a cue of work that tmux can be told it is
    never valid.
    """
    titles = _said(cues.title_busy)
    works = _said(cues.busy) or (() if titles else (_NO_LINE,))
    pressing = bound(turn, reading)
    return pressing._replace(press=key, submit=False, works=works, titles=titles)


def _said(cues: Iterable[str]) -> tuple[str, ...]:
    """The cues that tmux can be told."""
    return tuple(filter(None, (memo.recall(_ERE, cue, _as_ere) for cue in cues)))


def _as_ere(cue: str) -> str | None:
    from cafleet_core.push import ere  # a cue is said once, and kept

    return ere.of_cue(cue)
