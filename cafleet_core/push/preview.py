"""The preview that announces a message: two lines, sanitised, cut, and plain text only."""

from __future__ import annotations

from cafleet_core import clock, ids, text
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cafleet_core.records import Task

_BEGIN_COMMANDS = ("/", "!", "#")
"""Beginnings of a line that a program may take for a command."""

_QUOTED = "> "


def preview(task: Task, max_text_len: int, mentions: Sequence[str] = ("@",)) -> str:
    """A header line and one line of body, of at most `max_text_len` code points (0 = all).

    The header has ids as they are shown, the time of day in UTC, and how many files come with
    it, if any: agents pay for each character. Nothing in the body makes the reader's program open a file (`without_mentions`) or run a
    command; `cafleet message poll` prints it as it was written.
    """
    header = f"{head(task.task_id)} from {ids.shown(task.from_agent_id)}"
    files = f" +{task.attached} file{'s'[: task.attached - 1]}" if task.attached else ""
    header += f" {clock.time_of_day(task.created_at)}{files}]"
    body = without_mentions(text.sanitise(task.text), mentions)
    body = text.one_line(text.quoting_heads(text.cut(body, max_text_len)))
    mark = _QUOTED if body.lstrip().startswith(_BEGIN_COMMANDS) else ""
    return f"{header}\n{mark}{body}"


def head(task_id: str) -> str:
    """How the header of a message begins, by which it is found in an agent's own log."""
    return f"[cafleet msg {ids.shown(task_id)}"


def without_mentions(words: str, signs: Sequence[str]) -> str:
    """`words` with a visible blank after each mention sign that has none.

    A sign that is listed with a blank before it counts only at the beginning of a word: not
    after ASCII other than blanks.
    """
    for sign in signs:
        name = sign.strip()
        if name and name in words:
            words = "".join(_parted(words.split(name), name, within=sign == name))
    return words


def _parted(parts: Sequence[str], name: str, *, within: bool) -> Iterator[str]:
    """The parts of a split text joined by the sign again, with a blank after it where needed."""
    yield parts[0]
    before = parts[0][-1:]
    for part in parts[1:]:
        inside = before.isascii() and before.strip()
        apart = part[:1].isspace() or (inside and not within)
        yield name if apart else f"{name} "
        yield part
        before = part[-1:] or (name if apart else " ")


def poll_command(session_id: str, agent_id: str) -> str:
    """The command that a ping types, which polls an inbox."""
    return f"cafleet --session-id {session_id} message poll --agent-id {agent_id}"
