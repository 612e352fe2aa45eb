"""`make bench`: measure every figure and its reference in one run."""

from __future__ import annotations

import tempfile
from itertools import chain
from pathlib import Path

from cafleet_core.broker.registry.open import open_registry
from tests.bench import commands, delivery, long_history, room
from tests.terminal import Terminal


def main() -> None:
    """Measure and print the figures line by line."""
    with tempfile.TemporaryDirectory(prefix="cafleet-bench-") as folder:
        path = Path(folder) / "data" / "registry.db"
        registry = open_registry(path)
        terminal = Terminal(Path(folder) / "tmux.sock", path)
        try:
            measured = chain(
                commands.figures(registry, terminal),
                delivery.figures(registry, terminal),
                room.figures(registry, terminal),
                long_history.figures(terminal, Path(folder)),
            )
            for figure in measured:
                print(figure.line(), flush=True)
        finally:
            terminal.close()
            registry.close()


if __name__ == "__main__":
    main()
