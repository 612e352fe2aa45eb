"""Timeline entries as strips in a widget's colours, with a cache."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rich.segment import Segment
from textual.cache import LRUCache
from textual.content import Content
from textual.strip import Strip
from textual.style import Style

from cafleet_core.views import Entry
from cafleet_tui.render import timeline_entry
from cafleet_tui.render.age import day
from cafleet_tui.render.timeline_entry import Shape

KEPT_ENTRIES = 256
"""Size of the cache: a few screens full, so that scrolling back draws nothing again."""

SELECTED = "timeline--selected"
COMPONENTS = {name: f"timeline--{name}" for name in timeline_entry.STYLES}
"""The component class for each style name of a drawn row."""

COLOURS = """
Timeline {
    overflow-x: hidden;
    overflow-y: scroll;
    scrollbar-size-vertical: 1;
    color: $foreground;
    & > .timeline--selected { background: $foreground 8%; }
    & > .timeline--muted, & > .timeline--day,
    & > .timeline--queued, & > .timeline--pushed, & > .timeline--shown,
    & > .timeline--read { color: $text-muted; }
    & > .timeline--yours { color: $primary; }
    & > .timeline--mark { color: $primary; text-style: bold; }
    & > .timeline--acked { color: $success; }
    & > .timeline--answered { color: $success; }
    & > .timeline--held { color: $warning; }
    & > .timeline--failed { color: $error; text-style: bold; }
    & > .timeline--scheduled { color: $text-muted; }
    & > .timeline--canceled { color: $text-muted; text-style: italic; }
    & > .timeline--struck { color: $text-muted; text-style: strike; }
    & > .timeline--sought { background: $warning-muted; color: $text; text-style: bold; }
    & > .timeline--title { color: $primary; text-style: bold; }
    & > .timeline--strong { text-style: bold; }
    & > .timeline--emphasis { text-style: italic; }
    & > .timeline--code { color: $secondary; }
    & > .timeline--rule { color: $text-muted; }
    & > .timeline--link { color: $primary; text-style: underline; }
    & > .timeline--added { color: $success; }
    & > .timeline--removed { color: $error; }
    & > .timeline--hunk { color: $accent; }
    & > .timeline--keyword { color: $primary; }
    & > .timeline--string { color: $success; }
    & > .timeline--comment { color: $text-muted; text-style: italic; }
    & > .timeline--defined { color: $secondary; text-style: bold; }
    & > .timeline--head { color: $foreground; text-style: bold; }
    & > .timeline--sender-0 { color: $primary; text-style: bold; }
    & > .timeline--sender-1 { color: $accent; text-style: bold; }
    & > .timeline--sender-2 { color: $secondary; text-style: bold; }
    & > .timeline--sender-3 { color: $orchid; text-style: bold; }
}
"""
"""The style of each component, in the variables of themes."""

_Key = tuple[str, int, Shape]


class EntryStrips:
    """Draws with `style_of`, which applies component classes to a widget's own style."""

    def __init__(self, style_of: Callable[..., Style]) -> None:
        self._style_of = style_of
        self._strips: LRUCache[_Key, list[Strip]] = LRUCache(KEPT_ENTRIES)
        self._leads: LRUCache[tuple[str, int], Strip] = LRUCache(KEPT_ENTRIES)
        self._palettes: dict[bool, dict[str, Style]] = {}
        self._sought = ""

    def seek(self, words: str) -> None:
        """Highlight these words in messages."""
        self._sought = words
        self._strips.clear()

    def clear(self) -> None:
        """Drop all cached strips and styles."""
        self._strips.clear()
        self._leads.clear()
        self._palettes.clear()

    def entry(self, entry: Entry, shape: Shape) -> list[Strip]:
        """The rows of `entry` except its leading row."""
        key = (entry.task_id, entry.version, shape)
        strips = self._strips.get(key)
        if strips is None:
            rows = timeline_entry.draw(entry, shape, self._sought)
            strips = [self._strip(row, shape.width, shape.selected) for row in rows]
            self._strips[key] = strips
        return strips

    def lead(self, before: Entry | None, entry: Entry, width: int) -> Strip:
        """The row between two entries, with the day if a new one begins."""
        this = day(entry.created_at)
        if before is not None and day(before.created_at) == this:
            return self.blank(width)
        return self._lead(this, width)

    def hint(self, width: int, lines: int, texts: Sequence[str]) -> list[Strip]:
        """The strips of an empty timeline of `lines` rows, which says `texts`."""
        rows = timeline_entry.hint(width, lines, texts)
        return [self._strip(row, width) for row in rows]

    def blank(self, width: int) -> Strip:
        """A row without an entry."""
        return self._lead("", width)

    def _lead(self, words: str, width: int) -> Strip:
        strip = self._leads.get((words, width))
        if strip is None:
            strip = self._strip(timeline_entry.lead(words, width), width)
            self._leads[words, width] = strip
        return strip

    def _strip(self, row: Content, width: int, selected: bool = False) -> Strip:
        palette = self._palette(selected)
        base = palette[""]
        parts = row.render(
            base, end="", parse_style=lambda name: _styled(palette, str(name))
        )
        segments = [Segment(text, style.rich_style) for text, style in parts]
        return Strip(segments).adjust_cell_length(width, base.rich_style)

    def _palette(self, selected: bool) -> dict[str, Style]:
        if selected not in self._palettes:
            under = (SELECTED,) if selected else ()
            named = {
                name: self._style_of(*under, component)
                for name, component in COMPONENTS.items()
            }
            self._palettes[selected] = {"": self._style_of(*under), **named}
        return self._palettes[selected]


def _styled(palette: Mapping[str, Style], name: str) -> Style:
    """The style of a name; of an address one that has the terminal open it when it is asked to."""
    name, _, address = name.partition(" ")
    return palette[name] + Style(link=address) if address else palette[name]
