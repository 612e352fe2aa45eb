"""Long lines in a text area: wrapped where they are edited, drawn where they are seen.

Textual wraps a whole line anew at each key, and divides all of it for each of its rows: of
100,000 characters, as a pasted line may have, that takes longer than a key's echo may.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise

from rich.style import Style
from rich.text import Text
from textual._wrap import compute_wrap_offsets
from textual.document._document import Location
from textual.document._document_navigator import DocumentNavigator
from textual.document._wrapped_document import WrappedDocument
from textual.expand_tabs import expand_text_tabs_from_widths
from textual.strip import Strip
from textual.widgets import TextArea

LONG = 2000
"""Characters from which on a line is drawn here."""

Styled = tuple[int, int, Style]
"""A style from one column of a line to another."""


_BEFORE_ANOTHER = re.compile(r"\S+\s+\S")
"""A word with another behind it: what follows does not change where it is wrapped."""
_FAR = 2000
"""Characters behind an edit within which its line is wrapped as before, mostly."""


class LongLineWrapping(WrappedDocument):
    """A wrapped document that wraps a long line anew only where an edit changes it."""

    def wrap_range(self, start: Location, old_end: Location, new_end: Location) -> None:
        """Wrap the text edited from `start` to `old_end`, which now ends at `new_end`."""
        row, last = start[0], max(start, old_end)
        if row == last[0] == new_end[0] and start <= old_end:
            offsets = self._rewrapped(row, start[1], old_end[1], new_end[1])
            if offsets and len(offsets) == len(self._wrap_offsets[row]):
                self._wrap_offsets[row] = offsets
                return
        super().wrap_range(start, old_end, new_end)

    def _rewrapped(
        self, row: int, start: int, old_end: int, new_end: int
    ) -> list[int] | None:
        """Where a line is wrapped after an edit; None where all of it has to be read.

        A break before a word is decided by what is before it, and by that word.
        """
        line, old = self.document.get_line(row), self._wrap_offsets[row]
        if len(line) < LONG or "\t" in line:
            return None
        count, grown = bisect_right(old, start), new_end - old_end
        while count and not _begins_a_word(line, old[count - 1], start):
            count -= 1
        offsets = old[:count]
        base, end = (offsets or [0])[-1], new_end + _FAR
        width, tab_width = self._width, self._tab_width
        for offset in compute_wrap_offsets(line[base:end], width, tab_width):
            place = base + offset
            same = bisect_left(old, place - grown)
            was_break = place > new_end and old[same : same + 1] == [place - grown]
            if was_break and _begins_a_word(line, place, end):
                return offsets + [each + grown for each in old[same:]]
            offsets.append(place)
        return offsets if end >= len(line) else None

    def get_sections(self, line_index: int) -> list[str]:
        """The parts of a line, one for each row that it takes."""
        line = self.document.get_line(line_index)
        offsets = [0, *self.get_offsets(line_index), len(line)]
        return [line[start:end] for start, end in pairwise(offsets)]


def _begins_a_word(line: str, place: int, end: int) -> bool:
    """Whether a word begins at a place of a line, and another one before `end`."""
    behind_blank = line[place - 1 : place].isspace()
    return behind_blank and _BEFORE_ANOTHER.match(line, place, end) is not None


class LongLines(TextArea):
    """A wrapping text area without line numbers, which draws what is seen of long lines."""

    def _set_document(self, text: str, language: str | None) -> None:
        super()._set_document(text, language)
        self.wrapped_document = LongLineWrapping(
            self.document, tab_width=self.indent_width
        )
        self.navigator = DocumentNavigator(self.wrapped_document)
        self._rewrap_and_refresh_virtual_size()

    def styles_of_line(self, row: int) -> list[Styled]:  # noqa: ARG002  # for subclasses
        """The styles of a line's own parts."""
        return []

    def render_line(self, y: int) -> Strip:
        """One row of the text area, as Textual draws it."""
        rows = self.wrapped_document._offset_to_line_info
        place = y + self.scroll_offset.y
        if place < len(rows):
            row, section = rows[place]
            if len(self.document.get_line(row)) >= LONG:
                return self._section(row, section)
        return super().render_line(y)

    def _section(self, row: int, section: int) -> Strip:
        """The strip of one section of a long line."""
        line = f"{self.document.get_line(row)} "  # the cursor's place behind it
        offsets = [0, *self.wrapped_document.get_offsets(row), len(line)]
        start, end = offsets[section : section + 2]
        text = Text(line[start:end], end="", no_wrap=True)
        for first, last, style in self._styles(row, len(line) - 1):
            if first < end and last > start:
                text.stylize(style, max(first - start, 0), last - start)
        before = line.count("\t", 0, start)
        widths = self.wrapped_document.get_tab_widths(row)[before:]
        text = expand_text_tabs_from_widths(text, widths)
        base = self._theme.base_style if self._theme else None
        strip = Strip(text.render(self.app.console), text.cell_len)
        width = self.scrollable_content_region.size.width
        return strip.extend_cell_length(width, base).apply_style(
            base or self.rich_style
        )

    def _styles(self, row: int, length: int) -> Iterator[Styled]:
        """The styles that lie on a line of some length, in the order in which they cover."""
        yield from self.styles_of_line(row)
        theme, (start, end) = self._theme, self.selection
        if theme is None:
            return
        top, bottom = sorted((start, end))
        if start != end and top[0] <= row <= bottom[0] and theme.selection_style:
            left = top[1] if row == top[0] else 0
            right = bottom[1] if row == bottom[0] else length
            yield left, right, theme.selection_style
        partner = self.matching_bracket_location if start == end else None
        matched = theme.bracket_matching_style if self.match_cursor_bracket else None
        if partner and matched and end[0] == row:
            yield end[1], end[1] + 1, matched
        if end[0] == row and self._draw_cursor and theme.cursor_style:
            yield end[1], end[1] + 1, theme.cursor_style
        if partner and matched and partner[0] == row:
            yield partner[1], partner[1] + 1, matched
