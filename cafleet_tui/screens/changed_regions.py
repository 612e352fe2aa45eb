"""Composing a screen of those widgets alone that have something to draw."""

from __future__ import annotations

from collections.abc import Iterable

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip


class ChangedRegions(Compositor):
    """A compositor that leaves out of an update every widget that no change touches.

    Textual draws every widget in the rectangle around all changes: where the first line of
    a screen has changed and its last, that is every widget of it.
    """

    _changed: frozenset[Region] = frozenset()

    def render_partial_update(self) -> ChopsUpdate | None:
        """See `Compositor`."""
        self._changed = frozenset(self._dirty_regions)
        try:
            return super().render_partial_update()
        finally:
            self._changed = frozenset()

    def _get_renders(
        self, crop: Region | None = None
    ) -> Iterable[tuple[Region, Region, list[Strip]]]:
        if not self._changed:
            yield from super()._get_renders(crop)
            return
        for widget, (region, clip) in self.visible_widgets.items():
            shown = region.intersection(clip)
            if any(map(shown.overlaps, self._changed)):
                lines = shown.translate(-region.offset)
                yield region, clip, widget.render_lines(lines)
