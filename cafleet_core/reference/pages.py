"""The documents that are made from the program: `python -m cafleet_core.reference [--check]`."""

from __future__ import annotations

from functools import cache

from cafleet_core.cli import output
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.reference import (
    architecture,
    commands,
    completeness,
    data_model,
    errors,
    settings,
    troubleshooting,
)
from cafleet_core.reference.sections import ROOT

if TYPE_CHECKING:
    from pathlib import Path


@cache
def documents() -> dict[str, str]:
    """The generated documents by their paths from the root: the same for the same program."""
    return {
        "ARCHITECTURE.md": architecture.document(),
        "docs/cli.md": commands.document(),
        "docs/config.md": settings.document(),
        "docs/data-model.md": data_model.document(),
        "docs/errors.md": errors.document(),
        "docs/troubleshooting.md": troubleshooting.document(),
    }


def stale(root: Path) -> list[str]:
    """The documents below `root` that differ from what the program generates."""
    return [
        name
        for name, made in documents().items()
        if not (root / name).exists() or (root / name).read_text("utf-8") != made
    ]


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Write the documents, or with `--check` only name the stale ones; returns the exit code.

    Forgotten recipe steps are named first; they, and stale documents, make it 1.
    """
    gaps = completeness.gaps()
    for gap in gaps:
        output.note(gap)
    if gaps:
        return 1
    if arguments == ["--check"]:
        names = stale(root)
        for name in names:
            output.note(f"{name} is stale; run 'make docs'.")
        return 1 if names else 0
    for name, made in documents().items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(made, encoding="utf-8")
    return 0
