"""The document of all settings, made from their table."""

from __future__ import annotations

from cafleet_core.config.keys import KEYS, Value

_HEAD = """\
# Settings

<!-- Made by `make docs` from the program itself; change the program, not this file. -->

They live in `$XDG_CONFIG_HOME/cafleet/config.toml`, by default `~/.config/cafleet/config.toml`
(`cafleet config path`); none is needed. A variable wins over the file, an option over both.
`cafleet config show` tells each value and where it came from, `cafleet config check` what is
wrong with the file, by line; `cafleet config set NAME VALUE` and `unset` change it and keep its
comments, and so does `f10` in the control room, where theme and keys count at once, the rest when
the settings are closed. A `cafleet server`, and a process that delivers in the background, read them
when they start.

"""

_TAIL = """
## Keys

`[tui.keys]` gives an action of the control room other keys; [keys.md](keys.md) has the actions.

```toml
[tui.keys]
"room.members" = "f2,ctrl+l"
```

## Coding agents

`[agents.<name>]` overrides what is known of a coding agent, key by key, or adds one.

| key | meaning |
| --- | --- |
| `argv` | The command that starts it; `{name}`, `{python}`, `{port}` (a free one on loopback) and `{session_id}` are filled in, here and below within a word too. A new agent needs it. |
| `director_argv` | The same for the Director of `cafleet up`, who may ask you; without it, `argv`. |
| `model_argv`, `effort_argv`, `prompt_argv`, `folder_argv` | What is added for `{model}`, for `{effort}`, for `{prompt}`, for a readable `{folder}`. Without `prompt_argv` the first prompt is typed once the agent is at rest. |
| `conversation_argv`, `resume_argv` | What is added to begin a conversation with the id `{conversation}`, where the program takes one of our choice; and to go on with it. |
| `conversation_variable` | The variable in which the program tells the commands it runs which conversation it is in. |
| `account` | The variable that names the folder of its settings, and that folder where the variable is not set (`["CLAUDE_CONFIG_DIR", "~/.claude"]`): whose [limits](usage.md#at-a-limit) it runs into. Left out, its limits are its own. |
| `models`, `efforts` | All that it takes there, `*` and `?` standing for any letters (`["*/*"]`); anything else is refused before it is started. Left out: whatever is given. |
| `process_names` | Its foreground commands as tmux shows them; nothing is typed into any other. |
| `program` | Where one of these is an interpreter's (`node`, `python3`): a regular expression that is searched in its command line, in the program and in the first word after it that is no option. What does not meet it is another program, and nothing is typed into it. |
| `paste_lines` | How many lines it takes as they are pasted, 3 or more; of more it may submit a placeholder alone. A turn that is typed has no more, and says how many messages are to be polled. |
| `submit_delay` | How many milliseconds it needs between a text and Enter, up to 250. The tmux server presses Enter then, if that is still the agent's pane, and shows no question; nobody else types there meanwhile. |
| `startup` | Screens that it may begin with, and the key that leaves each (`[{ shows = 'press any key', key = "Escape" }]`): pressed once, while a line that meets `shows` is there. A question of trust is yours to answer, unless you put it here. |
| `environment_marks` | Variables that it sets for the commands it runs. |
| `environment` | A table of variables that it is started with; `{secret}` in one is a new password. |
| `exit_command`, `shell_prefix` | How it is left (several lines are a turn each), and how it runs a shell command. |
| `interrupt_keys` | The keys that have it stop working, pressed one after the other: `Escape`, or such as `C-c`. Left out, it cannot be interrupted from elsewhere. |
| `cues` | A table of lists of regular expressions: `waiting`, `busy`, `idle`, `title_waiting`, `title_busy`, `title_idle`, `composer`, `box_begin`, `box_end`, `glyph`, `covered`, `viewer`, `focus`, `folded`, `furniture`, `limit`, `failed`, `prompt`, `suspended`, `confirm`; and, which are no expressions, `suggestion_style`, `marks`, `answers`, and `mention`: signs before a name that have the program read a file or follow a skill (`["@"]`; with a blank before it only at the beginning of a word), which are broken in what is typed: [security.md](security.md#what-a-body-can-do). |

```toml
[agents.sage]
argv = ["sage", "--plain"]
process_names = ["sage", "python3"]
program = 'sage$'
exit_command = "/quit"

[agents.sage.cues]
idle = ['^>( |$)']
```

Cues are searched in the last lines of the screen, their trailing blanks cut off, those for titles
in the pane's title. `composer` is searched in the whole screen at once and matches the input box
with all its rows; nothing is typed while it is not seen. Instead of it, `box_begin` and `box_end`
are the line above the box and the one below (both may be the same rule), and `glyph` what stands
before the text in its first row: `'^ > '`. Without a box `idle` must be seen, or
`title_idle`; without any of them the foreground process alone decides. `suggestion_style` are the
numbers of the colour in which it writes suggestions into its box (`["38;5;103"]`), dim ones being
known. `furniture` are whole other lines that it writes there. `covered` are lines that
show another view in the box's place, `suspended` what the program leaves when it is stopped (the
title, where that is all), `limit` and `failed` what it says when its service refuses it, after the line `prompt` that began
the turn; in a `limit` the groups `hours`, `minutes` and `seconds` tell for how long still. `folded`
stands in the box for a long paste; its groups `lines` or `chars` tell its length.
`focus = ["caret"]` demands the visible cursor in the box.

Numbered answers are read if one of them is marked with `❯`, `›`, `>` or one of `marks` (`["●"]`).
`answers` are those without a number, each with the line that shows it, the key that gives it (a
letter, a digit, `Enter`, `Escape`, `Tab`, `BTab`, `Space` or an arrow) and its words:
`answers = [{ shows = '\\[y\\] Approve', key = "y", words = "Approve" }]`. A change applies at once, also to
members that are running; `cafleet member explain` shows each cue and what it met.

For an agent of your own, run it in a pane, and record what it shows in each state:
`cafleet agent-kind record sage --pane %3 --state idle`, then `busy` and `waiting`. Each time cues are
proposed, for you to choose from; `cafleet agent-kind check sage` tells which of the recorded screens
the agent's cues read as what they show. They are kept in `screens/sage` beside this file.
"""


def document() -> str:
    """Every key with its default, its variable and its meaning, in Markdown."""
    lines = ["## Keys of the file\n"]
    table = ""
    for key in KEYS:
        name, _, word = key.name.partition(".")
        if name != table:
            table = name
            lines.append(f"\n### `[{table}]`\n")
            lines.append("| key | default | variable | meaning |")
            lines.append("| --- | --- | --- | --- |")
        lines.append(
            f"| `{word}` | {_written(key.default)} | `{key.variable}` | {key.meaning} |"
        )
    return _HEAD + "\n".join(lines) + "\n" + _TAIL


def _written(value: Value) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return f"`{list(value)}`"
    return f"`{value!r}`".replace("'", '"')
