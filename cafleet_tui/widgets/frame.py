"""A widget whose frame titles change independently of its content."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget


class Framed(Widget):
    """Sets its titles only if they differ, as setting one repaints the whole widget."""

    _titled: Content | None = None
    _subtitled: Content | None = None

    def entitle(self, title: Content, subtitle: Content | None) -> None:
        """Set the frame's `title` (upper edge) and `subtitle` (lower edge)."""
        if not _same(title, self._titled):
            self._titled = self.border_title = title
        if not _same(subtitle, self._subtitled):
            self._subtitled = self.border_subtitle = subtitle


def _same(content: Content | None, other: Content | None) -> bool:
    if content is None or other is None:
        return content is other
    return content.is_same(other)
