"""Asking for what a new member is to be."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Label, TextArea

from cafleet_core.broker.spawning import Wish
from cafleet_tui import actions
from cafleet_tui.render import status

_KEYS = "Ctrl+S starts it · Tab next · Esc cancels"
_FIELDS = (
    ("name", "Name", "unique among the active agents"),
    ("description", "Description", "what it is there for"),
    ("coding-agent", "Coding agent", "claude, codex, opencode, or one of yours"),
    ("model", "Model", "its usual one"),
    ("cwd", "Folder", "where it works"),
)


class NewMember(ModalScreen[Wish | None]):
    """Dismissed with a wish that has a name, a description and a coding agent, or with None.

    `before` fills the fields in.
    """

    BINDINGS = actions.bindings("hire")

    def __init__(self, before: Wish) -> None:
        super().__init__()
        self._before = before

    def compose(self) -> ComposeResult:
        """Lay out a line a field, the prompt last."""
        known = {
            "name": self._before.name,
            "description": self._before.description,
            "coding-agent": self._before.coding_agent,
            "model": self._before.model or "",
            "cwd": self._before.cwd,
        }
        with Vertical(classes="sheet") as sheet:
            sheet.border_title = Content.styled("New member", "bold $primary")
            sheet.border_subtitle = _KEYS
            with VerticalScroll(can_focus=False, classes="form"):
                for field, title, hint in _FIELDS:
                    with Horizontal(classes="field"):
                        yield Label(title)
                        yield Input(
                            known[field], placeholder=hint, id=field, compact=True
                        )
                with Horizontal(classes="field -tall"):
                    yield Label("Prompt")
                    yield TextArea(
                        self._before.prompt,
                        id="prompt",
                        compact=True,
                        tab_behavior="focus",
                        placeholder="how to talk through cafleet",
                    )
            with Horizontal(classes="choices"):
                yield Button("Start it", id="start", compact=True, variant="primary")

    @on(Input.Submitted)
    def _next(self) -> None:
        self.focus_next()

    @on(Button.Pressed)
    def action_start(self) -> None:
        """Go back with the wish, or to the field that still wants something."""
        for field in ("name", "description", "coding-agent"):
            if not self._said(field):
                self.query_one(f"#{field}").focus()
                words = status.warning(f"a {field.replace('-', ' ')} is needed")
                self.query_one(".sheet").border_subtitle = words
                return
        self.dismiss(
            Wish(
                self._said("name"),
                self._said("description"),
                self._said("coding-agent"),
                self.query_one("#prompt", TextArea).text.strip(),
                self._said("model") or None,
                self._said("cwd") or ".",
            )
        )

    def _said(self, field: str) -> str:
        return self.query_one(f"#{field}", Input).value.strip()
