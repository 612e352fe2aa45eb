"""The actions of dialogs in which a text is read: messages, screens, diffs, the help."""

from __future__ import annotations

CLOSE = ("dismiss", "close", "Go back to the room")
"""What a dialog's key does that leaves it: the Textual action, its label, its meaning."""

ROWS = {
    "detail": (
        ("detail.reply", "r", "reply", "reply", "Answer it"),
        ("detail.ack", "a", "ack", "ack", "Say that you have dealt with it"),
        ("detail.copy", "y", "copy", "copy", "Copy its text"),
        ("detail.open", "o", "open", "open file", "Open a file that came with it"),
        (
            "detail.cancel",
            "x",
            "cancel",
            "cancel",
            "Take it back from who has not acked",
        ),
        ("detail.close", "escape,enter,q", *CLOSE),
    ),
    "pager": (
        ("pager.down", "j", "lines(1)", "line down", "A line down"),
        ("pager.up", "k", "lines(-1)", "line up", "A line up"),
        ("pager.page_down", "space,pagedown", "pages(1)", "page down", "A page down"),
        ("pager.page_up", "b,pageup", "pages(-1)", "page up", "A page up"),
        ("pager.top", "g,home", "top", "top", "The first line"),
        ("pager.bottom", "G,end", "bottom", "bottom", "The last line"),
        ("pager.find", "slash", "find", "find", "Find words in it"),
        ("pager.next", "n", "find_next(1)", "next", "The next place"),
        ("pager.previous", "N", "find_next(-1)", "place before", "The place before"),
    ),
    "diff": (
        ("diff.up", "up", "lines(-1)", "up", "The line above"),
        ("diff.down", "down", "lines(1)", "down", "The line below"),
        (
            "diff.next_file",
            "right_square_bracket",
            "file(1)",
            "next file",
            "Go to the next file",
        ),
        (
            "diff.previous_file",
            "left_square_bracket",
            "file(-1)",
            "file before",
            "Go to the file before, or to the list of all",
        ),
        (
            "diff.go_on",
            "enter",
            "go_on",
            "go there",
            "Go to the file; on a line, comment on it",
        ),
        ("diff.comment", "c", "comment", "comment", "Comment on the line"),
        (
            "diff.remove",
            "x,backspace,delete",
            "remove",
            "remove",
            "Remove the comment that is not sent",
        ),
        ("diff.send", "s", "send", "send", "Send the comments as one review"),
        ("diff.edit", "e", "edit", "editor", "Open the file at the line"),
        ("diff.read", "r", "read", "read again", "Read the changes again"),
        ("diff.close", "escape,q", *CLOSE),
    ),
    "comment": (
        ("comment.done", "enter", "done", "keep", "Keep the comment"),
        (
            "comment.newline",
            "ctrl+j,shift+enter",
            "newline",
            "new line",
            "Begin a line",
        ),
        ("comment.cancel", "escape", "dismiss(None)", "cancel", "Leave it"),
    ),
    "text": (
        ("text.copy", "y", "copy", "copy", "Copy the text"),
        ("text.close", "escape,enter,q", *CLOSE),
    ),
    "help": (
        ("help.down", "down", "lines(1)", "line down", "A line down"),
        ("help.up", "up", "lines(-1)", "line up", "A line up"),
        ("help.page_down", "pagedown", "pages(1)", "page down", "A page down"),
        ("help.page_up", "pageup", "pages(-1)", "page up", "A page up"),
        ("help.top", "ctrl+home", "top", "top", "The first line"),
        ("help.bottom", "ctrl+end", "bottom", "bottom", "The last line"),
        ("help.close", "escape,enter", *CLOSE),
    ),
}
"""The actions of each region: id, keys, Textual action, label, and what it does."""
