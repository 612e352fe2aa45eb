"""Parse a skill: its sections, its commands, and their placeholders."""

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
    """Every command line of a text, in order: from code blocks and from inline code."""
    return [" ".join(command.split()) for command in _commands(text)]


def under(path: Path, heading: str) -> list[str]:
    """The commands below one heading of a file."""
    parts = _HEADING.split(path.read_text("utf-8"))
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    return commands(sections[heading])


def filled(command: str, words: Mapping[str, str]) -> str:
    """A command with its placeholders replaced; raises KeyError for an unknown one."""
    return _PLACEHOLDER.sub(lambda match: words[match[0]], command)


def _commands(text: str) -> Iterator[str]:
    """The commands of a text, which its fences divide into prose and code alternately."""
    for number, part in enumerate(_FENCE.split(text)):
        matches = (_IN_CODE if number % 2 else _IN_PROSE).finditer(part)
        yield from (next(filter(None, match.groups())) for match in matches)
