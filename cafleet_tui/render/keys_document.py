"""`docs/keys.md`: every action with its keys, and every sign, made from the room itself."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from cafleet_tui.keys import earlier_ids, presets
from cafleet_tui.keys.actions import REGIONS, in_region
from cafleet_tui.render.legend import legend

DOCUMENT = Path(__file__).parents[2] / "docs" / "keys.md"

_HEAD = """\
# Keys and signs of the control room

<!-- Made by `make docs` from the program itself; change the program, not this file. -->

`F1` shows them too, and `Ctrl+P` finds an action by its name. Another key for an action goes into
[config.toml](config.md), by the action's name: `[tui.keys]`, `"room.members" = "f2,ctrl+l"`. What
works everywhere, and what goes somewhere in the room, also does so while one writes: its key cannot
be a letter. `[tui] preset` is `default`, `vim` or `emacs`: the tables at the end say what they change.
Names of earlier versions still count: EARLIER.
"""

_COLUMNS = (
    "| keys | action | does | the same from a shell |\n| --- | --- | --- | --- |\n"
)


def document() -> str:
    """Every action by region: keys, id, meaning and CLI equivalent, in Markdown."""
    parts = [_HEAD.replace("EARLIER", earlier_ids.examples())]
    for region, title in REGIONS.items():
        parts.append(f"\n## {title}\n\n{_COLUMNS}")
        for action in in_region(region):
            usual = " ".join(f"`{key}`" for key in action.keys.split(","))
            command = f"`{action.command}`" if action.command else ""
            parts.append(
                f"| {usual} | `{action.id}` | {action.tooltip} | {command} |\n"
            )
    return "".join([*parts, *_presets(), *_signs()])


def _presets() -> Iterator[str]:
    """The presets that change keys, as a table each."""
    for name, changed in presets.PRESETS.items():
        if changed:
            yield f"\n## The preset `{name}`\n\n| action | keys |\n| --- | --- |\n"
        for action_id, chosen in changed.items():
            keyed = " ".join(f"`{key}`" for key in chosen.split(","))
            yield f"| `{action_id}` | {keyed} |\n"


def _signs() -> Iterator[str]:
    """The signs of the room, as a table each."""
    for heading, signs in legend():
        yield f"\n## {heading}\n\n| sign | word | means |\n| --- | --- | --- |\n"
        for sign in signs:
            yield f"| `{sign.glyph}` | {sign.word} | {sign.meaning} |\n"


def main() -> int:
    """Write the document; with `--check`, only say whether it is stale."""
    if "--check" in sys.argv[1:]:
        fresh = DOCUMENT.exists() and DOCUMENT.read_text("utf-8") == document()
        if not fresh:
            sys.stderr.write(f"stale: {DOCUMENT}; `make docs` makes it anew\n")
        return 0 if fresh else 1
    DOCUMENT.write_text(document(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
