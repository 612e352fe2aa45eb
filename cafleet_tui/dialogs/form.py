"""A form over the room: one-line fields, a prompt below them, and a button that submits it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ScreenResultType
from textual.widgets import Button, Input, Label

from cafleet_tui.dialogs.dialog import Dialog
from cafleet_tui.render import status_line
from cafleet_tui.widgets.fields import LineField, TextField


class Field(NamedTuple):
    """A one-line field: its name, and the placeholder while it is empty."""

    id: str
    title: str
    hint: str
    needed: bool = False


OF_AN_AGENT = (
    Field(
        "coding-agent",
        "Coding agent",
        "claude, codex, opencode, or one of yours",
        needed=True,
    ),
    Field("model", "Model", "its usual one"),
    Field("cwd", "Folder", "where it works"),
)
"""The fields of every form that starts a coding agent."""


class Form(Dialog[ScreenResultType]):
    """Dismissed with the `request` that was filled in, or with None.

    `values` are the initial values of the fields, also of the one called `prompt`.
    """

    heading: ClassVar[str]
    fields: ClassVar[tuple[Field, ...]]
    prompt_hint: ClassVar[str]
    """The placeholder of an empty prompt."""

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__()
        self._values = values

    def request(self) -> ScreenResultType:
        """The request, made from the fields."""
        raise NotImplementedError

    def value(self, field: str) -> str:
        """The text of a field."""
        return self._lines[field].value.strip()

    @property
    def prompt(self) -> str:
        """The text of the prompt."""
        return self._prompt.text.strip()

    def compose(self) -> ComposeResult:
        """Lay out one line for each field, the prompt last."""
        with self.sheet:
            self.sheet.border_title = Content.styled(self.heading, "bold $primary")
            self.sheet.border_subtitle = self.hint()
            with VerticalScroll(can_focus=False, classes="form"):
                for field in self.fields:
                    with Horizontal(classes="field"):
                        yield Label(field.title)
                        yield self._lines[field.id]
                with Horizontal(classes="field -tall"):
                    yield Label("Prompt")
                    yield self._prompt
            with Horizontal(classes="choices"):
                yield Button("Start it", id="start", compact=True, variant="primary")

    @cached_property
    def _lines(self) -> Mapping[str, LineField]:
        """The one-line fields by id; setting their values needs a running application."""
        return {field.id: self._line(field) for field in self.fields}

    def _line(self, field: Field) -> LineField:
        value = self._values.get(field.id, "")
        return LineField(value, placeholder=field.hint, id=field.id, compact=True)

    @cached_property
    def _prompt(self) -> TextField:
        return TextField(
            self._values.get("prompt", ""),
            id="prompt",
            compact=True,
            tab_behavior="focus",
            placeholder=self.prompt_hint,
        )

    @on(Input.Submitted)
    def _next(self) -> None:
        self.focus_next()

    @on(Button.Pressed)
    def action_start(self) -> None:
        """Close with the request, or focus the required field that is empty."""
        for field in self.fields:
            if field.needed and not self.value(field.id):
                self._lines[field.id].focus()
                words = f"a {field.id.replace('-', ' ')} is needed"
                self.say(status_line.warning(words))
                return
        self.dismiss(self.request())
