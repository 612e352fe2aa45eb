"""Build JSON schemas: of texts, numbers, lists, and the documents that commands print."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}
FLAG: Schema = {"type": "boolean"}
MAYBE: Schema = {"type": ["string", "null"]}


def reference(name: str) -> Schema:
    """The schema that has this name in `schemas.COMPONENTS`."""
    return {"$ref": f"#/components/schemas/{name}"}


def many(items: Schema) -> Schema:
    """A list of such documents."""
    return {"type": "array", "items": items}


def json_object(optional: tuple[str, ...] = (), /, **properties: Schema) -> Schema:
    """A document with these properties, all of them required but the `optional` ones."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def row(fields: tuple[str, ...], **known: Schema) -> Schema:
    """A record as it stands in the registry: mostly texts, which may be missing."""
    return json_object(**{name: known.get(name, MAYBE) for name in fields})


def one_of(states: Iterable[object]) -> Schema:
    """A text that is one of these states."""
    return {"type": "string", "enum": sorted(str(state) for state in states)}


def or_null(schema: Schema) -> Schema:
    """The schema of a value with this schema, or null."""
    return {"anyOf": [schema, {"type": "null"}]}
