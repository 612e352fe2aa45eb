"""The body of a message: from an option, a file or standard input."""

from __future__ import annotations

import sys

from cafleet_core.errors import InvalidInput

_LONGEST = 10_000_000


def read_body(words: str | None, file: str | None) -> str:
    """The text of `--text`, or of the file that `--file` names (`-` is standard input).

    Raises InvalidInput unless exactly one is given, or if the file is not UTF-8 text or
    longer than anybody would read.
    """
    if (words is None) == (file is None):
        raise InvalidInput("give the body with --text, or with --file.")
    return words or "" if file is None else read_file("--file", file)


def read_file(option: str, file: str) -> str:
    """The text of a file that an option names (`-` is standard input); raises InvalidInput."""
    try:
        body = _bytes(file)
        if len(body) > _LONGEST:
            raise InvalidInput(f"{option} {file}: over 10 MB; send its path instead.")
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidInput(f"{option} {file}: not UTF-8 text.") from None
    except OSError as error:
        why = f"{option} {file}: {error.strerror}."
        raise InvalidInput(why, f"`{option} -` reads standard input.") from None


def _bytes(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read(_LONGEST + 1)
    with open(file, "rb") as opened:
        return opened.read(_LONGEST + 1)
