"""The only writer to standard output and error; all output is sanitised here."""

from __future__ import annotations

import io
import os
import sys

from cafleet_core import text
from cafleet_core.errors import CafleetError
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


_WORDS = {None: "null", True: "true", False: "false"}


class ReaderGone(Exception):
    """The reader of standard output has closed it; no `OSError`, which click would handle."""


def prepare() -> None:
    """Prepare the process's streams, whatever the caller closed or its locale can show.

    A closed stream reads and writes nothing; a character that a terminal cannot show
    becomes a `?`. Without this either would be a traceback.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115  # lives as long as the process
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def flush() -> None:
    """Flush what was printed; raises ReaderGone, and CafleetError if it is lost."""
    try:
        sys.stdout.flush()
    except OSError as error:
        raise _lost(error) from None


def line(words: str) -> None:
    """Print text for a human or an agent, sanitised, with its line breaks."""
    _print(text.sanitise(words))


def raw(words: str) -> None:
    """Print text with its escape sequences, as the caller asked for (`capture --ansi`)."""
    _print(words)


def document(value: object) -> None:
    """Print one compact JSON document on one line, every string in it sanitised."""
    _print(encoded(value))


def note(words: str) -> None:
    """Print a note beside the result, on standard error."""
    try:
        sys.stderr.write(text.sanitise(words) + "\n")
    except OSError:
        pass  # whoever has closed standard error wants no notes


def encoded(value: object) -> str:
    """`value` as compact JSON; text stays readable, as agents pay for escapes.

    Only for a stream that is not UTF-8 is everything beyond ASCII escaped.
    """
    try:  # of the library's encoder only how a text is quoted: all of it costs as much as a poll
        from _json import encode_basestring, encode_basestring_ascii
    except ImportError:
        from json.encoder import encode_basestring, encode_basestring_ascii

    readable = (sys.stdout.encoding or "").lower() in ("utf-8", "utf8")
    return _json(value, encode_basestring if readable else encode_basestring_ascii)


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


def _print(words: str) -> None:
    try:
        sys.stdout.write(words + "\n")
    except OSError as error:
        raise _lost(error) from None


def _lost(error: OSError) -> Exception:
    """The exception for standard output that takes nothing more."""
    if isinstance(error, BrokenPipeError):
        return ReaderGone()
    return CafleetError(f"standard output: {error.strerror}.")


def _json(value: object, quoted: Callable[[str], str]) -> str:
    """Plain data as JSON, every text sanitised; raises TypeError for any other value."""
    if isinstance(value, str):
        return quoted(text.sanitise(value))
    if isinstance(value, dict):
        pairs = (f"{_key(key, quoted)}:{_json(value[key], quoted)}" for key in value)
        return f"{{{','.join(pairs)}}}"
    if isinstance(value, (list, tuple)):
        return f"[{','.join(_json(item, quoted) for item in value)}]"
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, (int, float)):
        return repr(value)
    raise TypeError(f"{type(value).__name__} cannot be said in JSON")


def _key(key: object, quoted: Callable[[str], str]) -> str:
    """A number as a key becomes a text in JSON."""
    return _json(key if isinstance(key, str) else _json(key, quoted), quoted)
