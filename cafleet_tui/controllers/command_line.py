"""The human's command line: runs what was written, and keeps what was run before."""

from __future__ import annotations

from textual.content import Content

from cafleet_core.errors import CafleetError
from cafleet_tui.controllers.context import RoomContext
from cafleet_tui.dialogs.command_line import CommandLine, Handlers
from cafleet_tui.keys.actions import Action
from cafleet_tui.operations import command_line
from cafleet_tui.operations.command_line import CommandResult, CommandRun
from cafleet_tui.operations.member_operations import PAST, READ_ONLY
from cafleet_tui.render import command_line as render
from cafleet_tui.widgets.recall import Recall

_NOTHING = Content()


class CommandLineController:
    """Opens the command line; its commands work in the registry at `registry`."""

    def __init__(self, context: RoomContext, registry: str) -> None:
        self._context = context
        self._registry = registry
        self._lines: list[str] = []
        self._recall = Recall()
        self._run: CommandRun | None = None
        self._dialog: CommandLine | None = None

    def refusal(self, action: Action) -> str | None:
        """Why there is no command line; None if there is."""
        if action.id != "plain_keys.command":
            return None
        if self._context.past:
            return PAST
        return READ_ONLY if self._context.read_only else None

    def open(self) -> None:
        """Open the command line, unless it is open or nothing may be changed."""
        if self._dialog is None and not (self._context.past or self._context.read_only):
            handlers = Handlers(self.run, self.complete, self.stop)
            self._dialog = CommandLine(handlers, self._recall)
            self._context.open(self._dialog, self._closed)

    def _closed(self, _result: None) -> None:
        self._dialog = None

    def run(self, line: str) -> None:
        """Run a line; what it prints is shown when it has ended."""
        self._lines.append(line)
        self._recall.know(self._lines)
        session = self._context.state.session
        try:
            run = CommandRun(self._registry, session, line)
        except CafleetError as error:
            self._show(render.refused(error.message), _NOTHING)
            return
        self._run = run
        self._show(render.running(line), _NOTHING, running=True)

        def done(result: CommandResult) -> None:
            self._run = None
            self._show(render.ended(line, result), render.output(result))

        def fail(error: CafleetError) -> None:
            self._run = None
            self._show(render.refused(error.message), _NOTHING)

        self._context.jobs.run("command", lambda _source: run.wait(), done, fail)

    def complete(self, line: str) -> None:
        """Complete the last word of a line."""
        session = self._context.state.session

        def done(words: tuple[str, ...]) -> None:
            if self._dialog is not None:
                longer = command_line.completed(line, words)
                self._dialog.offer(line, longer, render.offered(words))

        self._context.jobs.run(
            "completion",
            lambda _source: command_line.completions(self._registry, session, line),
            done,
            lambda _error: None,
            exclusive=True,
        )

    def stop(self) -> None:
        """Stop the command that runs, if one does."""
        if self._run is not None:
            self._run.stop()

    def _show(self, said: Content, output: Content, *, running: bool = False) -> None:
        if self._dialog is not None:
            self._dialog.show(said, output, running=running)
