"""What several runs have measured: the medians against their aims, kept and compared as JSON."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.timing import Figure

ROOT = Path(__file__).parents[2]


def medians(runs: Sequence[Sequence[Figure]]) -> list[Figure]:
    """Of each figure the one whose value is the median of all runs, in the first run's order."""
    names = [figure.name for figure in runs[0]]
    by_name = {
        name: [figure for run in runs for figure in run if figure.name == name]
        for name in names
    }
    return [
        figures[0]._replace(
            value=median(figure.value for figure in figures),
            beside=sorted(figures, key=lambda figure: figure.value)[
                len(figures) // 2
            ].beside,
        )
        for figures in by_name.values()
    ]


def document(
    figures: Iterable[Figure], runs: int, loads: Sequence[float]
) -> dict[str, Any]:
    """The figures with what they depend on; `loads` are the load averages around each run."""
    return {
        "commit": _said_by("git", "rev-parse", "HEAD"),
        "changed": bool(
            _said_by("git", "status", "--porcelain", "--untracked-files=no")
        ),
        "runs": runs,
        "load": [round(load, 2) for load in loads],
        "processors": os.cpu_count(),
        "system": platform.platform(),
        "versions": {
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            "tmux": _said_by("tmux", "-V"),
        },
        "figures": {
            figure.name: {**figure._asdict(), "holds": figure.holds}
            for figure in figures
        },
    }


def compared(first: Path, second: Path) -> Iterator[str]:
    """A line for each figure of two kept reports: both values, and the second by the first."""
    documents = [json.loads(path.read_text("utf-8")) for path in (first, second)]
    for kept in documents:
        yield f"{kept['commit'][:12]}  load {kept['load']}  {kept['versions']}"
    before, after = (kept["figures"] for kept in documents)
    for name in dict.fromkeys((*before, *after)):
        old, new = (figures.get(name, {}).get("value") for figures in (before, after))
        if old is None or new is None:
            yield f"{name:<54} {_shown(old)} {_shown(new)}"
        else:
            change = f"{new / old:8.2f} x" if old else ""
            yield f"{name:<54} {_shown(old)} {_shown(new)} {change}".rstrip()


def _shown(value: float | None) -> str:
    return f"{'-':>9}" if value is None else f"{value:9.2f}"


def _said_by(*command: str) -> str:
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()
