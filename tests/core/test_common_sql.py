"""SQL outside the engines' own modules is what SQLite and PostgreSQL share."""

from __future__ import annotations

import re
from pathlib import Path

import cafleet_core
import cafleet_tui

SQLITE_ALONE = re.compile(
    r"\bPRAGMA\b|sqlite_master|lastrowid|\browid\b|INDEXED BY|\bOR (IGNORE|REPLACE)\b"
    r"|\?\d\b|LIMIT -1|\bIS (NOT )?\?|MAX\(version\)|AUTOINCREMENT|BEGIN IMMEDIATE"
    r"|\bVACUUM\b|\bchanges\(\)|\bSUM\(\w+ (IS|=|AND)\b|\bGLOB\b|\bMATCH \?"
)
ENGINES = (
    "storage/sqlite.py",
    "storage/sqlite_file.py",
    "storage/displaced.py",
    "storage/postgres.py",
    "storage/postgres_ddl.py",
    "storage/postgres_notices.py",
    "storage/postgres_numbers.py",
    "storage/postgres_roles.py",
)
FILES = (
    "storage/search.py",  # the file's own index of words
    "storage/earlier_schema.py",  # reads the files of earlier programs
    "reference/data_model.py",  # describes the file
    "storage/migrations/m0012_timed.py",  # changes a constraint in the file's schema
)


def sources() -> dict[str, str]:
    roots = [
        Path(package.__file__ or "").parent for package in (cafleet_core, cafleet_tui)
    ]
    return {
        path.relative_to(root).as_posix(): path.read_text()
        for root in roots
        for path in root.rglob("*.py")
    }


def test_nobody_else_writes_what_one_engine_alone_understands() -> None:
    written = {
        name: match[0]
        for name, text in sources().items()
        if name not in (*ENGINES, *FILES) and not name.startswith("storage/migrations/")
        for match in [SQLITE_ALONE.search(text)]
        if match
    }
    assert written == {}


def test_the_exceptions_are_needed() -> None:
    texts = sources()
    assert all(SQLITE_ALONE.search(texts[name]) for name in FILES)
    assert SQLITE_ALONE.search(texts["storage/sqlite.py"])
