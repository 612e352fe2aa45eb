"""The moment of a replay and its pace, and what is said where it shows nothing."""

from __future__ import annotations

from textual.content import Content

from cafleet_tui.model.playback import Shown


def title(shown: Shown) -> Content:
    """The moment that is shown, with its day."""
    moment = shown.moment.astimezone()
    return Content.assemble(
        ("Replay", "bold"), (f"  {moment:%Y-%m-%d %H:%M:%S}", "bold $primary")
    )


def pace(shown: Shown) -> Content:
    """How fast the moment moves, or that it stands still."""
    words = "standing still" if shown.paused else f"{shown.speed:g} times as fast"
    if not shown.paused and shown.speed == 1:
        words = "as fast as it was"
    return Content.styled(words, "$warning" if shown.paused else "$text-muted")


def locked() -> Content:
    """The text in the composer of a replay."""
    return Content("This was then: nothing is sent, typed or stored from here.")


def no_screen() -> str:
    """The text in the place of a screen that was not stored."""
    return "no screen was kept of then"


def no_messages() -> tuple[str, ...]:
    """The text of an empty timeline."""
    return ("No message was sent by then",)


def nothing_more() -> Content:
    """That nothing of the kind comes any more."""
    return Content.styled("Nothing more of this kind is kept.", "$text-muted")


def without_events() -> Content:
    """That what the panes did is not known."""
    words = "No events are kept of before this moment: messages alone tell of it."
    return Content.styled(words, "$warning")
