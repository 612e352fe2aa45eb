"""The actions of dialogs and of the session picker."""

from __future__ import annotations

from cafleet_tui.keys import text_actions

REGIONS = {
    "picker": "Sessions",
    "new_session": "A new session",
    "queue": "Who needs you",
    "inbox": "For you",
    "search": "Searching",
    "command": "Command line",
    "settings": "Settings",
    "grid": "Screens side by side",
    "columns": "Columns of the members",
    "member_filter": "Filtering the members",
    "detail": "A message in full",
    "member": "An agent in full",
    "diff": "What a member has changed",
    "comment": "A comment on a line",
    "new_member": "A new member",
    "adopt": "Agents that nobody owns",
    "ask": "Asked for words",
    "confirm": "Asked for a yes",
    "text": "A screen as text",
    "help": "These keys",
    "pager": "In a long text",
}
"""The headings under which help lists them, in order."""

_CLOSE = text_actions.CLOSE

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
        (
            "picker.filter",
            "slash,f",
            "filter",
            "filter",
            "List those alone in which this occurs",
        ),
        ("picker.up", "up,k", "move(-1)", "up", "The session above"),
        ("picker.down", "down,j", "move(1)", "down", "The session below"),
        (
            "picker.back",
            "escape",
            "back",
            "back",
            "Clear the filter, else go back to the room",
        ),
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
    "search": (
        ("search.done", "enter", "done", "show", "Keep what is shown"),
        ("search.older", "up", "recall(1)", "before", "The search before"),
        ("search.newer", "down", "recall(-1)", "after", "The search after"),
        (
            "search.cancel",
            "escape",
            "dismiss(None)",
            "cancel",
            "Show what was shown before",
        ),
    ),
    "grid": (
        ("grid.open", "enter", "open", "alone", "Show the marked screen alone"),
        ("grid.go", "g", "go", "go to pane", "Go to the marked one's pane"),
        ("grid.up", "up,k", "move(0,-1)", "up", "The screen above"),
        ("grid.down", "down,j", "move(0,1)", "down", "The screen below"),
        ("grid.left", "left,h", "move(-1,0)", "left", "The screen to the left"),
        ("grid.right", "right,l", "move(1,0)", "right", "The screen to the right"),
        ("grid.next_page", "pagedown,space", "page(1)", "more", "The next screens"),
        ("grid.page_before", "pageup,b", "page(-1)", "before", "The screens before"),
        ("grid.close", "escape,q,V,f12", *_CLOSE),
    ),
    "member_filter": (
        ("member_filter.done", "enter", "done", "keep", "Keep what is listed"),
        ("member_filter.up", "up", "move(-1)", "up", "The agent above"),
        ("member_filter.down", "down", "move(1)", "down", "The agent below"),
        (
            "member_filter.cancel",
            "escape",
            "dismiss(None)",
            "all",
            "List everybody again",
        ),
    ),
    "command": (
        ("command.run", "enter", "run_line", "run", "Run the line"),
        ("command.complete", "tab", "complete", "complete", "Complete the last word"),
        ("command.older", "up", "recall(1)", "before", "The line before"),
        ("command.newer", "down", "recall(-1)", "after", "The line after"),
        ("command.page_up", "pageup", "pages(-1)", "page up", "A page up"),
        (
            "command.page_down",
            "pagedown",
            "pages(1)",
            "page down",
            "A page down",
        ),
        ("command.copy", "ctrl+y", "copy", "copy", "Copy what was printed"),
        (
            "command.close",
            "escape",
            "close",
            "close",
            "Stop the command that runs; else go back to the room",
        ),
    ),
    "inbox": (
        ("inbox.up", "up,k", "move(-1)", "up", "The message above"),
        ("inbox.down", "down,j", "move(1)", "down", "The message below"),
        ("inbox.page_up", "pageup", "page(-1)", "page up", "A page up"),
        ("inbox.page_down", "pagedown", "page(1)", "page down", "A page down"),
        ("inbox.first", "home", "first", "first", "The first message"),
        ("inbox.last", "end,G", "last", "last", "The last message"),
        (
            "inbox.ack",
            "a",
            "ack",
            "ack",
            "Say that you have dealt with it, or with the marked ones; go on",
        ),
        (
            "inbox.ack_all",
            "A",
            "ack_all",
            "ack all",
            "Say that you have dealt with all of them",
        ),
        ("inbox.mark", "space", "mark", "mark", "Mark it, or not, and go on"),
        ("inbox.undo", "u", "undo", "undo", "Take the last ack back, within 10 s"),
        ("inbox.open", "enter", "open", "open", "The whole message"),
        ("inbox.reply", "r", "reply", "reply", "Answer it"),
        ("inbox.close", "escape,q,i,f6", "screen.dismiss", *_CLOSE[1:]),
    ),
    "settings": (
        (
            "settings.change",
            "enter,right,l",
            "change",
            "change",
            "The next value, or another one that you write",
        ),
        ("settings.before", "left,h", "before", "value before", "The value before"),
        (
            "settings.usual",
            "backspace,delete",
            "usual",
            "as it comes",
            "Take it out of the file: the default counts",
        ),
        ("settings.close", "escape,q", *_CLOSE),
    ),
    "columns": (
        ("columns.switch", "enter,space", "switch", "on, off", "Show it, or not"),
        ("columns.left", "K,shift+up", "shift(-1)", "left", "Further to the left"),
        ("columns.right", "J,shift+down", "shift(1)", "right", "Further to the right"),
        (
            "columns.usual",
            "backspace,delete",
            "usual",
            "as they come",
            "Show the columns that come",
        ),
        ("columns.close", "escape,q", *_CLOSE),
    ),
    "member": (("member.close", "escape,enter,q,d", *_CLOSE),),
    "new_member": (
        ("new_member.start", "ctrl+s", "start", "start", "Start the member"),
        ("new_member.cancel", "escape", "dismiss(None)", "cancel", "Start nobody"),
    ),
    "adopt": (
        ("adopt.take", "enter", "take", "adopt", "Make it a member"),
        ("adopt.close", "escape,q", "dismiss(None)", *_CLOSE[1:]),
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
    **text_actions.ROWS,
}
"""The actions of each region: id, keys, Textual action, label, and what it does."""
