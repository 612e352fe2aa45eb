"""`make bench`: measure every figure and its reference, and judge the medians of several runs."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from cafleet_core.broker.registry.open import Registry, open_registry
from tests.bench import (
    commands,
    delivery,
    hosts,
    journeys,
    long_history,
    report,
    room,
    search,
    writers,
)
from tests.bench.timing import Figure
from tests.terminal import Terminal, this_host_in

_RUNS = 3

Measure = Callable[[Registry, Terminal, Path], Iterator[Figure]]

GROUPS: dict[str, Measure] = {
    "commands": commands.figures,
    "journeys": journeys.figures,
    "delivery": delivery.figures,
    "writers": writers.figures,
    "search": search.figures,
    "room": room.figures,
    "history": long_history.figures,
    "hosts": hosts.figures,
}
"""What is measured, by the word that `--only` takes."""


def main() -> int:
    """Measure, print and judge; 1 where an aim is missed."""
    wanted = _arguments()
    if wanted.compare:
        print(*report.compared(*wanted.compare), sep="\n")
        return 0
    loads = [os.getloadavg()[0]]
    runs = []
    for number in range(1, wanted.runs + 1):
        print(f"Run {number} of {wanted.runs}", file=sys.stderr)
        runs.append(_measured(wanted.only or list(GROUPS)))
        loads.append(os.getloadavg()[0])
    figures = report.medians(runs)
    for figure in figures:
        print(figure.line())
    missed = sum(not figure.holds for figure in figures)
    print(
        f"{missed} of {len(figures)} aims missed; load {loads[0]:.1f} to {loads[-1]:.1f}"
    )
    if wanted.json:
        document = report.document(figures, wanted.runs, loads)
        wanted.json.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--runs", type=int, default=_RUNS, help="how often; the median counts"
    )
    parser.add_argument("--only", action="append", choices=GROUPS, help="repeatable")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures")
    parser.add_argument(
        "--compare", type=Path, nargs=2, metavar=("A", "B"), help="two files of --json"
    )
    return parser.parse_args()


def _measured(groups: list[str]) -> list[Figure]:
    """The figures of one run, each group with a registry and a tmux server of its own."""
    figures = []
    for group in groups:
        with tempfile.TemporaryDirectory(
            prefix="cafleet-bench-", ignore_cleanup_errors=True
        ) as folder:
            path = Path(folder) / "data" / "registry.db"
            # this process and those that it starts are on one host
            os.environ["XDG_STATE_HOME"] = str(this_host_in(path.parent / "state"))
            registry = open_registry(path)
            terminal = Terminal(Path(folder) / "tmux.sock", path)
            try:
                for figure in GROUPS[group](registry, terminal, Path(folder)):
                    print(figure.line(), file=sys.stderr, flush=True)
                    figures.append(figure)
            finally:
                terminal.close()
                registry.close()
    return figures


if __name__ == "__main__":
    sys.exit(main())
