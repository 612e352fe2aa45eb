"""The OpenAPI document, made from the commands: `python -m cafleet_tui.server.api.document`."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

from cafleet_core.cli import output
from cafleet_core.cli.options import Kind, Option
from cafleet_core.cli.parser import load
from cafleet_core.states import EventKind
from cafleet_tui.server.api import json_schema
from cafleet_tui.server.api.responses import RESPONSES
from cafleet_tui.server.api.routes import ROOT, ROUTES, Route
from cafleet_tui.server.api.schemas import COMPONENTS

DOCUMENT = Path(__file__).parents[3] / "docs" / "openapi.json"

_STREAM = """What happens from now on, or behind `Last-Event-ID`, as server-sent events.

The id of each is its `seq`, its data one Event; none is missed and none comes twice."""


@cache
def written() -> str:
    """The document as text, the same for the same program."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def document() -> dict[str, Any]:
    """The document: every route with its parameters, body, answers and refusals."""
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        operations = paths.setdefault(ROOT + route.path, {})
        operations[route.method.lower()] = _operation(route)
    paths[ROOT + "/events"] = {"get": _stream()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "cafleet",
            "version": "1",
            "description": "The commands of cafleet as JSON, at `cafleet server`.",
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": COMPONENTS,
            "responses": {
                "Refusal": _answer("Why not.", json_schema.reference("Error"))
            },
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": route.name,
        "summary": _help(route).partition("\n")[0],
        "description": f"As `cafleet {route.words}`.",
        "parameters": _parameters(route),
        "responses": {
            "200": _answer("Done.", RESPONSES[route.name]),
            **_refusals(),
        },
    }
    body = _body(route)
    return {**made, "requestBody": body} if body else made


def _help(route: Route) -> str:
    return str(load(route.command.place).__doc__)


def _parameters(route: Route) -> list[dict[str, Any]]:
    named = [_in_path("session", "Its id, or the beginning of it.")]
    if "{session}" not in route.path:
        named = []
    for option in route.parameters:
        if route.is_in_path(option):
            named.append(_in_path(option.field, option.help))
        elif not _has_body(route):
            named.append(_in_query(option))
    return named


def _has_body(route: Route) -> bool:
    return route.method == "POST"


def _body(route: Route) -> dict[str, Any] | None:
    options = [each for each in route.parameters if not route.is_in_path(each)]
    if not _has_body(route) or not options:
        return None
    required = [option.field for option in options if option.required]
    schema = {
        "type": "object",
        "properties": {option.field: _schema(option) for option in options},
        "required": required,
        "additionalProperties": False,
    }
    content = {"application/json": {"schema": schema}}
    return {"required": bool(required), "content": content}


def _schema(option: Option) -> dict[str, Any]:
    value = _one(option)
    if not option.multiple:
        return {**value, "description": option.help}
    least = {"minItems": 1} if option.required else {}
    return {**json_schema.many(value), **least, "description": option.help}


def _one(option: Option) -> dict[str, Any]:
    if option.kind == Kind.FLAG:
        return {**json_schema.FLAG, "default": False}
    default = {} if option.default is None else {"default": option.default}
    if option.kind == Kind.COUNT:
        bounds = {"minimum": option.low, "maximum": option.high}
        return {**json_schema.NUMBER, **bounds, **default}
    choices = {"enum": list(option.choices)} if option.choices else {}
    return {**json_schema.TEXT, **choices, **default}


def _in_path(name: str, help: str) -> dict[str, Any]:  # noqa: A002
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": help,
        "schema": json_schema.TEXT,
    }


def _in_query(option: Option) -> dict[str, Any]:
    return {
        "name": option.field,
        "in": "query",
        "required": option.required,
        "description": option.help,
        "schema": {
            key: value for key, value in _schema(option).items() if key != "description"
        },
    }


def _answer(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    return {"description": description, "content": content}


def _refusals() -> dict[str, Any]:
    refusal = {"$ref": "#/components/responses/Refusal"}
    return {"4XX": refusal, "5XX": refusal}


def _stream() -> dict[str, Any]:
    kinds = {"type": "string", "enum": [str(kind) for kind in EventKind]}
    query: list[dict[str, Any]] = [
        {"name": "session", "in": "query", "schema": json_schema.TEXT},
        {"name": "kinds", "in": "query", "schema": json_schema.many(kinds)},
        {"name": "after", "in": "query", "schema": json_schema.NUMBER},
        {"name": "Last-Event-ID", "in": "header", "schema": json_schema.NUMBER},
    ]
    return {
        "operationId": "followEvents",
        "summary": _STREAM.partition("\n")[0],
        "description": _STREAM,
        "parameters": query,
        "responses": {
            "200": {
                "description": "A stream without an end.",
                "content": {"text/event-stream": {"schema": json_schema.TEXT}},
            },
            **_refusals(),
        },
    }


def main(arguments: list[str], path: Path = DOCUMENT) -> int:
    """Write the document, or with `--check` only say if it is stale; returns the exit code."""
    if arguments != ["--check"]:
        path.write_text(written(), encoding="utf-8")
        return 0
    if path.exists() and path.read_text("utf-8") == written():
        return 0
    output.note(f"{path.name} is stale; run 'make docs'.")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
