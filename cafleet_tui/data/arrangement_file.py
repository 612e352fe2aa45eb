"""How a human has arranged a session's list of members, in a file of the state folder."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from threading import Lock

from cafleet_core.views import RosterOrder
from cafleet_tui.model.member_order import AS_IT_COMES, Arrangement

_MOST_PINNED = 1000
_WRITING = Lock()


def path_of(folder: str, session_id: str) -> str:
    """The path of this session's file."""
    return os.path.join(folder, "members", f"{session_id}.json")


def read(path: str) -> Arrangement:
    """The order, the pins and the width in the file; as the list comes where there is no such thing."""
    with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
        with open(path, encoding="utf-8") as file:
            document = json.loads(file.read(100_000))
        pinned = [each for each in document["pinned"] if isinstance(each, str)]
        kept = Arrangement(RosterOrder(document["order"]), tuple(pinned[:_MOST_PINNED]))
        return kept.widened(int(document.get("wider", 0)))
    return AS_IT_COMES


def write(path: str, newest: Callable[[], Arrangement]) -> None:
    """Keep the order, the pins and the width that there are once earlier ones are written.

    Where that is impossible, what was kept stays.
    """
    new = f"{path}.{os.getpid()}"
    with _WRITING, suppress(OSError):
        arrangement = newest()
        document = arrangement._asdict()
        del document["words"]
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            json.dump(document, file)
        os.replace(new, path)
