"""The folder that Codex's sandbox may write to, in a TOML file whose every other character stays."""

from __future__ import annotations

import copy
import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

from cafleet_core.setup.edits import within
from cafleet_core.setup.piece import ABSENT, PRESENT

_TABLE = "sandbox_workspace_write"
_KEY = "writable_roots"

_HEADER = re.compile(
    rf"^[ \t]*\[[ \t]*{_TABLE}[ \t]*\][ \t]*(?:#[^\r\n]*)?(?=\r?\n|\Z)", re.MULTILINE
)
_NEXT_HEADER = re.compile(r"^[ \t]*\[", re.MULTILINE)
_LIST = re.compile(rf"^[ \t]*{_KEY}[ \t]*=[ \t]*\[(\r?\n[ \t]*)?", re.MULTILINE)


class WritableFolder:
    """A folder in `writable_roots` of `[sandbox_workspace_write]`.

    The text is edited, and parsed before and after: whatever else that changes is refused.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._item = json.dumps(folder, ensure_ascii=False)  # TOML reads it as well
        self._block = f"[{_TABLE}]\n{_KEY} = [{self._item}]"
        self._line = f"{_KEY} = [{self._item}] # cafleet"

    def state(self, text: str | None) -> str:
        roots = within(_document(text or ""), _TABLE, _KEY) or []
        if not isinstance(roots, list):
            raise ValueError(f"has no list in {_TABLE}.{_KEY}")
        return PRESENT if self._folder in roots else ABSENT

    def put(self, text: str | None) -> str:
        if self.state(text) == PRESENT:
            return text or ""
        text = text or ""
        wanted = _document(text)
        roots = wanted.setdefault(_TABLE, {}).setdefault(_KEY, [])
        roots.append(self._folder)
        edited = self._with(text, is_first=len(roots) == 1)
        if edited is None or _shape(edited) != _sorted(wanted):
            raise ValueError(f"needs a hand: add {self._item} to {_TABLE}.{_KEY}")
        return edited

    def take(self, text: str | None) -> str | None:
        if text is None or self.state(text) == ABSENT:
            return text
        if text == f"{self._block}\n":
            return None
        wanted = _document(text)
        wanted[_TABLE][_KEY].remove(self._folder)
        for edited in self._without(text):
            if _shape(edited) in _as_empty(wanted):
                return edited
        raise ValueError(f"needs a hand: take {self._item} out of {_TABLE}.{_KEY}")

    def _with(self, text: str, *, is_first: bool) -> str | None:
        line_end = "\r\n" if "\r\n" in text else "\n"
        header = _HEADER.search(text)
        if header is None:
            return self._appended(text) if _TABLE not in _document(text) else None
        section = _NEXT_HEADER.search(text, header.end())
        ends = section.start() if section else len(text)
        listed = _LIST.search(text, header.end(), ends)
        if listed is None:
            place, words = header.end(), f"{line_end}{self._line}"
        elif listed[1]:
            place, words = listed.start(1), f"{listed[1]}{self._item},"
        else:
            place, words = listed.end(), self._item + ("" if is_first else ", ")
        return text[:place] + words + text[place:]

    def _appended(self, text: str) -> str:
        """A table of its own at the end; whether a line ended there can be told from it."""
        if not text.strip():
            return f"{self._block}\n"
        if text.endswith("\n"):
            return f"{text}\n{self._block}\n"
        return f"{text}\n\n{self._block}"

    def _without(self, text: str) -> Iterator[str]:
        """The text after each way in which the folder may have come into it."""
        block, line, item = map(re.escape, (self._block, self._line, self._item))
        for pattern in (
            *(rf"\n{block}\n", rf"\n\n{block}\Z", rf"\r?\n{line}(?=\r?\n|\Z)"),
            *(rf"\r?\n[ \t]*{item},(?=\r?\n)", rf"{item}, ", rf",\s*{item}", item),
        ):
            for found in re.finditer(pattern, text):
                yield text[: found.start()] + text[found.end() :]


def _document(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except ValueError as error:
        raise ValueError(f"is not TOML: {error}") from None


def _shape(text: str) -> dict[str, Any] | None:
    try:
        return _sorted(tomllib.loads(text))
    except ValueError:
        return None


def _sorted(document: dict[str, Any]) -> dict[str, Any]:
    """The document without regard to the order of the folders."""
    roots = document.get(_TABLE, {}).get(_KEY)
    if not isinstance(roots, list):
        return document
    table = {**document[_TABLE], _KEY: sorted(roots, key=str)}
    return {**document, _TABLE: table}


def _as_empty(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The document, and what it is without a list, and a table, that hold nothing."""
    found = [_sorted(document)]
    if not document[_TABLE][_KEY]:
        bare = copy.deepcopy(document)
        del bare[_TABLE][_KEY]
        found.append(bare)
    if found[-1][_TABLE] == {}:
        found.append({key: one for key, one in document.items() if key != _TABLE})
    return found
