"""The columns of the list of members: switched on and off, moved, and kept in the settings."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList, Static

from cafleet_core.config.settings import Settings
from cafleet_core.errors import CafleetError
from cafleet_tui.dialogs.dialog import Dialog
from cafleet_tui.keys import actions
from cafleet_tui.keys.actions import Action, named
from cafleet_tui.model import columns
from cafleet_tui.model.columns import Column
from cafleet_tui.operations import settings
from cafleet_tui.operations.member_operations import READ_ONLY
from cafleet_tui.operations.settings import Loaded
from cafleet_tui.render import columns as render
from cafleet_tui.render.settings import refused
from cafleet_tui.widgets.page_list import PageList

_MOVING = ("columns.left", "columns.right")
_CHANGING = ("columns.switch", *_MOVING, "columns.usual")


class ColumnsDialog(Dialog[None]):
    """Lists the shown columns in their order, then the others; `apply` gets what was written."""

    REGION = "columns"
    HINTED = (*_CHANGING, "columns.close")
    BINDINGS = actions.bindings(REGION)

    def __init__(self, current: Settings, apply: Callable[[Loaded], None]) -> None:
        super().__init__()
        self._current = current
        self._apply = apply
        self._chosen = tuple(map(Column, current.columns))
        self._written = self._chosen
        self._writing = False
        self._listed: tuple[Column, ...] = ()
        self._list = PageList(id="columns")
        self._outcome = Static(id="columns-outcome")

    def compose(self) -> ComposeResult:
        """Lay out the list, and a line for outcomes."""
        with self.sheet:
            self.sheet.border_title = render.TITLE
            yield self._list
            yield self._outcome

    def on_mount(self) -> None:
        """List them."""
        self._show(None)

    def refusal(self, action: Action, /) -> str | None:
        """See `Dialog`."""
        if action.id not in _CHANGING:
            return None
        if self._current.read_only:
            return READ_ONLY
        if action.id in _MOVING and self._marked not in self._chosen:
            return "it is not shown"
        if action.id == "columns.usual" and self._chosen == columns.USUAL:
            return "they are as they come"
        return None

    def say(self, outcome: Content) -> None:
        """Show an outcome below the list."""
        self._outcome.update(outcome)

    @property
    def _marked(self) -> Column | None:
        at = self._list.highlighted
        return None if at is None or not self._listed else self._listed[at]

    def action_switch(self) -> None:
        """Show the marked one, or show it no more."""
        if (marked := self._marked) is not None:
            self._choose(columns.switched(self._chosen, marked))

    def action_shift(self, by: int) -> None:
        """Move the marked one among those that are shown."""
        if (marked := self._marked) in self._chosen and marked is not None:
            self._choose(columns.moved(self._chosen, marked, by))

    def action_usual(self) -> None:
        """Show those that come."""
        self._choose(columns.USUAL)

    def _choose(self, chosen: tuple[Column, ...]) -> None:
        marked, self._chosen = self._marked, chosen
        self._show(marked)
        if not self._writing:
            self._write()

    def _write(self) -> None:
        """Write what is chosen in a thread, one at a time; what is chosen meanwhile follows."""
        wanted, self._writing = self._chosen, True
        usual = wanted == columns.USUAL

        def work() -> None:
            try:
                key = Settings.columns
                settings.change(key, None if usual else tuple(map(str, wanted)))
                loaded = settings.load(self._current)
            except CafleetError as error:
                self.app.call_from_thread(self._fail, error)
            else:
                self.app.call_from_thread(self._wrote, wanted, loaded)

        self.run_worker(work, thread=True, exit_on_error=False)

    def _wrote(self, wanted: tuple[Column, ...], loaded: Loaded) -> None:
        self._writing, self._written = False, wanted
        self._apply(loaded)
        if self._chosen != wanted:
            self._write()
        elif loaded.settings.columns != wanted:
            why = (
                f"{Settings.columns.variable} is set, and counts whatever the file says"
            )
            self.say(refused(why))
        else:
            self.say(render.kept(wanted))

    def _fail(self, error: CafleetError) -> None:
        """Show again what counts."""
        self._writing, self._chosen = False, self._written
        self._show(self._marked)
        self.say(refused(error.message))

    def _show(self, marked: Column | None) -> None:
        others = (each for each in Column if each not in self._chosen)
        self._listed = (*self._chosen, *others)
        places = {column: place for place, column in enumerate(self._chosen)}
        rows = [render.row(each, places.get(each)) for each in self._listed]
        self._list.set_options(rows)
        self._list.highlighted = 0 if marked is None else self._listed.index(marked)
        self._hint()

    @on(OptionList.OptionHighlighted)
    def _hint(self) -> None:
        self.sheet.border_subtitle = self.hint()

    @on(OptionList.OptionSelected)
    def _select(self) -> None:
        if why := self.refusal(named("columns.switch")):
            self.say(refused(why))
        else:
            self.action_switch()
