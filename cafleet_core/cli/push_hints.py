"""What each push reason means, and what to do about it, as documented and shown."""

from __future__ import annotations

BY_PUSH_REASON = {
    "question": (
        "A question is on its screen.",
        "Answer it: `f4` in the control room, or `cafleet member send-input`.",
    ),
    "scheduled": (
        "Its sender gave it a time, or has it wait for an agent.",
        "Wait; or take it back with `cafleet message cancel`.",
    ),
    "draft": (
        "Somebody has half written a line in its input box.",
        "Submit or clear the line in the pane.",
    ),
    "busy": (
        "It is at work.",
        "Nothing; after `hold_timeout` seconds it is typed all the same.",
    ),
    "exec": (
        "A command of `cafleet member exec` runs in its pane.",
        "Nothing; it is typed once the command has ended.",
    ),
    "covered": (
        "Something is in front of its input box: a view, a pager, an editor.",
        "Close it in the pane; `cafleet member explain` shows what was seen.",
    ),
    "unknown": (
        "Its screen shows nothing that it is known by at rest.",
        "Look at the pane; where it is at rest, mend its cues in config.toml: docs/config.md.",
    ),
    "suspended": (
        "Its program was stopped, with Ctrl-Z perhaps.",
        "Let it go on: `fg` in its shell, or `kill -CONT` with its process id.",
    ),
    "limit": (
        "Its service gives it nothing more until its usage limit is over.",
        "Nothing; `cafleet member explain` tells the time where it is known.",
    ),
    "failed": (
        "Its service refuses it: a login that has ended, or an overload.",
        "Look at the pane; it is tried again once the agent has had a turn.",
    ),
    "host_away": (
        "The host that it lives on is not here.",
        "Nothing; it is typed there once the host is back.",
    ),
    "copy_mode": (
        "The pane is scrolled back, in tmux's copy mode.",
        "Press `q` in the pane.",
    ),
    "synchronized": (
        "The pane's keys go to other panes too (`synchronize-panes`).",
        "`tmux set -w synchronize-panes off` in its window.",
    ),
    "input_off": (
        "The pane takes no keys (`select-pane -d`).",
        "`tmux select-pane -e` with the pane as target.",
    ),
    "starting": (
        "The agent has not shown its input box yet.",
        "Nothing; if it lasts, look at the pane: it may ask for a login or for trust in the folder.",
    ),
    "pending_placement": (
        "Its pane is being made.",
        "Nothing; if it lasts, `cafleet doctor --fix`.",
    ),
    "no_placement": (
        "It has no pane: the Administrator, or an agent registered without `--here`.",
        "Nothing: it polls, or reads in the control room.",
    ),
    "self": ("An agent wrote to itself.", "Nothing: it can poll."),
    "not_the_agent": (
        "Another program runs in the pane than the agent, or the pane has lost its mark.",
        "Look at the pane; end it with `cafleet member delete` if the agent is gone. `cafleet doctor --fix` marks a pane again.",
    ),
    "another_agent": (
        "The agent's program has ended or its pane was started anew, and another runs there now.",
        "If that is the same agent, started again: `cafleet agent adopt`, in its pane.",
    ),
    "pane_gone": (
        "The pane has closed, or its program has ended.",
        "Delete the member and create it again; the message waits to be polled.",
    ),
    "server_gone": (
        "The tmux server has ended.",
        "`cafleet doctor --fix`, and create the members again.",
    ),
    "expired": (
        "For a day there was nobody in its pane to tell.",
        "Nothing: it is typed no more, and waits to be polled.",
    ),
    "other_host": (
        "The agent lives on another machine.",
        "Nothing: it is typed by a cafleet process there, at the latest by the next command.",
    ),
    "no_access": (
        "Who sent may not reach tmux: it runs in a sandbox, as another user perhaps.",
        "Nothing, while the control room or a monitor is open: it types within seconds. For good: docs/guides/mixed-team.md.",
    ),
    "no_answer": (
        "tmux could not be asked: it hangs, or its socket is away. The agent may well be there.",
        "It is tried again every few seconds; if it lasts, `cafleet doctor` says what is wrong.",
    ),
    "tmux_missing": (
        "tmux is not on the PATH of who sent.",
        "Any cafleet command where tmux is found makes the push.",
    ),
    "enter_again": (
        "The text stood unsubmitted, so Enter was pressed once more.",
        "Nothing; it is looked at again.",
    ),
    "not_submitted": (
        "It stands in the input box although Enter was pressed again.",
        "Go to the pane and press Enter.",
    ),
    "inbox_held": (
        "It asks its human whether to take a message from another session.",
        "Answer in the pane; nothing is typed. Later messages are typed after two such.",
    ),
    "inbox_silent": (
        "Its own inbox has not taken it: a setting of its program's, perhaps.",
        "Nothing: it is typed instead. `cafleet doctor` names whose inbox is used no more.",
    ),
    "unverified": (
        "Typed or handed over, but nothing tells whether the agent took it.",
        "Nothing, unless no ack comes: look at the pane.",
    ),
}
"""By push reason, which `message send` prints in brackets: what is the case, what to do."""
