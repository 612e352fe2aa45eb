"""Keys as other programs have them: `vim` and `emacs`, chosen by one setting."""

from __future__ import annotations

from collections.abc import Mapping

from cafleet_tui.keys import earlier_ids
from cafleet_tui.keys.actions import ACTIONS

_VIM = {
    "plain_keys.compose": "i,c",
    "plain_keys.inbox": "I",
    "inbox.close": "escape,q,I,f6",
    "pager.page_down": "ctrl+f,ctrl+d,space,pagedown",
    "pager.page_up": "ctrl+b,ctrl+u,b,pageup",
    "queue.up": "k,up",
    "queue.down": "j,down,tab",
    "names.up": "ctrl+k,up",
    "names.down": "ctrl+j,down",
}

_EMACS = {
    "app.palette": "alt+x",
    "room.search": "ctrl+s,f5",
    "composer.aside": "alt+n",
    "composer.older": "alt+p,up",
    "members.up": "ctrl+p,up,k",
    "members.down": "ctrl+n,down,j",
    "members.left": "ctrl+b,left,h",
    "members.right": "ctrl+f,right,l",
    "members.first": "alt+less_than_sign,home",
    "members.last": "alt+greater_than_sign,end",
    "timeline.previous": "ctrl+p,k",
    "timeline.next": "ctrl+n,j",
    "timeline.newest": "alt+greater_than_sign,end,G",
    "names.up": "ctrl+p,up",
    "names.down": "ctrl+n,down",
    "grid.up": "ctrl+p,up,k",
    "grid.down": "ctrl+n,down,j",
    "grid.left": "ctrl+b,left,h",
    "grid.right": "ctrl+f,right,l",
    "grid.next_page": "ctrl+v,pagedown,space",
    "grid.page_before": "alt+v,pageup,b",
    "member_filter.up": "ctrl+p,up",
    "member_filter.down": "ctrl+n,down",
    "pager.up": "ctrl+p,k",
    "pager.down": "ctrl+n,j",
    "pager.page_down": "ctrl+v,space,pagedown",
    "pager.page_up": "alt+v,b,pageup",
    "pager.top": "alt+less_than_sign,g,home",
    "pager.bottom": "alt+greater_than_sign,G,end",
    "pager.find": "ctrl+s,slash",
}

_QUIT = "ctrl+g"
"""What leaves everything in Emacs, beside the usual keys."""


def _leaving() -> dict[str, str]:
    """The actions that leave something, with the key for that too."""
    return {
        action.id: f"{action.keys},{_QUIT}"
        for action in ACTIONS
        if "escape" in action.keys.split(",")
    }


PRESETS: Mapping[str, Mapping[str, str]] = {
    "default": {},
    "vim": _VIM,
    "emacs": {**_leaving(), **_EMACS},
}
"""The keys of each preset by action; of others it has the default ones."""


def keymap(preset: str, own: Mapping[str, str]) -> dict[str, str]:
    """The keys by action: the human's `own`, by whatever ids, before those of a preset."""
    return {**PRESETS.get(preset, {}), **earlier_ids.presently(own)}
