"""The actions of dialogs and of the session picker."""

from __future__ import annotations

REGIONS = {
    "picker": "Sessions",
    "new_session": "A new session",
    "queue": "Who needs you",
    "detail": "A message in full",
    "member": "An agent in full",
    "new_member": "A new member",
    "ask": "Asked for words",
    "confirm": "Asked for a yes",
    "text": "A screen as text",
    "help": "These keys",
}
"""The headings under which help lists them, in order."""

_CLOSE = ("dismiss", "close", "Go back to the room")

ROWS = {
    "picker": (
        ("picker.open", "enter", "open", "open", "Open the session"),
        (
            "picker.new",
            "n",
            "new_session",
            "new session",
            "Start a session of your own",
        ),
        ("picker.deleted", "d", "deleted", "deleted ones", "Show deleted ones, or not"),
        ("picker.back", "escape", "back", "back", "Go back to the room"),
    ),
    "new_session": (
        ("new_session.start", "ctrl+s", "start", "start", "Start the session"),
        ("new_session.cancel", "escape", "dismiss(None)", "cancel", "Start none"),
    ),
    "queue": (
        ("queue.up", "up,k", "move(-1)", "up", "The question above"),
        ("queue.down", "down,j,tab", "move(1)", "down", "The question below"),
        ("queue.write", "t", "write", "in words", "Answer the marked one in words"),
        ("queue.go", "g", "go", "go to pane", "Go to the marked one's pane"),
        ("queue.close", "escape,q", "screen.dismiss", *_CLOSE[1:]),
        *(
            (
                f"queue.answer{digit}",
                str(digit),
                f"answer({digit})",
                f"answer {digit}",
                f"Choose answer {digit}",
            )
            for digit in range(1, 10)
        ),
    ),
    "detail": (
        ("detail.reply", "r", "reply", "reply", "Answer it"),
        ("detail.ack", "a", "ack", "ack", "Say that you have dealt with it"),
        ("detail.copy", "y", "copy", "copy", "Copy its text"),
        (
            "detail.cancel",
            "x",
            "cancel",
            "cancel",
            "Take it back from who has not acked",
        ),
        ("detail.close", "escape,enter,q", *_CLOSE),
    ),
    "member": (("member.close", "escape,enter,q,d", *_CLOSE),),
    "new_member": (
        ("new_member.start", "ctrl+s", "start", "start", "Start the member"),
        ("new_member.cancel", "escape", "dismiss(None)", "cancel", "Start nobody"),
    ),
    "ask": (
        ("ask.done", "enter", "done", "do it", "Take the words"),
        ("ask.cancel", "escape", "dismiss(None)", "cancel", "Leave it"),
    ),
    "confirm": (
        ("confirm.yes", "y", "dismiss(True)", "yes", "Do it"),
        ("confirm.no", "escape,n", "dismiss(False)", "no", "Leave it"),
        (
            "confirm.other",
            "left,right,tab",
            "app.focus_next",
            "other",
            "Go to the other button",
        ),
    ),
    "text": (
        ("text.copy", "y", "copy", "copy", "Copy the text"),
        ("text.close", "escape,enter,q", *_CLOSE),
    ),
    "help": (("help.close", "escape,enter,q,question_mark", *_CLOSE),),
}
"""The actions of each region: id, keys, Textual action, label, and what it does."""
