"""Record the README's animation of the demo: `python -m screenshots.movie`."""

from __future__ import annotations

import sys
from pathlib import Path

from screenshots.animation import animated
from screenshots.recording import Step, camera

MOVIE = Path(__file__).parent / "demo.svg"
TITLE = (
    "A team of agents at work in tmux: the control room on top, the agents' panes below"
)

_COLUMNS, _ROWS = 128, 44
_ANSWER = "… and 1 to choose the first answer."
_WRITE = "Write to anyone with @name. It is stored first, then typed into the pane."
_REPLY = "@drafter Yes, all of them, please."

STEPS = (
    Step(
        "The Director tells everyone to begin. Each member gets it typed into its own pane.",
        (),
        "Review done",
        0.5,
    ),
    Step(
        "They ack and report with the same command line that you can use.",
        (),
        "reviewer needs you",
        1.5,
    ),
    Step(
        "A member asks. Press q to see who waits …", ("F2", "q"), "Who needs you", 2.0
    ),
    Step(_ANSWER, ("1",), "Nobody waits", 1.5),
    Step(_ANSWER, ("Escape",), "", 1.0),
    Step(_WRITE, ("Escape",), "", 0.7),
    Step(_WRITE, (*_REPLY, "Enter"), "settles it", 2.0),
    Step(
        "See at a glance who has acked, who works and who waits.",
        (),
        "Phase one is complete",
        3.0,
    ),
)


def main() -> int:
    """Record the demo and write the animation."""
    demo = [sys.executable, "-P", "-m", "cafleet_core", "demo"]
    with camera(demo, _COLUMNS, _ROWS) as filmed:
        filmed.play(Step("", (), "Phase one starts now", 0))
        filmed.frames.clear()
        for step in STEPS:
            filmed.play(step)
    MOVIE.write_text(animated(filmed.frames, _COLUMNS, _ROWS, TITLE), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
