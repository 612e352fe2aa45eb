"""The actions of the composer, and of what stands over it, a row each."""

from __future__ import annotations

from cafleet_tui.keys.room_actions import run

ROWS = {
    "composer": (
        ("composer.send", "enter", "send", "send", "Send what is written"),
        (
            "composer.newline",
            "ctrl+j,shift+enter",
            "newline",
            "new line",
            "Begin a line",
        ),
        (
            "composer.older",
            "up",
            "recall(1)",
            "sent before",
            "In an empty composer: what was sent before, older with each press",
        ),
        (
            "composer.newer",
            "down",
            "recall(-1)",
            "newer",
            "Back towards the empty composer",
        ),
        (
            "composer.edit",
            "ctrl+e",
            "edit_elsewhere",
            "editor",
            "Write in your own editor: $VISUAL, or $EDITOR",
        ),
        (
            "composer.template",
            "ctrl+t",
            run("composer.template"),
            "template",
            "Write one of your templates, and fill it in",
        ),
        (
            "composer.aside",
            "ctrl+n",
            run("composer.aside"),
            "other draft",
            "Set this text aside, and go on with the next one, or an empty one",
        ),
        (
            "composer.take_back",
            "ctrl+r",
            run("composer.take_back"),
            "take back",
            "Take back what was sent last, and write it anew",
        ),
        (
            "composer.escape",
            "escape",
            "dismiss",
            "close",
            "Close what is offered, take back the reply, or show every message again",
        ),
    ),
    "names": (
        ("names.up", "up", "move(-1)", "up", "The one above"),
        ("names.down", "down", "move(1)", "down", "The one below"),
        ("names.take", "enter,tab", "complete", "take", "Write the marked one"),
        ("names.close", "escape", "close", "close", "Offer none"),
    ),
}
"""The actions of each region, in the order in which help lists them."""
