"""The agents that nobody owns, over the room, to adopt one of them."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.widgets import OptionList, Static

from cafleet_tui.dialogs.dialog import Dialog
from cafleet_tui.keys import actions
from cafleet_tui.keys.actions import Action
from cafleet_tui.operations.adopt_member import Stray
from cafleet_tui.render import adopt as render
from cafleet_tui.widgets.page_list import PageList


class AdoptDialog(Dialog[Stray | None]):
    """Dismissed with the one to adopt, or with None; `show` sets those that there are."""

    REGION = "adopt"
    HINTED = ("adopt.take", "adopt.close")
    BINDINGS = actions.bindings(REGION)

    def __init__(self) -> None:
        super().__init__()
        self._strays: Sequence[Stray] = ()
        self._list = PageList(id="strays")
        self._said = Static(render.LOOKING, classes="body")

    def compose(self) -> ComposeResult:
        """Lay out the list, and what is said of it."""
        with self.sheet:
            self.sheet.border_title = render.TITLE
            self.sheet.border_subtitle = self.hint()
            yield self._list
            yield self._said

    def refusal(self, action: Action, /) -> str | None:
        """See `Dialog`."""
        if action.id == "adopt.take" and not self._strays:
            return "there is none"
        return None

    def show(self, strays: Sequence[Stray]) -> None:
        """List those that there are."""
        self._strays = strays
        self._said.update(render.about(len(strays)))
        self._list.set_options(render.row(each) for each in strays)
        if strays:
            self._list.highlighted = 0
            self._list.focus()
        self.sheet.border_subtitle = self.hint()

    def show_trouble(self, trouble: str) -> None:
        """Say why they cannot be looked for."""
        self._said.update(render.unseen(trouble))

    @on(OptionList.OptionSelected)
    def action_take(self) -> None:
        """Close with the marked one."""
        at = self._list.highlighted
        if at is not None and self._strays:
            self.dismiss(self._strays[at])
