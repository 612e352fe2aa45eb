"""Show the human a file in a program of theirs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence

from cafleet_core.broker.messages import attached
from cafleet_core.broker.messages.attached import SeenFile
from cafleet_core.broker.team import open_file
from cafleet_core.errors import Refused
from cafleet_core.records import Attachment


def has_popups() -> bool:
    """Whether it can be shown beside the room; else it takes the room's place meanwhile."""
    return open_file.has_popups(os.environ)


def seen(files: Sequence[Attachment]) -> list[SeenFile]:
    """These files, with what has become of each."""
    return attached.seen(files)


def in_popup(program: Sequence[str], host_id: str, path: str, line: int) -> None:
    """Show a file of this machine in a popup; raises Refused."""
    open_file.refuse_elsewhere(host_id)
    argv = open_file.command(program, path, line, os.environ)
    open_file.in_popup(argv, os.environ)


def instead(program: Sequence[str], host_id: str, path: str, line: int) -> None:
    """Show a file in this terminal, until its program ends; raises Refused."""
    open_file.refuse_elsewhere(host_id)
    argv = open_file.command(program, path, line, os.environ)
    try:
        code = subprocess.call(argv)
    except OSError as error:
        raise Refused(f"{argv[0]}: {error.strerror}.") from None
    if code:
        raise Refused(f"{os.path.basename(argv[0])} ended with {code}.")
