"""`docs/troubleshooting.md`: written by hand, except its two tables, which the program fills."""

from __future__ import annotations

from cafleet_core.cli import push_hints
from cafleet_core.reference import errors
from cafleet_core.reference.sections import ROOT, filled

WRITTEN = ROOT / "docs" / "troubleshooting.md"

_PUSHES = "| reason | what is the case | what to do |\n| --- | --- | --- |\n"


def document() -> str:
    """The document with its tables filled."""
    words = filled(WRITTEN.read_text("utf-8"), "pushes", _pushes())
    return filled(words, "errors", errors.table())


def _pushes() -> str:
    rows = sorted(push_hints.BY_PUSH_REASON.items())
    return _PUSHES + "".join(
        f"| `{code}` | {case} | {do} |\n" for code, (case, do) in rows
    )
