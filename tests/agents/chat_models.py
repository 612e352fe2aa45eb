"""A fake model on loopback for agents that speak OpenAI's chat completions or Gemini's API.

What it answers is chosen by the words of `replies`; a tool that asks for permission is the
agent's own shell, whatever it is called. Every turn that reached it is kept for tests.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar

from tests.agents.model_server import ModelServer
from tests.agents.replies import PERMIT, PONDER, SLOWLY

Json = dict[str, Any]

SHELL_TOOLS = frozenset(
    (
        *("bash", "shell", "run_shell_command", "run_command", "run_commands"),
        *("execute_command", "shell_command", "terminal", "execute"),
    )
)
"""The names, in small letters, under which agents offer their shell to a model."""

COMMAND = ("command", "cmd", "commands", "script")
"""The names under which a shell tool takes the command."""

ASKED_FOR = "touch x.txt"
DONE = "It is done."
_numbers = itertools.count(1)


class ChatApi(ModelServer):
    """The service, which runs while the context is open; `base` is its address."""

    def __init__(self, *, with_tools: bool = True) -> None:
        """Without `with_tools` the agent offers none, else what has none is no turn."""
        self.turns: list[str] = []
        super().__init__(_Handler, turns=self.turns, with_tools=with_tools)

    def heard(self, part: str) -> list[str]:
        """The different last words of users that contain `part`, each once."""
        return list(dict.fromkeys(turn for turn in self.turns if part in turn))


class _Handler(BaseHTTPRequestHandler):
    turns: ClassVar[list[str]]
    with_tools: ClassVar[bool]

    def log_message(self, *_: object) -> None:
        """Log nothing."""

    def do_GET(self) -> None:
        models = {"object": "list", "data": [{"id": "mock", "object": "model"}]}
        known = self.path.split("?")[0].endswith("/models")
        self._answer(200 if known else 404, models if known else {})

    def do_POST(self) -> None:
        path = self.path.split("?")[0]
        try:
            body = json.loads(self._read() or b"{}")
        except ValueError:  # telemetry
            self._answer(200, {})
            return
        if "countTokens" in path:
            self._answer(200, {"totalTokens": 10})
        elif path.endswith("/chat/completions"):
            self._reply(body, _chat, streams=bool(body.get("stream")))
        elif "enerateContent" in path:
            self._reply(body, _gemini, streams=":stream" in path)
        else:
            self._answer(404, {"error": {"message": f"not known here: {path}"}})

    def _reply(
        self,
        body: Json,
        form: Callable[..., Iterator[Json]],
        *,
        streams: bool,
    ) -> None:
        said, tools = _last_words(body), _tools(body)
        if tools or not self.with_tools:  # what an agent asks for itself has none
            self.turns.append(said)
        shell = next((name for name in tools if name.lower() in SHELL_TOOLS), "")
        call = (
            {"name": shell, "arguments": _filled(tools[shell])}
            if PERMIT in said and shell
            else None
        )
        words = " ".join(f"word{n}" for n in range(24)) if SLOWLY in said else DONE
        if not streams:
            schema = (body.get("generationConfig") or {}).get("responseJsonSchema")
            text = json.dumps(_filled(schema)) if schema else words
            self._answer(200, next(form(text, call, streams=False)))
            return
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        time.sleep(5.0 if PONDER in said else 0.0)
        try:
            for event in form(words, call, streams=True):
                self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
                self.wfile.flush()
                time.sleep(0.3 if SLOWLY in said else 0.0)
            if form is _chat:
                self.wfile.write(b"data: [DONE]\n\n")
        except (BrokenPipeError, ConnectionResetError):
            return  # the agent was interrupted, or has ended

    def _read(self) -> bytes:
        length = self.headers.get("content-length")
        if length is not None:
            return self.rfile.read(int(length))
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _answer(self, status: int, document: Json) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _chat(text: str, call: Json | None, *, streams: bool) -> Iterator[Json]:
    """Text, or a call of a tool, as chat completions: in pieces if it streams, else one."""
    number = next(_numbers)
    base = {"id": f"chatcmpl-{number}", "created": int(time.time()), "model": "mock"}
    usage = {"prompt_tokens": 1500, "completion_tokens": 70, "total_tokens": 1570}

    def chunk(delta: Json, finish: str | None = None, **more: Json) -> Json:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, **more}
        kind = "chat.completion.chunk"
        return {**base, "object": kind, "choices": [choice]}

    function = {"name": "", **(call or {}), "arguments": ""}
    function["arguments"] = json.dumps(call["arguments"]) if call else ""
    made = {"index": 0, "id": f"call_{number}", "type": "function"}
    calls = {"tool_calls": [{**made, "function": function}]} if call else {}
    finish = "tool_calls" if call else "stop"
    whole = {"role": "assistant", "content": None if call else text, **calls}
    if streams:
        yield chunk({"role": "assistant", "content": ""})
        yield from map(chunk, [calls] if call else _pieces(text))
        yield chunk({}, finish)
        yield {**base, "object": "chat.completion.chunk", "choices": [], "usage": usage}
    else:
        yield {**chunk({}, finish, message=whole), "usage": usage}


def _pieces(text: str) -> Iterator[Json]:
    for word in text.split(" "):
        yield {"content": word + " "}


def _gemini(text: str, call: Json | None, *, streams: bool) -> Iterator[Json]:
    """Text, or a call of a tool, as Gemini's candidates: in pieces if it streams, else one."""
    usage = {"promptTokenCount": 1500, "candidatesTokenCount": 70}

    def chunk(part: Json, finish: Json) -> Json:
        candidate = {"index": 0, "content": {"role": "model", "parts": [part]}}
        return {"candidates": [{**candidate, **finish}], "usageMetadata": usage}

    stop = {"finishReason": "STOP"}
    if call:
        function = {"name": call["name"], "args": call["arguments"]}
        yield chunk({"functionCall": function}, stop)
        return
    words = text.split(" ") if streams else [text]
    for word in words[:-1]:
        yield chunk({"text": word + " "}, {})
    yield chunk({"text": words[-1]}, stop)


def _last_words(body: Json) -> str:
    """What the user said last; nothing after a tool's result."""
    said: list[str] = []
    for turn in reversed(body.get("messages") or body.get("contents") or []):
        if turn.get("role") in ("system", "developer"):
            continue
        content = turn.get("content", turn.get("parts", ""))
        parts: Sequence[Json] = (
            [{"text": content}] if isinstance(content, str) else content or []
        )
        if turn.get("role") != "user" or any("functionResponse" in p for p in parts):
            break
        said.insert(0, " ".join(part.get("text") or "" for part in parts))
    return "\n".join(said)


def _tools(body: Json) -> dict[str, Json]:
    """The schema of each tool that an agent offers, in either form."""
    return {
        tool["name"]: tool.get("parametersJsonSchema") or tool.get("parameters") or {}
        for group in body.get("tools") or []
        for tool in group.get("functionDeclarations") or [group.get("function") or {}]
        if tool.get("name")
    }


def _filled(schema: Json) -> Json:
    """The smallest arguments that a schema accepts, with the command where it takes one."""
    known = schema.get("properties") or {}
    wanted = dict.fromkeys([*(schema.get("required") or []), *COMMAND])
    return {key: _value(known[key], key) for key in wanted if key in known}


def _value(schema: Json, key: str) -> Any:
    if "anyOf" in schema and "type" not in schema:
        return _value(schema["anyOf"][0], key)
    if schema.get("enum"):
        return schema["enum"][0]
    kind = str(schema.get("type", "string")).lower()
    plain = ASKED_FOR if key in COMMAND else "Touch a file"
    values = {"boolean": False, "integer": 30, "number": 30, "string": plain}
    if kind == "object":
        return _filled(schema)
    return [_value(schema.get("items") or {}, key)] if kind == "array" else values[kind]
