"""Check the user's keys for actions, and document every action with its keys."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from textual.keys import Keys

from cafleet_core.suggestion import nearest
from cafleet_tui.keys import dialog_actions, earlier_ids, presets
from cafleet_tui.keys.actions import ACTIONS, AT_ONCE, REGIONS, Action, in_region, keys

DOCUMENT = Path(__file__).parents[2] / "docs" / "keys.md"

_HEAD = """\
# Keys of the control room

<!-- Made by `make docs` from the program itself; change the program, not this file. -->

`F1` shows them too, and `Ctrl+P` finds an action by its name. Another key for an action goes into
[config.toml](config.md), by the action's name: `[tui.keys]`, `"room.members" = "f2,ctrl+l"`. What
works everywhere, and what goes somewhere in the room, also does so while one writes: its key cannot
be a letter. `[tui] preset` is `default`, `vim` or `emacs`: the tables at the end say what they change.
Names of earlier versions still count: EARLIER.
"""

_SHARED = (
    *(("room", "plain_keys", "replay"), ("members", "acts")),
    *(("detail", "pager"), ("text", "pager")),
)

_AROUND = ("everywhere", "room")
"""The regions with keys that work all over the room."""

_NAMED = frozenset(key.value for key in Keys)
"""Keys that type no character, except the space bar."""

_COLUMNS = (
    "| keys | action | does | the same from a shell |\n| --- | --- | --- | --- |\n"
)


def faults(
    wanted: Mapping[str, str], preset: str = "default"
) -> Iterator[tuple[str, str]]:
    """Unknown actions and keys that an action cannot have, as (setting, reason)."""
    known = {action.id for action in ACTIONS}
    written = earlier_ids.as_written(wanted)
    for action_id in wanted:
        if earlier_ids.present(action_id) not in known:
            meant = nearest(action_id, known)
            hint = f"; did you mean {meant}?" if meant else ""
            yield f"tui.keys.{action_id}", f"no such action{hint}"
    own, keyed = earlier_ids.presently(wanted), presets.keymap(preset, wanted)
    doubled = (fault for some in _together() for fault in _twice(some, keyed, own))
    for action_id, why in dict.fromkeys((*doubled, *_unwritable(own))):
        yield f"tui.keys.{written.get(action_id, action_id)}", why


def _twice(
    some: Iterable[Action], keyed: Mapping[str, str], own: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Keys with two meanings; the fault is that of the action that the human has named."""
    taken: dict[str, str] = {}
    for action in some:
        for key in keys(action.id, keyed):
            if other := taken.get(key):
                chosen = action.id if action.id in own else other
                yield chosen, f"{key} is both {other} and {action.id}"
            taken[key] = action.id


def _unwritable(wanted: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for action_id in AT_ONCE & wanted.keys():
        for key in keys(action_id, wanted):
            if key == "space" or ("+" not in key and key not in _NAMED):
                yield action_id, f"{key} could not be written any more"


def _together() -> Iterator[dict[Action, None]]:
    """The actions whose keys work at the same place, where no key may have two meanings."""
    shared = {region for regions in _SHARED for region in regions}
    alone = [(region,) for region in REGIONS if region not in shared]
    for regions in (*_SHARED, *alone):
        around = ("everywhere",) if regions[0] in dialog_actions.REGIONS else _AROUND
        first = (action for region in around for action in in_region(region))
        own = (action for region in regions for action in in_region(region))
        yield dict.fromkeys((*(a for a in first if a.id in AT_ONCE), *own))


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
    return "".join([*parts, *_presets()])


def _presets() -> Iterator[str]:
    """The presets that change keys, as a table each."""
    for name, changed in presets.PRESETS.items():
        if changed:
            yield f"\n## The preset `{name}`\n\n| action | keys |\n| --- | --- |\n"
        for action_id, chosen in changed.items():
            keyed = " ".join(f"`{key}`" for key in chosen.split(","))
            yield f"| `{action_id}` | {keyed} |\n"


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
