"""The full-text index over messages: one row for each head, whatever its number of recipients.

Scripts without blanks are indexed character by character and searched as phrases, so that
any part of a Chinese or Japanese sentence matches.
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
"""Characters of scripts that are written without blanks."""

CREATE = (
    "CREATE VIRTUAL TABLE tasks_text USING fts5"
    " (session, body, content='', tokenize='unicode61')"
)


def add(registry: Registry, seq: int, session_id: str, body: str) -> None:
    """Index the head at `seq`, inside the caller's transaction."""
    registry.execute(
        "INSERT INTO tasks_text (rowid, session, body) VALUES (?, ?, ?)",
        (seq, _session_token(session_id), spaced(body)),
    )


def remove(registry: Registry, seq: int, session_id: str, body: str) -> None:
    """Remove the head at `seq` from the index; `session_id` and `body` must be as it was added."""
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
    """The `seq` of up to `limit` heads of a session that hold all the words, nearest first.

    Only heads before `beyond`, or after it if `newer`. Words match by their beginning.
    """
    compared, order = (">", "ASC") if newer else ("<", "DESC")
    rows = registry.rows(
        f"SELECT rowid FROM tasks_text WHERE tasks_text MATCH ? AND rowid {compared} ?"
        f" ORDER BY rowid {order} LIMIT ?",
        (match(session_id, words), beyond, limit),
    )
    return [seq for (seq,) in rows]


def match(session_id: str, words: str) -> str:
    """The full-text expression for all of `words`, each quoted, so that none acts as an operator.

    Signs are not indexed: a word of signs alone is left out, unless all words are.
    """
    wanted = [f'session : "{_session_token(session_id)}"']
    asked = text.storable(words).split()
    for word in [word for word in asked if any(map(str.isalnum, word))] or asked:
        quoted = '"' + spaced(word).strip().replace('"', '""') + '"'
        whole = not word.isascii() and expression(UNSPACED).search(word) is not None
        wanted.append(f"body : {quoted}" + ("" if whole else " *"))
    return " AND ".join(wanted)


def spaced(body: str) -> str:
    """`body` with blanks around each character of a script that has none."""
    if body.isascii():
        return body
    return expression(UNSPACED).sub(lambda match: f" {match[0]} ", body)


def _session_token(session_id: str) -> str:
    return session_id.replace("-", "")
