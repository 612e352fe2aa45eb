"""A widget whose frame carries words that change while its inside does not."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget


class Framed(Widget):
    """Paints its frame again only for other words: setting a title repaints all of a widget."""

    _titled: Content | None = None
    _subtitled: Content | None = None

    def entitle(self, title: Content, subtitle: Content | None) -> None:
        """Write `title` on the upper edge of the frame and `subtitle` on the lower."""
        if not _same(title, self._titled):
            self._titled = self.border_title = title
        if not _same(subtitle, self._subtitled):
            self._subtitled = self.border_subtitle = subtitle


def _same(content: Content | None, other: Content | None) -> bool:
    if content is None or other is None:
        return content is other
    return content.is_same(other)
