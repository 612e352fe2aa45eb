"""A fake of the model services on loopback, controlled by words in the prompt.

It implements the parts of Anthropic's Messages, OpenAI's Responses and OpenAI's chat completions
that the coding agents need, and keeps every request for tests.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar

from tests.agents import chat_completions
from tests.agents.model_server import ModelServer
from tests.agents.replies import BRIEFLY_LIMITED, Reply, reply_to

Event = tuple[str, dict[str, Any]]


class ModelApi(ModelServer):
    """The service, which runs while the context is open; `base` is its address."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.limited = threading.Event()
        """While it is set, every request is refused, to be tried again within seconds."""
        super().__init__(_Handler, requests=self.requests, limited=self.limited)

    def heard(self, agent: str, part: str) -> list[str]:
        """The user's turns that contain `part`, of the conversation with most of them."""
        turns = (
            [turn for turn in _turns(request) if part in turn]
            for request in list(self.requests)
            if _of(request, agent)
        )
        return max(turns, key=len, default=[])


class _Handler(BaseHTTPRequestHandler):
    requests: ClassVar[list[dict[str, Any]]]
    limited: ClassVar[threading.Event]

    def log_message(self, *_: object) -> None:
        """Log nothing."""

    def do_HEAD(self) -> None:
        self._answer(200, {})

    def do_GET(self) -> None:
        self._answer(404, {})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))))
        if "count_tokens" in self.path:
            self._answer(200, {"input_tokens": 10})
            return
        path = self.path.split("?")[0]
        if not path.endswith(("/messages", "/responses", "/chat/completions")):
            self._answer(404, {})
            return
        if self.limited.is_set():
            status, headers, document = BRIEFLY_LIMITED
            self._answer(status, document, headers)
            return
        self.requests.append(body)
        reply = reply_to(body)
        anthropic = "messages" in body
        if reply.refusal:
            status, headers, document = reply.refusal
            self._answer(status, document, headers)
            return
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        try:
            if path.endswith("/chat/completions"):
                for line in chat_completions.lines(reply):
                    self.wfile.write(line)
                    self.wfile.flush()
                return
            for kind, data in (_anthropic if anthropic else _openai)(reply):
                self._event(kind, data)
        except (BrokenPipeError, ConnectionResetError):
            return  # the agent was interrupted or ended

    def _event(self, kind: str, data: dict[str, Any]) -> None:
        line = json.dumps({"type": kind, **data})
        self.wfile.write(f"event: {kind}\ndata: {line}\n\n".encode())
        self.wfile.flush()

    def _answer(
        self,
        status: int,
        document: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _of(request: dict[str, Any], agent: str) -> bool:
    """Whether a request belongs to an agent's conversation: it has tools, a title's has none."""
    tools = [tool.get("function") or tool for tool in request.get("tools") or []]
    names = {tool.get("name") for tool in tools}
    if agent == "codex":
        return "input" in request and bool(names)
    shells = {"claude": "Bash", "opencode": "bash", "qwen": "run_shell_command"}
    return shells[agent] in names


def _turns(request: dict[str, Any]) -> list[str]:
    """The user's text blocks in a request, without tool results."""
    said = []
    for item in request.get("messages") or request.get("input") or []:
        if item.get("role") != "user":
            continue
        content = item["content"]
        blocks = [{"text": content}] if isinstance(content, str) else content
        said += [block["text"] for block in blocks if "text" in block]
    return said


def _anthropic(reply: Reply) -> Iterator[Event]:
    usage = {"input_tokens": 10, "output_tokens": 1}
    message: dict[str, Any] = {
        "id": f"msg_{reply.number}",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [],
        "stop_reason": None,
        "usage": usage,
    }
    yield "message_start", {"message": message}
    time.sleep(reply.thinks)
    if reply.tool:
        block = {"type": "tool_use", "id": f"toolu_{reply.number}", "name": reply.tool}
        yield (
            "content_block_start",
            {"index": 0, "content_block": {**block, "input": {}}},
        )
        delta = {
            "type": "input_json_delta",
            "partial_json": json.dumps(reply.arguments),
        }
        yield "content_block_delta", {"index": 0, "delta": delta}
    else:
        text = {"type": "text", "text": ""}
        yield "content_block_start", {"index": 0, "content_block": text}
        for part in reply.parts():
            delta = {"type": "text_delta", "text": part}
            yield "content_block_delta", {"index": 0, "delta": delta}
    yield "content_block_stop", {"index": 0}
    stop = {"stop_reason": "tool_use" if reply.tool else "end_turn"}
    yield "message_delta", {"delta": stop, "usage": {"output_tokens": 5}}
    yield "message_stop", {}


def _openai(reply: Reply) -> Iterator[Event]:
    response = {"id": f"resp_{reply.number}"}
    yield "response.created", {"response": response}
    time.sleep(reply.thinks)
    if reply.tool:
        # a server's tools are named within a namespace
        namespace, _, name = reply.tool.rpartition("__")
        call = {
            "type": "function_call",
            "id": f"fc_{reply.number}",
            "call_id": f"call_{reply.number}",
            "name": name,
            **({"namespace": namespace} if namespace else {}),
            "arguments": json.dumps(reply.arguments),
        }
        yield "response.output_item.done", {"item": call}
    else:
        item = {"type": "message", "id": f"m_{reply.number}", "role": "assistant"}
        yield "response.output_item.added", {"item": {**item, "content": []}}
        for part in reply.parts():
            delta = {"item_id": item["id"], "delta": part}
            yield "response.output_text.delta", delta
        content = [{"type": "output_text", "text": reply.text}]
        yield "response.output_item.done", {"item": {**item, "content": content}}
    usage = {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}
    yield "response.completed", {"response": {**response, "usage": usage}}
