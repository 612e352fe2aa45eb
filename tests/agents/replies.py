"""The fake model's replies, chosen by a word in the last prompt."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

SLOWLY = "SLOWLY"
"""Streams text for some seconds."""
PONDER = "PONDER"
"""Waits some seconds, then answers."""
PERMIT = "PERMIT"
"""Calls a tool for which the agent asks for permission."""
CHOOSE = "CHOOSE"
"""Makes the agent ask a multiple-choice question, if it can."""
CALL = "CALL "
"""Calls the tool named after it; name and arguments are a list in JSON."""
MORE = "more wait; run 'cafleet message poll'"
"""Polls its messages, as it is told to, if it has a tool for that."""
_POLL = "cafleet message poll --limit 1000"
QUOTE = "QUOTE"
"""Answers with prose that quotes the prompts of coding agents."""

LIMIT = "LIMIT"
"""Error: the usage limit is reached for an hour."""
OVERLOADED = "OVERLOADED"
"""Error: the service is overloaded."""
RETRY = "RETRY"
"""Error: the service failed; the request may be retried."""
DENIED = "DENIED"
"""Error: the key is unknown."""
_REFUSED = {LIMIT, OVERLOADED, RETRY, DENIED}

_QUOTED = """The dialog looks like this:

 Do you want to proceed?
 ❯ 1. Yes
   2. No
 Enter to confirm · Esc to cancel

and in the other program like this:

› 1. Yes, proceed (y)
  Press enter to confirm or esc to cancel

While it works it says: esc to interrupt"""

QUESTION = {
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


class Refusal(NamedTuple):
    """An error response of the service: status, headers and document."""

    status: int
    headers: dict[str, str]
    document: dict[str, Any]


BRIEFLY_LIMITED = Refusal(
    429,
    {"retry-after": "5"},
    {
        "type": "error",
        "error": {
            "type": "rate_limit_error",
            "message": "This request would exceed your account's rate limit.",
        },
    },
)
"""The error of a usage limit that is over within seconds."""


class Reply(NamedTuple):
    """Text that is streamed word by word, or one tool call."""

    number: int
    text: str = "It is done."
    pause: float = 0.0
    thinks: float = 0.0
    tool: str = ""
    refusal: Refusal | None = None
    arguments: dict[str, Any] = {}  # noqa: RUF012  # a named tuple's default, never changed

    def parts(self) -> Iterator[str]:
        """The text in pieces, with pauses between them."""
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
    # an agent sends a refused prompt again, before the new one
    word = max(_REFUSED | {PONDER}, key=prompt.rfind)
    if word in _REFUSED and word in prompt:
        return reply._replace(refusal=_refusal(word, anthropic))
    if PERMIT in prompt:
        if anthropic:
            arguments = {"command": "touch x.txt", "description": "Touch a file"}
            return reply._replace(tool="Bash", arguments=arguments)
        return reply._replace(tool="exec_command", arguments=_ESCALATED)
    if MORE in _unanswered(items) and request.get("tools"):
        tool, arguments = _polls(request)
        return reply._replace(tool=tool, arguments=arguments)
    if CALL in prompt and request.get("tools"):
        tool, arguments = json.loads(prompt.partition(CALL)[2])
        return reply._replace(tool=tool, arguments=arguments)
    if CHOOSE in prompt:
        name = "AskUserQuestion" if anthropic else "request_user_input"
        return reply._replace(tool=name, arguments=QUESTION)
    if SLOWLY in prompt:
        words = " ".join(f"word{number}" for number in range(24))
        return reply._replace(text=words, pause=0.3)
    if PONDER in prompt:
        return reply._replace(thinks=5.0)
    return reply._replace(text=_QUOTED) if QUOTE in prompt else reply


def _polls(request: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The call by which an agent polls: its tool that runs a command, and the arguments."""
    if "input" in request:
        return "exec_command", {"cmd": _POLL}
    arguments = {"command": _POLL, "description": "Poll"}
    if any("function" in tool for tool in request["tools"]):
        return "run_shell_command", {**arguments, "is_background": False}
    return "Bash", arguments


def _refusal(word: str, anthropic: bool) -> Refusal:
    """The error response in the form of either protocol."""
    if word == OVERLOADED:
        return _refused(529 if anthropic else 503, "overloaded_error", "Overloaded")
    if word == RETRY:
        return _refused(500, "api_error", "Broken")._replace(headers={})
    if word == DENIED:
        return _refused(401, "authentication_error", "invalid x-api-key")
    resets = int(time.time()) + 3600
    kind = "rate_limit_error" if anthropic else "usage_limit_reached"
    limited = _refused(
        429, kind, "This request would exceed your account's rate limit."
    )
    limited.headers.update(_limit_headers(resets))
    limited.document["error"].update(plan_type="plus", resets_at=resets)
    return limited


def _refused(status: int, kind: str, message: str) -> Refusal:
    document = {"type": "error", "error": {"type": kind, "message": message}}
    return Refusal(status, {"x-should-retry": "false"}, document)


def _limit_headers(resets: int) -> dict[str, str]:
    claude = {
        "status": "rejected",
        "reset": str(resets),
        "representative-claim": "five_hour",
        "5h-status": "rejected",
        "5h-utilization": "1",
        "5h-reset": str(resets),
    }
    codex = {
        "primary-used-percent": "100",
        "primary-window-minutes": "300",
        "primary-reset-at": str(resets),
    }
    return {
        "retry-after": "3600",
        **{f"anthropic-ratelimit-unified-{key}": said for key, said in claude.items()},
        **{f"x-codex-{key}": said for key, said in codex.items()},
    }


def _unanswered(items: Sequence[dict[str, Any]]) -> str:
    """What was said since the model's last words, also by the agent in its own name."""
    since = itertools.takewhile(
        lambda item: item.get("role") != "assistant", reversed(items)
    )
    return "\n".join(map(_prompt, since))


def _prompt(item: dict[str, Any]) -> str:
    """The user's text in the last item of a conversation; empty for a tool's result."""
    content = item.get("content", "")
    if isinstance(content, str):
        return content
    kinds = [block.get("type") for block in content]
    said = (
        content[kinds.index("tool_result") + 1 :] if "tool_result" in kinds else content
    )
    return " ".join(block.get("text", "") for block in said)
