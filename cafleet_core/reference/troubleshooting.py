"""`docs/troubleshooting.md`: written by hand, but for its two tables, which the program fills."""

from __future__ import annotations

from pathlib import Path

from cafleet_core.cli import error_hints
from cafleet_core.reference import errors

WRITTEN = Path(__file__).parents[2] / "docs" / "troubleshooting.md"

_END = "<!-- end -->"
_PUSHES = "| reason | what is the case | what to do |\n| --- | --- | --- |\n"


def document() -> str:
    """The document with its tables as the program has them now."""
    words = _filled(WRITTEN.read_text("utf-8"), "pushes", _pushes())
    return _filled(words, "errors", errors.table())


def _filled(words: str, name: str, table: str) -> str:
    begins = f"<!-- {name}: made by `make docs` -->\n"
    before, _, rest = words.partition(begins)
    return f"{before}{begins}{table}{_END}{rest.partition(_END)[2]}"


def _pushes() -> str:
    rows = sorted(error_hints.BY_PUSH_REASON.items())
    return _PUSHES + "".join(
        f"| `{code}` | {case} | {do} |\n" for code, (case, do) in rows
    )
