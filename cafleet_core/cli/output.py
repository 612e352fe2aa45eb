"""The only writer to standard output and error; everything passes the sanitiser here."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from cafleet_core import text


def line(words: str) -> None:
    """Print text for a human or an agent, sanitised, with its line breaks."""
    sys.stdout.write(text.sanitise(words) + "\n")


def raw(words: str) -> None:
    """Print what was asked for with its escape sequences, such as `capture --ansi`."""
    sys.stdout.write(words + "\n")


def document(value: object) -> None:
    """Print one compact JSON document on one line, every string in it sanitised."""
    sys.stdout.write(encoded(value) + "\n")


def note(words: str) -> None:
    """Tell something beside the result, on standard error."""
    sys.stderr.write(text.sanitise(words) + "\n")


def encoded(value: object) -> str:
    """`value` as compact JSON; text stays readable, so agents pay for no escapes."""
    import json

    return json.dumps(_clean(value), ensure_ascii=False, separators=(",", ":"))


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell, two blanks between, nothing cut."""
    cells = [[text.label(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in cells
    )


def _clean(value: object) -> Any:
    if isinstance(value, str):
        return text.sanitise(value)
    if isinstance(value, Mapping):
        return {key: _clean(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    return value
