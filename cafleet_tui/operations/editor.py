"""Have a text written in the user's own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress

from cafleet_core.agents import programs
from cafleet_core.errors import InvalidInput, Refused

_USUAL = "vi"
_MOST_BYTES = 1 << 20


def edited(text: str, environ: Mapping[str, str]) -> str:
    """The text as the user left it in `$VISUAL`, or `$EDITOR`, which has this terminal meanwhile.

    The editor gets a file of the user's alone, which is removed afterwards. Raises Refused if
    there is no such program or it fails, InvalidInput for what is no text.
    """
    command = _command(environ)
    file, path = tempfile.mkstemp(prefix="cafleet-", suffix=".md")
    try:
        with open(file, "w", encoding="utf-8") as draft:
            draft.write(text)
        code = subprocess.call([*command, path])
        if code:
            raise Refused(f"{command[0]} ended with {code}; the draft is as it was.")
        return _read(path)
    except OSError as error:
        raise Refused(f"{command[0]}: {error.strerror}.") from None
    finally:
        with suppress(OSError):
            os.unlink(path)


def _command(environ: Mapping[str, str]) -> list[str]:
    """The editor's program and its options, as a shell would split them."""
    wanted = environ.get("VISUAL") or environ.get("EDITOR") or _USUAL
    try:
        command = shlex.split(wanted)
    except ValueError:
        command = []
    if not command or programs.which(command[0], environ.get("PATH")) is None:
        raise Refused(f"there is no program {wanted!r}: set EDITOR to yours.")
    return command


def _read(path: str) -> str:
    with open(path, "rb") as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise InvalidInput("the file is larger than 1 MiB.")
    try:
        return content.decode().removesuffix("\n")
    except UnicodeDecodeError:
        raise InvalidInput("the file is not UTF-8.") from None
