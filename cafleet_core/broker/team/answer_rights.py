"""One-time rights to answer one question, for the links in notifications.

Each is a private file beside the registry, named by the hash of its secret: rights are this
machine's, like the panes that they are for. Removing the file uses the right.
"""

from __future__ import annotations

import json
import os

from cafleet_core import clock
from cafleet_core.broker.team import pane_states, questions
from cafleet_core.errors import Refused
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.storage import lookup

if TYPE_CHECKING:
    from cafleet_core.records import Event
    from cafleet_core.storage.registry import Registry

VALID_SECONDS = 12 * 3600.0
"""How long a right lasts that nobody uses."""

_ENTROPY = 32


class AnswerRight(NamedTuple):
    """The right to answer one question, by its id, of one agent, until a stamp."""

    session_id: str
    agent_id: str
    question: str
    until: str


def for_event(registry: Registry, event: Event) -> str:
    """A new right to answer what an event says was asked; empty if that is not asked here now."""
    agents = lookup.agents(registry, event.session_id, event.agent_id or "")
    for reading in pane_states.seen(agents).values():
        asked = reading.question
        if asked is not None and asked.asked == _words(event):
            question = questions.question_id(asked)
            return grant(registry, event.session_id, event.agent_id or "", question)
    return ""


def grant(registry: Registry, session_id: str, agent_id: str, question: str) -> str:
    """A new right to answer one question; those that are too old are removed."""
    import secrets

    folder = _folder(registry)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    _remove_old(folder)
    right = secrets.token_urlsafe(_ENTROPY)
    until = clock.stamp_after(clock.now(), VALID_SECONDS)
    with open(_path(registry, right), "x", encoding="utf-8", opener=_private) as file:
        json.dump(AnswerRight(session_id, agent_id, question, until), file)
    return right


def known(registry: Registry, right: str) -> AnswerRight:
    """The right with this secret; raises Refused if it is used, expired or unknown."""
    try:
        with open(_path(registry, right), encoding="utf-8") as file:
            read = AnswerRight._make(json.load(file))
    except (OSError, ValueError, TypeError):
        raise _gone() from None
    if read.until <= clock.stamp():
        raise _gone()
    return read


def use(registry: Registry, right: str) -> None:
    """Use a right up, before what it allows is done; raises Refused if another has."""
    try:
        os.unlink(_path(registry, right))
    except OSError:
        raise _gone() from None


def _gone() -> Refused:
    return Refused(
        "this link was used already, or is too old.", "Open the page of all questions."
    )


def _words(event: Event) -> str:
    from cafleet_core.broker.events import history

    return str(history.detail(event).get("asked", ""))


def _remove_old(folder: str) -> None:
    oldest = clock.now().timestamp() - VALID_SECONDS
    for entry in os.scandir(folder):
        try:
            if entry.stat().st_mtime < oldest:
                os.unlink(entry.path)
        except OSError:
            pass  # another process was faster


def _path(registry: Registry, right: str) -> str:
    from hashlib import sha256

    name = sha256(right.encode("utf-8", "replace")).hexdigest()
    return os.path.join(_folder(registry), name)


def _folder(registry: Registry) -> str:
    return os.path.join(registry.folder, "answer-rights")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
