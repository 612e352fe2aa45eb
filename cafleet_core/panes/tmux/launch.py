"""The first program in an agent's pane: it sets the pane's options and becomes the agent.

Everything comes from a file, the launch order, so that no word meets tmux's parser or its
argument limit.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.panes.tmux import client

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def write_order(
    folder: Path,
    argv: Sequence[str],
    cwd: str,
    environment: Mapping[str, str],
    pane_options: Mapping[str, str],
) -> Path:
    """Write a launch order for `main` to a private folder, and return its path."""
    order = {
        "argv": argv,
        "cwd": cwd,
        "environment": environment,
        "pane_options": pane_options,
    }
    # a name of its own: who was late for an earlier order must not carry out this one
    path = folder / f"order-{os.urandom(8).hex()}.json"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(order, file)
    return path


def main(path: str) -> None:
    """Carry out the launch order at `path`: remove it, and become the agent."""
    pane = os.environ["TMUX_PANE"]
    try:
        order = json.loads(Path(path).read_text("utf-8"))
        for option, value in order["pane_options"].items():
            client.call(["set-option", "-p", "-t", pane, option, value])
        # stamp first: whoever removes the order later finds the pane by its stamp
        Path(path).unlink()
    except FileNotFoundError:  # the order was removed before the agent could start
        client.call(["kill-pane", "-t", pane])
        return
    with contextlib.suppress(OSError):  # a long prompt stays in the folder
        Path(path).parent.rmdir()
    environment = {**os.environ, **order["environment"], "PWD": order["cwd"]}
    program, *_ = argv = order["argv"]
    try:
        os.chdir(order["cwd"])
        os.execvpe(program, argv, environment)  # noqa: S606  # the agent takes this process's place
    except OSError as error:
        sys.exit(f"cannot start {program}: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1])
