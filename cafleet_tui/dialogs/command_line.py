"""A line for the commands of the command line, with what the last one has printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from cafleet_tui.dialogs.scrolled import Scrolled
from cafleet_tui.keys import actions
from cafleet_tui.keys.actions import Action
from cafleet_tui.render import command_line as render
from cafleet_tui.widgets.fields import LineField
from cafleet_tui.widgets.recall import Recall


class Handlers(NamedTuple):
    """What the line asks for: to run it, to complete it, to stop what runs."""

    run: Callable[[str], None]
    complete: Callable[[str], None]
    stop: Callable[[], None]


class CommandLine(Scrolled[None]):
    """Asks for one command after another; `recall` has those of before."""

    REGION = "command"
    HINTED = ("command.run", "command.complete", "command.older", "command.close")
    BINDINGS = actions.bindings(REGION)

    def __init__(self, handlers: Handlers, recall: Recall) -> None:
        super().__init__()
        self._handlers = handlers
        self._recall = recall
        self._line = LineField()
        self._said = Static(render.ASKED, id="command-said", classes="body")
        self._output = Static(id="command-output", classes="body")
        self.view.can_focus = False  # the keys are for the line
        self._text = ""
        self._executing = False

    def compose(self) -> ComposeResult:
        """Lay out the line, what is said of it, and the output."""
        with self.sheet:
            self.sheet.border_title = render.TITLE
            self.sheet.border_subtitle = self.hint()
            yield self._line
            yield self._said
            with self.view:
                yield self._output

    def refusal(self, action: Action, /) -> str | None:
        """Why an action is unavailable; None if it is available."""
        if action.id == "command.copy" and not self._text:
            return "nothing was printed"
        if action.id == "command.run" and self._executing:
            return "a command runs; the first escape stops it"
        return None

    def show(self, said: Content, output: Content, *, running: bool = False) -> None:
        """Show what is said of a line, and what it has printed."""
        self._executing, self._text = running, output.plain
        self._said.update(said)
        self._output.update(output)
        self._output.scroll_visible(animate=False)
        self.sheet.border_subtitle = self.hint()

    def offer(self, before: str, line: str, words: Content) -> None:
        """Complete the line to `line`, unless it was changed since it was `before`."""
        if self._line.value == before:
            self._line.value = line
            self._line.cursor_position = len(line)
            self._said.update(words)

    @on(Input.Submitted)
    def _submit(self) -> None:
        self.action_run_line()

    def action_run_line(self) -> None:
        """Run the line, unless one runs."""
        line = self._line.value.strip()
        if line and not self._executing:
            self._recall.begin()
            self._line.value = ""
            self._handlers.run(line)

    def action_complete(self) -> None:
        """Complete the last word."""
        self._handlers.complete(self._line.value)

    def action_recall(self, back: int) -> None:
        """Take an earlier line, or a later one."""
        line = self._recall.step(back)
        if line is not None:
            self._line.value = line
            self._line.cursor_position = len(line)

    def action_copy(self) -> None:
        """Copy the output; the application says where to."""
        self.app.copy_to_clipboard(self._text)

    def action_close(self) -> None:
        """Stop what runs, else close."""
        if self._executing:
            self._handlers.stop()
        else:
            self.dismiss(None)

    def on_unmount(self) -> None:
        """Stop what runs."""
        self._handlers.stop()
