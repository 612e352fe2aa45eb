"""The actions of a replay, a row each."""

from __future__ import annotations

from cafleet_tui.keys.room_actions import run

ROWS = {
    "replay": (
        (
            "replay.next",
            "right_square_bracket",
            run("replay.next"),
            "next event",
            "Go to what happened next",
        ),
        (
            "replay.previous",
            "left_square_bracket",
            run("replay.previous"),
            "back",
            "Go back to what happened before",
        ),
        (
            "replay.question",
            "right_curly_bracket",
            run("replay.question"),
            "question",
            "Go to the next question",
        ),
        (
            "replay.pause",
            "space",
            run("replay.pause"),
            "stop, go on",
            "Stand still, or go on",
        ),
        ("replay.faster", "plus", run("replay.faster"), "faster", "Twice as fast"),
        ("replay.slower", "minus", run("replay.slower"), "slower", "Half as fast"),
    ),
}
"""Those that move the moment, in the order in which help lists them."""
