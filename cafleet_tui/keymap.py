"""The keys that a user wants for actions: checked, and what the document says of each action."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from cafleet_core.errors import InvalidSetting
from cafleet_core.suggestion import nearest
from cafleet_tui.actions import ACTIONS, REGIONS, in_region, keys

DOCUMENT = Path(__file__).parents[1] / "docs" / "keys.md"

_HEAD = """\
# Keys of the control room

<!-- Made by `make docs` from the program itself; change the program, not this file. -->

`F1` shows them too, and `Ctrl+P` finds an action by its name. Another key for an action goes into
[config.toml](config.md), by the action's name: `[tui.keys]`, `"room.members" = "f2,ctrl+l"`.
"""

_SHARED = (("room", "letters"), ("members", "acts"))

_COLUMNS = (
    "| keys | action | does | the same from a shell |\n| --- | --- | --- | --- |\n"
)


def check(wanted: Mapping[str, str]) -> None:
    """Raise InvalidSetting for an action that there is not, or a key that does two things."""
    known = {action.id: action for action in ACTIONS}
    for action_id in wanted:
        if action_id not in known:
            meant = nearest(action_id, known)
            hint = f"; did you mean {meant}?" if meant else "."
            raise InvalidSetting(f"tui.keys.{action_id}: no such action{hint}")
    for regions in _together():
        taken: dict[str, str] = {}
        for action in (action for region in regions for action in in_region(region)):
            for key in keys(action.id, wanted):
                if other := taken.get(key):
                    raise InvalidSetting(
                        f"tui.keys: {key} is both {other} and {action.id}."
                    )
                taken[key] = action.id


def _together() -> list[tuple[str, ...]]:
    """The regions whose keys work at the same place, where no key may mean two things."""
    alone = [(one,) for one in REGIONS if not any(one in many for many in _SHARED)]
    return [tuple(dict.fromkeys(("everywhere", *many))) for many in (*_SHARED, *alone)]


def document() -> str:
    """Every action by region: its keys, its name, what it does and what else does it, in Markdown."""
    parts = [_HEAD]
    for region, title in REGIONS.items():
        parts.append(f"\n## {title}\n\n{_COLUMNS}")
        for action in in_region(region):
            usual = " ".join(f"`{key}`" for key in action.keys.split(","))
            twin = f"`{action.command}`" if action.command else ""
            parts.append(f"| {usual} | `{action.id}` | {action.tooltip} | {twin} |\n")
    return "".join(parts)


def main() -> int:
    """Write the document; with `--check`, say whether it is stale instead."""
    if "--check" in sys.argv[1:]:
        fresh = DOCUMENT.exists() and DOCUMENT.read_text("utf-8") == document()
        if not fresh:
            sys.stderr.write(f"stale: {DOCUMENT}\n")
        return 0 if fresh else 1
    DOCUMENT.write_text(document(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
