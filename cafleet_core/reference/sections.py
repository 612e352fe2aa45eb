"""Documents that are written by hand, except sections that the program fills."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
"""The folder with the documents, in a checkout."""

_END = "<!-- end -->"


def filled(words: str, name: str, content: str) -> str:
    """The document `words` with `content` in its section `name`."""
    begins = f"<!-- {name}: made by `make docs` -->\n"
    before, _, rest = words.partition(begins)
    return f"{before}{begins}{content}{_END}{rest.partition(_END)[2]}"
