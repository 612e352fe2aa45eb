"""The user turn that announces a message: two lines, sanitised, cut."""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from cafleet_core.records import Task


def preview(task: Task, max_text_len: int) -> str:
    """A header line and one line of body, of at most `max_text_len` code points (0 = all)."""
    header = f"[cafleet msg {task.task_id} from {task.from_agent_id} {task.created_at}]"
    body = text.cut(text.sanitise(task.text), max_text_len)
    body = text.one_line(text.quoting_heads(body))
    return f"{header}\n{body}"


def poll_command(session_id: str, agent_id: str) -> str:
    """What a ping types: the literal command that empties an inbox."""
    return f"cafleet --session-id {session_id} message poll --agent-id {agent_id}"
