"""The full-text index over messages: one row for each head, whatever its number of recipients.

Scripts written without blanks are indexed character by character and searched as
phrases, so that any part of a Chinese or Japanese sentence is found.
"""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.memo import expression

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

UNSPACED = (
    "[\u0e00-\u0e7f\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)
"""Characters of scripts without blanks; most texts have none."""

CREATE = (
    "CREATE VIRTUAL TABLE tasks_text USING fts5"
    " (session, body, content='', tokenize='unicode61')"
)


def add(registry: Registry, seq: int, session_id: str, body: str) -> None:
    """Index the head at `seq`, inside the caller's transaction."""
    if registry.search is not None:
        registry.search.add(seq, session_id, body)
        return
    registry.execute(
        "INSERT INTO tasks_text (rowid, session, body) VALUES (?, ?, ?)",
        (seq, _session_token(session_id), spaced(body)),
    )


def remove(registry: Registry, seq: int, session_id: str, body: str) -> None:
    """Take the head at `seq` out; `session_id` and `body` are what it was added with."""
    if registry.search is not None:
        registry.search.remove(seq)
        return
    registry.execute(
        "INSERT INTO tasks_text (tasks_text, rowid, session, body)"
        " VALUES ('delete', ?, ?, ?)",
        (seq, _session_token(session_id), spaced(body)),
    )


def find(
    registry: Registry,
    session_id: str,
    words: str,
    beyond: int,
    newer: bool,
    limit: int,
) -> list[int]:
    """The `seq` of `limit` heads of a session that hold all the words, the nearest first.

    Only heads before `beyond`, or after it if `newer`. The last letters of a word may be
    left out.
    """
    if registry.search is not None:
        return registry.search.find(session_id, words, beyond, newer, limit)
    compared, order = (">", "ASC") if newer else ("<", "DESC")
    rows = registry.rows(
        f"SELECT rowid FROM tasks_text WHERE tasks_text MATCH ? AND rowid {compared} ?"
        f" ORDER BY rowid {order} LIMIT ?",
        (match(session_id, words), beyond, limit),
    )
    return [seq for (seq,) in rows]


def match(session_id: str, words: str) -> str:
    """The engine's expression for all of `words`, each quoted: no operator is left alive.

    Signs are not indexed, so a word of nothing else asks for nothing, unless all are such.
    """
    wanted = [f'session : "{_session_token(session_id)}"']
    asked = text.storable(words).split()
    for word in [word for word in asked if any(map(str.isalnum, word))] or asked:
        quoted = '"' + spaced(word).strip().replace('"', '""') + '"'
        wanted.append(f"body : {quoted}" + ("" if is_unspaced(word) else " *"))
    return " AND ".join(wanted)


def is_unspaced(word: str) -> bool:
    """Whether a word holds a character of a script without blanks."""
    return not word.isascii() and expression(UNSPACED).search(word) is not None


def spaced(body: str) -> str:
    """`body` with blanks around each character of a script that has none."""
    if body.isascii():
        return body
    return expression(UNSPACED).sub(lambda match: f" {match[0]} ", body)


def _session_token(session_id: str) -> str:
    return session_id.replace("-", "")
