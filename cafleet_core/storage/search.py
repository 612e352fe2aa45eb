"""The full-text index over messages: one row for each head, whatever its number of recipients.

Scripts without blanks are indexed character by character and searched as phrases, so that
any part of a Chinese or Japanese sentence matches.
"""

from __future__ import annotations

from cafleet_core import text
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.memo import expression

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry, Statement

UNSPACED = (
    "[\u0e00-\u0e7f\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)
"""Characters of scripts that are written without blanks."""

CREATE = (
    "CREATE VIRTUAL TABLE tasks_text USING fts5"
    " (session, body, content='', tokenize='unicode61')"
)

CREATE_TERMS = "CREATE VIRTUAL TABLE tasks_terms USING fts5vocab (tasks_text, instance)"
"""What is in the index, term by term: a view of it, which costs nothing to keep."""

_FEW_TERMS = 64

_AFTER_ALL = "\U0010ffff"

# A step goes to the next term by the index, past every place where one occurs: no sign
# is part of a term, so nothing lies between a term and the same with "!" behind it.
_TERMS = """
    WITH RECURSIVE terms (term) AS (
      SELECT (SELECT term FROM tasks_terms WHERE term >= ?1 ORDER BY term LIMIT 1)
      UNION ALL
      SELECT (SELECT term FROM tasks_terms WHERE term >= terms.term || '!'
              ORDER BY term LIMIT 1)
      FROM terms WHERE terms.term < ?2)
    SELECT term FROM terms WHERE term < ?2 LIMIT ?3
"""
"""The terms from one on and below another, in their order."""


def add(registry: Registry, seq: int, session_id: str, body: str) -> None:
    """Index the head at `seq`, inside the caller's transaction."""
    if registry.search is not None:
        registry.search.add(seq, session_id, body)
        return
    registry.execute(
        "INSERT INTO tasks_text (rowid, session, body) VALUES (?, ?, ?)",
        (seq, _session_token(session_id), spaced(body)),
    )


def adding(
    registry: Registry, task_id: str, at: str, session_id: str, body: str
) -> Statement:
    """The statement that indexes the head with this id, if it was stored `at` that time."""
    if registry.search is not None:
        return registry.search.adding(task_id, at, session_id, body)
    return (
        "INSERT INTO tasks_text (rowid, session, body)"
        " SELECT seq, ?, ? FROM tasks WHERE task_id = ? AND created_at = ?",
        (_session_token(session_id), spaced(body), task_id, at),
    )


def remove(registry: Registry, seq: int, session_id: str, body: str) -> None:
    """Remove the head at `seq` from the index; `session_id` and `body` must be as it was added."""
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
    """The `seq` of up to `limit` heads of a session that hold all the words, nearest first.

    Only heads before `beyond`, or after it if `newer`. The last letters of a word may be
    left out. It costs the same however many hold a word that few others begin with.
    """
    if registry.search is not None:
        return registry.search.find(session_id, words, beyond, newer, limit)
    compared, order = (">", "ASC") if newer else ("<", "DESC")
    rows = registry.rows(
        f"SELECT rowid FROM tasks_text WHERE tasks_text MATCH ? AND rowid {compared} ?"
        f" ORDER BY rowid {order} LIMIT ?",
        (_match(registry, session_id, words), beyond, limit),
    )
    return [seq for (seq,) in rows]


def _match(registry: Registry, session_id: str, words: str) -> str:
    """The engine's expression for all of `words`, each quoted: no operator is left alive.

    Signs are not indexed: a word of signs alone is left out, unless all words are.
    """
    wanted = [f'session : "{_session_token(session_id)}"']
    asked = text.storable(words).split()
    for word in [word for word in asked if any(map(str.isalnum, word))] or asked:
        wanted.append(f"body : {_begun(registry, word)}")
    return " AND ".join(wanted)


def _begun(registry: Registry, word: str) -> str:
    """The expression for one word, the last letters of which may be left out.

    The engine collects all that holds anything with a beginning before it tells of the
    newest; of whole terms it reads only as many as are wanted. So they are named, where
    that is known to be what the word is in the index, and where they are few.
    """
    if not (word.isascii() and word.isalnum()):
        return _quoted(spaced(word).strip()) + ("" if is_unspaced(word) else " *")
    begins = word.lower()
    rows = registry.rows(_TERMS, (begins, begins + _AFTER_ALL, _FEW_TERMS + 1))
    if not 0 < len(rows) <= _FEW_TERMS:
        return f"{_quoted(begins)} *"
    return f"({' OR '.join(_quoted(term) for (term,) in rows)})"


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'


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
