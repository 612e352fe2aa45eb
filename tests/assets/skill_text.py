"""Reading a skill as an agent does: its sections, its commands, the words to be filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

_FENCE = re.compile(r"^ *```.*$", re.MULTILINE)
_IN_PROSE = re.compile(r"`(cafleet\s[^`]+)`")
_IN_CODE = re.compile(r"^ *((?:cafleet|tmux) .+)$|`(cafleet\s[^`]+)`", re.MULTILINE)
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\b(?:[A-Z]{2,}|N)\b")


def commands(text: str) -> list[str]:
    """Every command line of a text, in its order: from blocks of code and from between backticks."""
    return [" ".join(command.split()) for command in _commands(text)]


def under(path: Path, heading: str) -> list[str]:
    """The commands below one heading of a file."""
    parts = _HEADING.split(path.read_text("utf-8"))
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    return commands(sections[heading])


def filled(command: str, words: Mapping[str, str]) -> str:
    """A command with its words in capitals replaced; raises KeyError for one that has no meaning."""
    return _PLACEHOLDER.sub(lambda match: words[match[0]], command)


def _commands(text: str) -> Iterator[str]:
    """Fences alternate: prose, code, prose and so on."""
    for number, part in enumerate(_FENCE.split(text)):
        matches = (_IN_CODE if number % 2 else _IN_PROSE).finditer(part)
        yield from (next(filter(None, match.groups())) for match in matches)
