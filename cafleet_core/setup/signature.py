"""Sign text that cafleet writes, to recognise it later and to detect changes."""

from __future__ import annotations

import hashlib
import re

from cafleet_core import __version__

_SEAL = re.compile(r"(?:#|//|<!--) cafleet (?:\S+ )?([0-9a-f]{12})(?: -->)?\n?\Z")


def command(words: str) -> str:
    """A shell command with its signature as a comment; stable across versions."""
    return f"{words} # cafleet {_digest(words + ' ')}"


def file(body: str, comment: str) -> str:
    """A file's content with its signature as a last line; `comment` starts a comment."""
    body = body if body.endswith("\n") else f"{body}\n"
    ending = " -->" if comment == "<!--" else ""
    return f"{body}{comment} cafleet {__version__} {_digest(body)}{ending}\n"


def opened(text: str) -> str | None:
    """The signed text; None without a valid signature."""
    last_line = text.rfind("\n", 0, len(text) - 1) + 1
    seal = _SEAL.search(text, last_line)
    if seal is None or seal[1] != _digest(text[: seal.start()]):
        return None
    return text[: seal.start()]


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:12]
