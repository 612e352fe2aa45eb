"""The actions of the room on its list of members, and on the selected member, a row each."""

from __future__ import annotations

from cafleet_tui.keys.room_actions import run

ROWS = {
    "members": (
        ("members.open", "enter", "open", "screen", "Show its screen; unfold"),
        (
            "members.filter",
            "f",
            "filter",
            "only this one",
            "Its messages alone, or all",
        ),
        ("members.mention", "r", "mention", "write to", "Write to this agent"),
        (
            "members.detail",
            "d",
            run("members.detail"),
            "details",
            "All that is known of this agent",
        ),
        (
            "members.create",
            "n",
            run("members.create"),
            "new member",
            "Start a new member",
        ),
        (
            "members.adopt",
            "A",
            run("members.adopt"),
            "adopt",
            "Make an agent that runs already a member",
        ),
        (
            "members.columns",
            "vertical_line",
            "app.columns",
            "columns",
            "Choose what the list shows beside the names",
        ),
        (
            "members.note",
            "number_sign",
            run("members.note"),
            "note",
            "Note something of this agent, for yourself",
        ),
        (
            "members.pin",
            "P",
            run("members.pin"),
            "pin",
            "Keep this agent on top, or no longer",
        ),
        (
            "members.order",
            "S",
            run("members.order"),
            "order",
            "By need, by name, by state, by who did something last",
        ),
        (
            "members.find",
            "F",
            run("members.find"),
            "filter",
            "List those alone in which this occurs",
        ),
        ("members.up", "up,k", "move(0,-1)", "up", "The agent above"),
        ("members.down", "down,j", "move(0,1)", "down", "The agent below"),
        ("members.left", "left,h", "move(-1,0)", "left", "The agent to the left"),
        ("members.right", "right,l", "move(1,0)", "right", "The agent to the right"),
        ("members.first", "home", "first", "first", "The first agent"),
        ("members.last", "end", "last", "last", "The last agent"),
    ),
    "screen": (
        (
            "screen.find",
            "slash",
            run("screen.find"),
            "find",
            "Find words on this screen",
        ),
        ("screen.next", "n", run("screen.next"), "next", "The next place"),
        ("screen.previous", "N", run("screen.previous"), "back", "The place before"),
        ("screen.copy", "y", "copy", "copy", "Copy what stands there"),
    ),
    "acts": (
        ("acts.ping", "p", run("acts.ping"), "ping", "Type the poll command"),
        ("acts.write", "t", run("acts.write"), "input", "Answer in words"),
        ("acts.exec", "e", run("acts.exec"), "exec", "Have it run a command"),
        ("acts.prompt", "m", run("acts.prompt"), "prompt", "Type a prompt"),
        (
            "acts.interrupt",
            "x",
            run("acts.interrupt"),
            "interrupt",
            "Have it stop what it does",
        ),
        (
            "acts.restart",
            "R",
            run("acts.restart"),
            "restart",
            "Start its program again",
        ),
        (
            "acts.diff",
            "D",
            run("acts.diff"),
            "changes",
            "Read what it has changed, and comment on it",
        ),
        ("acts.capture", "c", run("acts.capture"), "capture", "Read its screen"),
        ("acts.go", "g", run("acts.go"), "go to pane", "Go to its pane"),
        (
            "acts.release",
            "L",
            run("acts.release"),
            "let go",
            "Let it go; its pane and program stay",
        ),
        (
            "acts.delete",
            "backspace,delete",
            run("acts.delete"),
            "delete",
            "End it, and its pane",
        ),
        *(
            (
                f"acts.answer{digit}",
                str(digit),
                run(f"acts.answer{digit}"),
                f"answer {digit}",
                f"Choose answer {digit} of its question",
            )
            for digit in range(1, 10)
        ),
    ),
}
"""The actions of these regions, in the order in which help lists them."""
