"""The fake model's replies in the form of OpenAI's chat completions, as they are streamed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

from tests.agents.replies import Reply

_USAGE = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}


def lines(reply: Reply) -> Iterator[bytes]:
    """The lines of the stream, an event each."""
    base = {
        "id": f"chatcmpl-{reply.number}",
        "object": "chat.completion.chunk",
        "created": int(time.time()),
        "model": "mock",
    }
    for delta in _deltas(reply):
        yield _line({**base, "choices": [{"index": 0, "delta": delta}]})
    ending = "tool_calls" if reply.tool else "stop"
    last = {"index": 0, "delta": {}, "finish_reason": ending}
    yield _line({**base, "choices": [last]})
    yield _line({**base, "choices": [], "usage": _USAGE})
    yield b"data: [DONE]\n\n"


def _deltas(reply: Reply) -> Iterator[dict[str, Any]]:
    yield {"role": "assistant", "content": ""}
    time.sleep(reply.thinks)
    if not reply.tool:
        yield from ({"content": part} for part in reply.parts())
        return
    named = {"name": reply.tool, "arguments": json.dumps(reply.arguments)}
    call = {"id": f"call_{reply.number}", "type": "function", "function": named}
    yield {"tool_calls": [{"index": 0, **call}]}


def _line(chunk: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(chunk)}\n\n".encode()
