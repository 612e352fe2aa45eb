"""Translate columns of an earlier registry: ids, times, kinds, states, bodies."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC
from uuid import NAMESPACE_OID, uuid5

from cafleet_core import clock, text
from cafleet_core.errors import Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.states import AgentKind, TaskState

if TYPE_CHECKING:
    from typing import Any

_ID = re.compile(r"[0-9A-Za-z-]{4,64}")
_STATES = frozenset(
    (
        TaskState.INPUT_REQUIRED,
        TaskState.COMPLETED,
        TaskState.CANCELED,
        TaskState.FAILED,
    )
)
_ADMINISTRATOR_CARD = "builtin-administrator"


def identity(noun: str, value: object, born: object) -> str:
    """The id itself; a number becomes a UUID derived from it and the time `born`.

    Raises Refused for an invalid id.
    """
    if isinstance(value, int):
        return str(uuid5(NAMESPACE_OID, f"cafleet {noun} {value} {born}"))
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    raise Refused(f"the file holds a {noun} whose id is none; nothing was imported.")


def moment(value: object, of: str) -> str:
    """A time as a stamp, UTC without a zone; raises Refused for an invalid one."""
    try:
        read = clock.parse(str(value))
        return clock.stamp(read if read.tzinfo else read.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise Refused(
            f"the file holds a time that is none, of {of}; nothing was imported."
        ) from None


def state(value: object) -> str:
    """A delivery's state; an unknown one becomes failed."""
    said = str(value).lower().replace("-", "_")
    return said if said in _STATES else TaskState.FAILED


def kind(card: object, placed: bool) -> AgentKind:
    """The kind of an agent that is no Director, by its card and whether it has a pane."""
    inner = _document(card).get("cafleet")
    if isinstance(inner, Mapping) and inner.get("kind") == _ADMINISTRATOR_CARD:
        return AgentKind.ADMINISTRATOR
    return AgentKind.MEMBER if placed else AgentKind.AGENT


def skills(card: object) -> str | None:
    """The skills of an agent's card as a JSON document, or None."""
    named = _document(card).get("skills")
    return json.dumps(named) if named else None


def body(row: Mapping[str, Any]) -> str:
    """The text of a task, from its own column or from its document."""
    said = row["text"]
    if said is None:
        parts = [
            part.get("text")
            for artifact in _listed(_document(row["document"]), "artifacts")
            for part in _listed(artifact, "parts")
        ]
        said = "\n".join(part for part in parts if isinstance(part, str))
    return text.storable(str(said))


def _listed(document: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    parts = document.get(key)
    return (
        [part for part in parts if isinstance(part, dict)]
        if isinstance(parts, list)
        else []
    )


def _document(value: object) -> Mapping[str, Any]:
    """A JSON object; an empty one for anything else."""
    try:
        read = json.loads(value) if isinstance(value, str) else None
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}
