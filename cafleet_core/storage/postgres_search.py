"""The words of messages in a PostgreSQL registry: found as `search` finds them in a file.

The server's own dictionaries are not asked: words are cut at signs, folded, and freed of
their accents here, as SQLite's tokenizer does it.
"""

from __future__ import annotations

import unicodedata

from cafleet_core import text
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage.search import is_unspaced, spaced

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry, Statement

_LONGEST_WORD = 400
_LAST_POSITION = 16_383


class PostgresSearch:
    """The index of one registry; see the functions of `search`."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def add(self, seq: int, session_id: str, body: str) -> None:
        """Index the head at `seq`, inside the caller's transaction."""
        self._registry.execute(
            "INSERT INTO tasks_text (seq, session_id, words)"
            " VALUES (?, ?, CAST(? AS tsvector))",
            (seq, session_id, vector(body)),
        )

    def adding(self, task_id: str, at: str, session_id: str, body: str) -> Statement:
        """The statement that indexes the head with this id, if it was stored `at` that time."""
        return (
            "INSERT INTO tasks_text (seq, session_id, words)"
            " SELECT seq, ?, CAST(? AS tsvector) FROM tasks"
            " WHERE task_id = ? AND created_at = ?",
            (session_id, vector(body), task_id, at),
        )

    def remove(self, seq: int) -> None:
        """Take the head at `seq` out."""
        self._registry.execute("DELETE FROM tasks_text WHERE seq = ?", (seq,))

    def find(
        self, session_id: str, words: str, beyond: int, newer: bool, limit: int
    ) -> list[int]:
        """The `seq` of `limit` heads that hold all the words, the nearest to `beyond` first."""
        query = " & ".join(filter(None, map(_phrase, text.storable(words).split())))
        if not query:
            return []
        compared, order = (">", "ASC") if newer else ("<", "DESC")
        rows = self._registry.rows(
            "SELECT seq FROM tasks_text WHERE session_id = ?"
            f" AND words @@ CAST(? AS tsquery) AND seq {compared} ?"
            f" ORDER BY seq {order} LIMIT ?",
            (session_id, query, beyond, limit),
        )
        return [seq for (seq,) in rows]


def _tokens(body: str) -> list[str]:
    """The words of a text in their order: letters and digits alone, without case or accents."""
    plain = unicodedata.normalize("NFKD", spaced(body)).casefold()
    kept = (
        "" if unicodedata.combining(sign) else sign if sign.isalnum() else " "
        for sign in plain
    )
    return [word[:_LONGEST_WORD] for word in "".join(kept).split()]


def vector(body: str) -> str:
    """A text's words with their places, in the form in which the server reads them."""
    places: dict[str, list[str]] = {}
    for place, word in enumerate(_tokens(body), 1):
        places.setdefault(word, []).append(str(min(place, _LAST_POSITION)))
    return " ".join(f"'{word}':{','.join(where)}" for word, where in places.items())


def _phrase(word: str) -> str:
    """The expression for one word that was asked for; the last letters may be left out."""
    tokens = [f"'{token}'" for token in _tokens(word)]
    if not tokens:
        return ""
    whole = is_unspaced(word)
    return f"({' <-> '.join(tokens)}{'' if whole else ':*'})"
