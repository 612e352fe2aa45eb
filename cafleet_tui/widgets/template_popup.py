"""A popover that offers the human's templates."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Offset
from textual.widgets.option_list import Option

from cafleet_tui.model.template import Template
from cafleet_tui.render import composer as render
from cafleet_tui.widgets.popover import MOST_ROWS, Popover


class TemplatePopup(Popover):
    """Offers templates by their names; the text area takes one with `take`."""

    def __init__(self) -> None:
        super().__init__()
        self._templates: Sequence[Template] = ()

    def offer(self, templates: Sequence[Template], where: Offset) -> None:
        """Open with these, above the screen offset `where`."""
        self._templates = templates
        self.set_options(Option(render.template(each)) for each in templates)
        self.highlighted = 0 if templates else None
        height = min(len(templates), MOST_ROWS)
        self.absolute_offset = where - Offset(1, height)
        self.set_class(bool(templates), "-open")

    def take(self) -> Template | None:
        """Close; the highlighted one."""
        self.close()
        at = self.highlighted
        return None if at is None else self._templates[at]
