"""The keys as this user has them: what an application knows of them, and how they are shown."""

from __future__ import annotations

from collections.abc import Mapping

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode

from cafleet_tui import actions


class KeyedApp(App[None]):
    """An application in which actions may have other keys than the usual ones."""

    keymap: Mapping[str, str] = {}
    """By action id, the keys that the user wants."""


def keymap(node: DOMNode) -> Mapping[str, str]:
    """The keys that the user of this node's application wants instead of the usual ones."""
    app = node.app
    return app.keymap if isinstance(app, KeyedApp) else {}


def shown(node: DOMNode, action_id: str) -> list[str]:
    """The keys of an action, as they are written for humans."""
    return [
        node.app.get_key_display(Binding(key, action_id))
        for key in actions.keys(action_id, keymap(node))
    ]
