"""What the stand-in for a model replies: a word in the last prompt chooses it."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

SLOWLY = "SLOWLY"
"""Streams for some seconds."""
PONDER = "PONDER"
"""Says nothing for some seconds, then answers."""
PERMIT = "PERMIT"
"""Calls a tool for which the agent asks for permission."""
CHOOSE = "CHOOSE"
"""Has the agent ask a multiple-choice question, where it can."""
CALL = "CALL "
"""Calls the tool that stands behind it with its arguments, a list in JSON."""
QUOTE = "QUOTE"
"""Answers with prose that quotes the prompts of coding agents."""

_QUOTED = """The dialog looks like this:

 Do you want to proceed?
 ❯ 1. Yes
   2. No
 Enter to confirm · Esc to cancel

and in the other program like this:

› 1. Yes, proceed (y)
  Press enter to confirm or esc to cancel

While it works it says: esc to interrupt"""

_QUESTION = {
    "questions": [
        {
            "question": "Which colour?",
            "header": "Colour",
            "multiSelect": False,
            "options": [
                {"label": "Red", "description": "As a rose"},
                {"label": "Green", "description": "As grass"},
            ],
        }
    ]
}
_ESCALATED = {
    "cmd": "touch /etc/nothing-here",
    "sandbox_permissions": "require_escalated",
    "justification": "The file is needed.",
}
_numbers = itertools.count(1)


class Reply(NamedTuple):
    """Text in words that come one by one, or one call of a tool."""

    number: int
    text: str = "It is done."
    pause: float = 0.0
    thinks: float = 0.0
    tool: str = ""
    arguments: dict[str, Any] = {}  # noqa: RUF012  # a named tuple's default; nobody writes to it

    def parts(self) -> Iterator[str]:
        """The text in pieces, at the pace at which it is to arrive."""
        for line in self.text.splitlines(keepends=True):
            for word in line.split(" "):
                time.sleep(self.pause)
                yield word if word.endswith("\n") else word + " "


def reply_to(request: dict[str, Any]) -> Reply:
    """The reply to a request of either protocol."""
    items = request.get("messages") or request.get("input") or []
    said = [item for item in items if item.get("role") not in ("system", "developer")]
    prompt = _prompt(said[-1])
    reply = Reply(next(_numbers))
    anthropic = "messages" in request
    if PERMIT in prompt:
        if anthropic:
            arguments = {"command": "touch x.txt", "description": "Touch a file"}
            return reply._replace(tool="Bash", arguments=arguments)
        return reply._replace(tool="exec_command", arguments=_ESCALATED)
    if CALL in prompt and request.get("tools"):
        tool, arguments = json.loads(prompt.partition(CALL)[2])
        return reply._replace(tool=tool, arguments=arguments)
    if CHOOSE in prompt:
        name = "AskUserQuestion" if anthropic else "request_user_input"
        return reply._replace(tool=name, arguments=_QUESTION)
    if SLOWLY in prompt:
        words = " ".join(f"word{number}" for number in range(24))
        return reply._replace(text=words, pause=0.3)
    if PONDER in prompt:
        return reply._replace(thinks=5.0)
    return reply._replace(text=_QUOTED) if QUOTE in prompt else reply


def _prompt(item: dict[str, Any]) -> str:
    """What the user says in the last item of a conversation; a tool's result is nothing."""
    content = item.get("content", "")
    if isinstance(content, str):
        return content
    kinds = [block.get("type") for block in content]
    said = (
        content[kinds.index("tool_result") + 1 :] if "tool_result" in kinds else content
    )
    return " ".join(block.get("text", "") for block in said)
