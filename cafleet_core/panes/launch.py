"""The first program in a member's pane: puts the pane's options in order, becomes the agent.

Everything comes from a file, so that no word meets tmux's parser or its argument limit.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from cafleet_core.panes import client


def write_order(
    path: Path,
    argv: Sequence[str],
    environment: Mapping[str, str],
    pane_options: Mapping[str, str],
) -> None:
    """Leave an order for `main` at `path`, alone in its folder, for this user alone."""
    order = {"argv": argv, "environment": environment, "pane_options": pane_options}
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(order, file)


def main(path: str) -> None:
    """Carry out the order at `path`: file and folder go, this process becomes the agent."""
    order = json.loads(Path(path).read_text("utf-8"))
    Path(path).unlink()
    Path(path).parent.rmdir()
    pane = os.environ["TMUX_PANE"]
    for option, value in order["pane_options"].items():
        client.call(["set-option", "-p", "-t", pane, option, value])
    try:
        os.execvpe(  # noqa: S606  # the agent takes this process's place
            order["argv"][0], order["argv"], {**os.environ, **order["environment"]}
        )
    except OSError as error:
        sys.exit(f"cannot start {order['argv'][0]}: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1])
