"""`ARCHITECTURE.md`: written by hand, except the list of modules, made from their docstrings."""

from __future__ import annotations

import ast
from functools import cache
from itertools import groupby

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.reference.sections import ROOT, filled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WRITTEN = ROOT / "ARCHITECTURE.md"
_PACKAGES = ("cafleet_core", "cafleet_tui")


def document() -> str:
    """The document with the first line of each module's docstring."""
    return filled(WRITTEN.read_text("utf-8"), "modules", _list())


def modules() -> list[Path]:
    """The modules of both packages from the root on, except those without a docstring."""
    return [
        path.relative_to(ROOT)
        for package in _PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"), key=_place)
        if _words(path)
    ]


def _place(path: Path) -> tuple[Path, str]:
    return path.parent, path.stem


def _list() -> str:
    return "".join(
        _package(*group) for group in groupby(modules(), lambda path: path.parent)
    )


def _package(folder: Path, files: Iterator[Path]) -> str:
    lines = (f"| `{path.stem}` | {_words(ROOT / path)} |\n" for path in files)
    return f"\n### `{folder}`\n\n| module | is |\n| --- | --- |\n{''.join(lines)}"


@cache
def _words(path: Path) -> str:
    docstring = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return docstring.split("\n")[0].replace("|", "\\|")
