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
| `argv` | The command that starts it; `{name}`, `{python}` and, within a word too, `{session_id}` are filled in. A new agent needs it. |
| `director_argv` | The same for the Director of `cafleet up`, who may ask you; without it, `argv`. |
| `model_argv`, `effort_argv`, `prompt_argv`, `folder_argv` | What is added for `{model}`, for `{effort}` (within a word too), for `{prompt}`, for a readable `{folder}`. |
| `conversation_argv`, `resume_argv` | What is added to begin a conversation with the id `{conversation}`, where the program takes one of our choice; and to go on with it. |
| `conversation_variable` | The variable in which the program tells the commands it runs which conversation it is in. |
| `models`, `efforts` | All that it takes there, `*` and `?` standing for any letters (`["*/*"]`); anything else is refused before it is started. Left out: whatever is given. |
| `process_names` | Its foreground commands as tmux shows them; nothing is typed into any other. |
| `environment_marks` | Variables that it sets for the commands it runs. |
| `exit_command`, `shell_prefix` | How it is left, and how it runs a shell command. |
| `interrupt_keys` | The keys that have it stop working, pressed one after the other: `Escape`, or such as `C-c`. Left out, it cannot be interrupted from elsewhere. |
| `cues` | A table of lists of regular expressions: `waiting`, `busy`, `idle`, `title_waiting`, `title_busy`, `title_idle`, `composer`, `covered`, `viewer`, `focus`, `folded`, `furniture`, `limit`, `failed`, `prompt`, `suspended`, `confirm`; and `mention`: signs before a name that have the program read a file or follow a skill (`["@"]`; with a blank before it only at the beginning of a word), which are broken in what is typed: [security.md](security.md#what-a-body-can-do). |

```toml
[agents.aider]
argv = ["aider", "--no-pretty"]
process_names = ["aider", "python3"]
exit_command = "/quit"

[agents.aider.cues]
idle = ['^>( |$)']
```

Cues are searched in the last lines of the screen, their trailing blanks cut off, those for titles
in the pane's title. `composer` is searched in the whole screen at once and matches the input box
with all its rows; nothing is typed while it is not seen. Without it `idle` must be seen, or
`title_idle`; without any of them the foreground process alone decides. `covered` are lines that
show another view in the box's place, `suspended` what the program leaves when it is stopped (the
title, where that is all), `limit` and `failed` what it says when its service refuses it, after the line `prompt` that began
the turn; in a `limit` the groups `hours`, `minutes` and `seconds` tell for how long still. `folded`
stands in the box for a long paste; its groups `lines` or `chars` tell its length.
`focus = ["caret"]` demands the visible cursor in the box. A change applies at once, also to
members that are running; `cafleet member explain` shows each cue and what it met.
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
