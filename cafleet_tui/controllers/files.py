"""Files that the human wants to see: shown beside the room, or in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import SuspendNotSupported
from textual.content import Content

from cafleet_core.broker.messages.attached import SeenFile
from cafleet_core.errors import CafleetError
from cafleet_core.records import Attachment
from cafleet_tui.controllers.context import RoomContext
from cafleet_tui.dialogs.dialog import Dialog
from cafleet_tui.operations import viewer
from cafleet_tui.render import enclosures, status_line


class FilesController:
    """Shows files by `program`, its words; without any it is the human's editor."""

    def __init__(self, context: RoomContext, program: Sequence[str]) -> None:
        self._context = context
        self._program = program

    def look(
        self, files: Sequence[Attachment], then: Callable[[Sequence[SeenFile]], None]
    ) -> None:
        """Call `then` with what has become of these files."""
        self._context.jobs.run(
            "files", lambda _: viewer.seen(files), then, self._fail, exclusive=True
        )

    def view(self, host_id: str, path: str, line: int) -> None:
        """Show a file of a machine at a line: in a popup of tmux, else in this terminal."""
        wanted = (self._program, host_id, path, line)
        if viewer.has_popups():
            self._context.jobs.run(
                "view",
                lambda _: viewer.in_popup(*wanted),
                lambda _: None,
                self._fail,
            )
            return
        try:
            with self._context.top.app.suspend():
                viewer.instead(*wanted)
        except SuspendNotSupported:
            self._say(status_line.warning("only a terminal can show a file"))
        except CafleetError as error:
            self._fail(error)

    def _fail(self, error: CafleetError) -> None:
        self._say(enclosures.unopened(error.message))

    def _say(self, outcome: Content) -> None:
        top = self._context.top
        if isinstance(top, Dialog):
            top.say(outcome)
        self._context.say(outcome)
