"""OpenCode's own database, only read: its conversations, and which turns its model has read."""

from __future__ import annotations

import os

from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.reading import foreign_files, process_tree
from cafleet_core.process import PROC

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from cafleet_core.panes.reading.foreign_database import Database

_TITLED = "OC | "
_CUT = "…"
"""How the title of its pane begins in a conversation, and ends where that has a long title."""

_MOST_ALIKE = 200
_NEWEST = 400
"""Messages at the end of a conversation in which a turn is looked for."""

_TITLES = """
    SELECT id, title, directory, time_updated, agent, model FROM session
    WHERE parent_id IS NULL AND time_archived IS NULL AND substr(title, 1, ?) = ?
    LIMIT ?
"""
_CHANGED = "SELECT id FROM session WHERE time_updated >= ?"
_TURNS = """
    SELECT m.id, m.time_created, m.data, p.data FROM (
        SELECT id, time_created, data FROM message WHERE session_id = ?
        ORDER BY time_created DESC LIMIT ?
    ) m JOIN part p ON p.message_id = m.id WHERE instr(p.data, ?)
"""
_ANSWERED = """
    SELECT m.data FROM (
        SELECT id, data FROM message WHERE session_id = ?
        ORDER BY time_created DESC LIMIT ?
    ) m WHERE EXISTS (
        SELECT 1 FROM part p WHERE p.message_id = m.id AND instr(p.data, '"step-start"')
    )
"""


_ID = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


class Conversation(NamedTuple):
    """A conversation, and with which agent and model it goes on, as its last turn did.

    `model` holds these as the fields of a prompt: `model`, and `variant` where it has one.
    """

    id: str
    agent: str
    model: dict[str, Any]


class UserTurn(NamedTuple):
    """A turn of the user's in a conversation, queued or not: its text, and when it came, in
    epoch seconds. `is_read` tells whether the model has begun to answer it, or a later one.
    """

    conversation: str
    text: str
    at: float
    is_read: bool


def data_folder(pid: int, proc: str = PROC) -> str:
    """Where an OpenCode keeps its data and its sign-ins; empty if not told."""
    environ = process_tree.environ(pid, proc)
    home = environ.get("HOME")
    data = environ.get("XDG_DATA_HOME") or (home and os.path.join(home, ".local/share"))
    return os.path.join(data, "opencode") if data else ""


def path(pid: int, proc: str = PROC) -> str:
    """The path of an OpenCode's database; empty if not told."""
    folder = data_folder(pid, proc)
    named = process_tree.environ(pid, proc).get("OPENCODE_DB") or "opencode.db"
    return os.path.join(folder, named) if folder else ""


def on_screen(
    database: Database, title: str, folder: str, since: float
) -> Conversation | None:
    """The conversation on an OpenCode's screen, by the title of its pane; None if not sure.

    It works in `folder`, and began at `since`, in epoch seconds. Of several conversations
    with that title, as the same first prompt gives them, the only one begun there is meant;
    of several begun there, the only one that has changed since then.
    """
    if not title.startswith(_TITLED):
        return None
    named = title.removeprefix(_TITLED)
    begins = named.removesuffix(_CUT)
    rows = database.rows(_TITLES, len(begins), begins, _MOST_ALIKE)
    alike = [row for row in rows if row[1] == named or named != begins]
    here = [row for row in alike if row[2] == folder] if len(alike) > 1 else alike
    live = [row for row in here if row[3] >= since * 1000] if len(here) > 1 else here
    if len(live) != 1 or len(rows) == _MOST_ALIKE:
        return None
    [(conversation, _, _, _, agent, model)] = live
    if not (isinstance(conversation, str) and _ID.issuperset(conversation)):
        return None
    chosen = _chosen(model)
    return Conversation(conversation, agent, chosen) if agent and chosen else None


def _chosen(model: object) -> dict[str, Any]:
    """A conversation's model as a prompt names it; empty for none."""
    stored = foreign_files.parsed(model.encode()) if isinstance(model, str) else {}
    named = {"providerID": stored.get("providerID"), "modelID": stored.get("id")}
    if not all(named.values()):
        return {}
    variant = stored.get("variant")
    return {"model": named} | ({"variant": variant} if variant else {})


def changed_since(database: Database, since: float) -> list[str]:
    """The conversations that have changed after `since`, in epoch seconds."""
    return [row[0] for row in database.rows(_CHANGED, int(since * 1000))]


def user_turns(
    database: Database, conversation: str, part: str, most: int = _NEWEST
) -> Iterator[UserTurn]:
    """The turns of the user's that contain `part`, among the last `most` messages."""
    reached = _reached(database, conversation, most)
    for number, at, message, piece in database.rows(_TURNS, conversation, most, part):
        if foreign_files.parsed(message.encode()).get("role") == "user":
            text = str(foreign_files.parsed(piece.encode()).get("text"))
            yield UserTurn(conversation, text, at / 1000, number <= reached)


def _reached(database: Database, conversation: str, most: int) -> str:
    """The last message of the user's that the model has begun to answer; empty for none.

    Ids grow with the time. An answer that its service has refused has no step.
    """
    answers = database.rows(_ANSWERED, conversation, most)
    documents = [foreign_files.parsed(data.encode()) for (data,) in answers]
    return max((str(each.get("parentID") or "") for each in documents), default="")
