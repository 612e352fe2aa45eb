"""A mark at the end of what cafleet wrote: by it we know our own, and whether it was changed."""

from __future__ import annotations

import hashlib
import re

from cafleet_core import __version__

_SEAL = re.compile(r"(?:#|<!--) cafleet (?:\S+ )?([0-9a-f]{12})(?: -->)?\n?\Z")


def command(words: str) -> str:
    """A shell command with its seal as a comment; the same in every version of cafleet."""
    return f"{words} # cafleet {_digest(words + ' ')}"


def file(body: str, comment: str) -> str:
    """A file's content with its seal in a last line; `comment` is how one is begun."""
    body = body if body.endswith("\n") else f"{body}\n"
    ending = " -->" if comment == "<!--" else ""
    return f"{body}{comment} cafleet {__version__} {_digest(body)}{ending}\n"


def opened(text: str) -> str | None:
    """What was sealed; None where there is no seal, or something was changed since."""
    last_line = text.rfind("\n", 0, len(text) - 1) + 1
    seal = _SEAL.search(text, last_line)
    if seal is None or seal[1] != _digest(text[: seal.start()]):
        return None
    return text[: seal.start()]


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:12]
