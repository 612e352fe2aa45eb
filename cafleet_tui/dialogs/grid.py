"""Several members' screens side by side, live, over the room."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from cafleet_core.records import Agent
from cafleet_tui.dialogs.dialog import Dialog
from cafleet_tui.keys import actions
from cafleet_tui.keys.actions import Action
from cafleet_tui.model import grid
from cafleet_tui.model.grid import MOST
from cafleet_tui.model.standing import Standing
from cafleet_tui.render import grid as render
from cafleet_tui.widgets.live_screen import LiveScreen


class ScreenGrid(Dialog[str]):
    """Shows the screens of these agents, a page at a time; dismissed with the id of one.

    Everybody keeps their place; `watch` is told whose screens are shown, `visit` shows a pane.
    """

    REGION = "grid"
    HINTED = ("grid.open", "grid.go", "grid.next_page", "grid.close")
    BINDINGS = actions.bindings(REGION)

    def __init__(
        self,
        agent_ids: Sequence[str],
        known: Mapping[str, Standing],
        watch: Callable[[Sequence[Agent]], None],
        visit: Callable[[Standing], None],
    ) -> None:
        super().__init__()
        self._ids = list(agent_ids)
        self._known = known
        self._watch = watch
        self._visit = visit
        self._marked = 0
        self._grid = Container(id="grid")
        self._cells = [LiveScreen() for _ in range(MOST)]
        self._nobody = Static(render.NOBODY, id="no-screens")
        self._watched: tuple[str, ...] = ()
        self._shape = grid.shape(1, 0, 0)

    def compose(self) -> ComposeResult:
        """Lay out as many cells as there ever are; those without a screen are hidden."""
        with self.sheet:
            with self._grid:
                yield from self._cells
            yield self._nobody

    def on_mount(self) -> None:
        """Show the first page."""
        self._fit()

    def on_unmount(self) -> None:
        """Have nobody's screen watched for this any more."""
        self._watch(())

    def show(self, agent_ids: Sequence[str], known: Mapping[str, Standing]) -> None:
        """Show what is known now; who is new comes last, and who is gone keeps their place."""
        new = [each for each in agent_ids if each not in self._ids]
        self._known = {**self._known, **known}
        if new:
            self._ids += new
            self._fit()
        elif self.is_attached:
            self._draw()

    @on(events.Resize)
    def _fit(self) -> None:
        if not self.is_attached:
            return
        width, height = self.app.size
        self._shape = grid.shape(len(self._ids), width - 2, height - 2)
        self._grid.styles.grid_size_columns = self._shape.across
        self._grid.styles.grid_size_rows = self._shape.down
        self._draw()

    @property
    def _page(self) -> Sequence[str]:
        first = self._marked - self._marked % self._shape.room
        return self._ids[first : first + self._shape.room]

    def _draw(self) -> None:
        page = self._page
        marked = self._ids[self._marked] if self._ids else None
        self._nobody.display = not page
        self._grid.display = bool(page)
        for number, cell in enumerate(self._cells):
            cell.display = number < len(page)
            if cell.display:
                standing = self._known[page[number]]
                cell.set_class(page[number] == marked, "-marked")
                cell.entitle(render.title(standing), None)
                cell.take_in(standing)
        if self._watched != tuple(page):
            self._watched = tuple(page)
            self._watch([self._known[each].member.agent for each in page])
        first = self._marked - self._marked % self._shape.room
        self.sheet.border_title = render.heading(first, len(page), len(self._ids))
        self.sheet.border_subtitle = self.hint()

    def refusal(self, action: Action, /) -> str | None:
        """See `Dialog`."""
        if action.id == "grid.close":
            return None
        if not self._ids:
            return "nobody has a screen"
        pages = action.id in ("grid.next_page", "grid.page_before")
        return (
            "there is one page" if pages and len(self._page) == len(self._ids) else None
        )

    def say(self, outcome: Content) -> None:
        """Show an outcome on the frame."""
        self.sheet.border_subtitle = outcome

    def action_move(self, across: int, down: int) -> None:
        """Mark another screen; beyond the last one of a page the next page begins."""
        self._mark(self._marked + across + down * self._shape.across)

    def action_page(self, pages: int) -> None:
        """Show the next page, or the one before."""
        first = self._marked - self._marked % self._shape.room
        self._mark(first + pages * self._shape.room)

    def _mark(self, at: int) -> None:
        self._marked = max(0, min(at, len(self._ids) - 1))
        self._draw()

    def action_open(self) -> None:
        """Close, and show the marked screen alone."""
        if self._ids:
            self.dismiss(self._ids[self._marked])

    def action_go(self) -> None:
        """Go to the marked one's pane."""
        if self._ids:
            self._visit(self._known[self._ids[self._marked]])

    def on_click(self, event: events.Click) -> None:
        """Mark the screen under the pointer; a second click shows it alone."""
        super().on_click(event)
        cell = event.widget
        if cell in self._cells:
            at = self._ids.index(self._page[self._cells.index(cell)])
            again = at == self._marked and event.chain > 1
            self._mark(at)
            if again:
                self.action_open()
