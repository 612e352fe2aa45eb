"""`make bench`: every figure in one run with its reference."""

from __future__ import annotations

import tempfile
from pathlib import Path

from cafleet_core.broker.registry import open_registry
from tests.bench import commands
from tests.terminal import Terminal


def main() -> None:
    """Measure and print, line by line, as the figures come."""
    with tempfile.TemporaryDirectory(prefix="cafleet-bench-") as folder:
        path = Path(folder) / "data" / "registry.db"
        registry = open_registry(path)
        terminal = Terminal(Path(folder) / "tmux.sock", path)
        try:
            for figure in commands.figures(registry, terminal):
                print(figure.line(), flush=True)
        finally:
            terminal.close()
            registry.close()


if __name__ == "__main__":
    main()
