"""A panel that tells what happened while the human was away; it takes no focus."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from cafleet_tui.model.absence import Absence
from cafleet_tui.render import absence as render

_LEAST_ROWS = 3
_FRAME = 2


class AbsencePanel(Widget):
    """Stands above the timeline while it has something to tell, and takes half of it at most."""

    DEFAULT_CSS = """
    AbsencePanel { height: auto; display: none; }
    """

    def __init__(self) -> None:
        super().__init__(id="absence")
        self._absence: Absence | None = None

    def show(self, absence: Absence, hint: Content) -> None:
        """Tell this from now on; `hint` names what closes it."""
        self._absence = absence
        self.border_title = render.title(absence)
        self.border_subtitle = hint
        self.display = True
        self.refresh(layout=True)

    def hide(self) -> None:
        """Tell nothing."""
        self.display = False

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as there are, but no more than half of the place."""
        del viewport
        return len(self._rows(width, self._most(container.height)))

    def render(self) -> Content:
        """The rows that fit."""
        return Content("\n").join(self._rows(self.size.width, self.size.height))

    def _most(self, height: int) -> int:
        return max(_LEAST_ROWS, height // 2 - _FRAME)

    def _rows(self, width: int, most: int) -> list[Content]:
        return render.rows(self._absence, width, most) if self._absence else []
