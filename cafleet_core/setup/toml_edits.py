"""Edits of Codex's TOML file that change no other character, or raise ValueError."""

from __future__ import annotations

import json
import re

from cafleet_core.config import toml_file
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.setup.edits import within
from cafleet_core.setup.piece import ABSENT, FOREIGN, PRESENT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_NEXT_HEADER = re.compile(r"^[ \t]*\[", re.MULTILINE)


class TomlLine:
    """A key of a table with a simple value, on a line of its own."""

    def __init__(self, table: str, key: str, value: bool | list[str]) -> None:
        self._path = (table, key)
        self._value = value
        # JSON of a boolean or a list of strings is valid TOML
        source = json.dumps(value, ensure_ascii=False)
        self._line = f"{key} = {source} # cafleet"
        self._block = f"[{table}] # cafleet\n{self._line}"
        self._header = re.compile(
            rf"^[ \t]*\[[ \t]*{table}[ \t]*\][ \t]*(?:#[^\r\n]*)?(?=\r?\n|\Z)",
            re.MULTILINE,
        )

    def state(self, text: str | None) -> str:
        value = within(document(text or ""), *self._path)
        if value is None:
            return ABSENT
        return PRESENT if value == self._value else FOREIGN

    def put(self, text: str | None) -> str:
        text = text or ""
        if self.state(text) == PRESENT:
            return text
        # invalid TOML if the key has another value, as it then stands there twice
        edited = self._with(text)
        if _shape(edited) != self._wanted(text):
            table, key = self._path
            raise ValueError(f"needs a hand: set {key} in {table}, as {self._line}")
        return edited

    def take(self, text: str | None) -> str | None:
        if text is None or text == f"{self._block}\n":
            return None
        if self.state(text) != PRESENT:
            return text
        line, block = re.escape(self._line), re.escape(self._block)
        for pattern in (
            *(rf"\n{block}\n", rf"\n\n{block}\Z", rf"\A{block}\n\n"),
            rf"\r?\n{line}(?=\r?\n|\Z)",
        ):
            for match in re.finditer(pattern, text):
                rest = text[: match.start()] + text[match.end() :]
                if self._is_without(rest, text):
                    return rest
        return text

    def section(self, text: str) -> tuple[int, int] | None:
        """Start and end of the table's lines, or None without the table."""
        header = self._header.search(text)
        if header is None:
            return None
        following = _NEXT_HEADER.search(text, header.end())
        return header.end(), following.start() if following else len(text)

    def _with(self, text: str) -> str:
        section = self.section(text)
        if section is not None:
            line_end = "\r\n" if "\r\n" in text else "\n"
            return f"{text[: section[0]]}{line_end}{self._line}{text[section[0] :]}"
        if not text.strip():
            return f"{self._block}\n"
        # the block's position tells `take` whether the last line had a line end
        return (
            f"{text}\n{self._block}\n"
            if text[-1] == "\n"
            else f"{text}\n\n{self._block}"
        )

    def _is_without(self, rest: str, text: str) -> bool:
        """Whether the texts have equal content except for this key and an empty table."""
        table, key = self._path
        shape, wanted = _shape(rest), document(text)
        del wanted[table][key]
        bare = {name: value for name, value in wanted.items() if name != table}
        return shape in ([wanted] if wanted[table] else [wanted, bare])

    def _wanted(self, text: str) -> dict[str, Any]:
        wanted = document(text)
        table, key = self._path
        wanted.setdefault(table, {})[key] = self._value
        return wanted


class WritableFolder:
    """A folder in `writable_roots` of `[sandbox_workspace_write]`."""

    _PATH = ("sandbox_workspace_write", "writable_roots")
    _LIST = re.compile(
        r"^[ \t]*writable_roots[ \t]*=[ \t]*\[(\r?\n[ \t]*)?", re.MULTILINE
    )

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._item = json.dumps(folder, ensure_ascii=False)
        self._alone = TomlLine(*self._PATH, [folder])

    def state(self, text: str | None) -> str:
        return PRESENT if self._folder in self._roots(text) else ABSENT

    def put(self, text: str | None) -> str:
        if self.state(text) == PRESENT:
            return text or ""
        if text is None or self._alone.state(text) == ABSENT:
            return self._alone.put(text)
        edited = self._listed(text)
        if not self._differs_only_here(text, edited):
            raise ValueError(
                f"needs a hand: add {self._item} to {'.'.join(self._PATH)}"
            )
        return edited

    def take(self, text: str | None) -> str | None:
        if text is None or self.state(text) == ABSENT:
            return text
        rest = self._alone.take(text)
        if rest != text:
            return rest
        for edited in self._unlisted(text):
            if self._differs_only_here(edited, text):
                return edited
        raise ValueError(
            f"needs a hand: take {self._item} out of {'.'.join(self._PATH)}"
        )

    def _roots(self, text: str | None) -> list[Any]:
        roots = within(document(text or ""), *self._PATH) or []
        if not isinstance(roots, list):
            raise ValueError(f"has no list in {'.'.join(self._PATH)}")
        return roots

    def _listed(self, text: str) -> str:
        """The text with the folder as the list's first element."""
        section = self._alone.section(text)
        match = self._LIST.search(text, *section) if section else None
        if match is None:
            return text
        if match[1]:
            place, words = match.start(1), f"{match[1]}{self._item},"
        else:
            place, words = match.end(), self._item + (", " if self._roots(text) else "")
        return text[:place] + words + text[place:]

    def _unlisted(self, text: str) -> Iterator[str]:
        """Each candidate for the text without the folder, one for each way it may be listed."""
        item = re.escape(self._item)
        for pattern in (
            rf"\r?\n[ \t]*{item},(?=\r?\n)",
            rf"{item}, ",
            rf",\s*{item}",
            item,
        ):
            for match in re.finditer(pattern, text):
                yield text[: match.start()] + text[match.end() :]

    def _differs_only_here(self, without: str, listed: str) -> bool:
        """Whether the texts have equal content except for the folder in the second one's list."""
        shape, wanted = _shape(without), _shape(listed)
        if shape is None or wanted is None or self._folder not in self._roots(listed):
            return False
        table, key = self._PATH
        wanted[table][key].remove(self._folder)
        return shape == wanted


def document(text: str) -> dict[str, Any]:
    """Parse a TOML text; raises ValueError for an invalid one."""
    try:
        return toml_file.parsed(text)
    except ValueError as error:
        raise ValueError(f"is not TOML: {error}") from None


def _shape(text: str) -> dict[str, Any] | None:
    try:
        return toml_file.parsed(text)
    except ValueError:
        return None
