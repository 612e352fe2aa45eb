"""Edits of files as agents' hooks tell of them: noted, and compared with what others use."""

from __future__ import annotations

from cafleet_core import clock, host
from cafleet_core.broker.files import users
from cafleet_core.config.rules import OnConflict
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.file_use import FileUse, FileUseKind
from cafleet_core.storage import files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cafleet_core.broker.files.place import FilePlace
    from cafleet_core.records import Agent
    from cafleet_core.storage.files import FileUser
    from cafleet_core.storage.registry import Registry

SECONDS = 600
"""Seconds after its last edit for which an agent is taken to be at work on a file."""


class Edit(NamedTuple):
    """An edit that is about to be made, since when its agent is at it, and of whom it was told."""

    use: FileUse
    began_at: str
    warned: frozenset[str]


def begin(
    registry: Registry, agent: Agent, places: Sequence[FilePlace], rule: OnConflict
) -> list[FileUser]:
    """Note that an agent is about to edit files; the living others whom it must be told of.

    It is told of each once, as long as it is at work on the file, and again whenever the edit is
    denied: then none is noted. The two who begin at one moment see at least one of each
    other, because each notes first and looks then.
    """
    if not places:
        return []
    at, end = _now_and_end()
    session_id, paths = agent.session_id, [place.path for place in places]
    uses = [_edit(agent, place, at, end) for place in places]
    *noted, _, seen = registry.change(
        session_id,
        *map(files.note, uses),
        files.forget_past(agent.agent_id, at),
        files.users(session_id, paths, at),
        durable=False,
    )
    others = [
        user
        for user in map(files.user_of, seen)
        if user.use.agent_id != agent.agent_id
        and user.use.host == uses[0].host
        and users.lives(user)
    ]
    if not others:
        return []
    begun = [_begun(use, rows) for use, rows in zip(uses, noted, strict=True)]
    if rule == OnConflict.DENY:
        return _denied(registry, session_id, begun, others, at)
    return _told(registry, session_id, begun, others)


def end(registry: Registry, agent: Agent) -> None:
    """Note that an agent's turn is over, and with it its edits; nothing is written for none."""
    if files.edits(registry, agent.agent_id):
        _change(registry, agent.session_id, [files.end_edits(agent.agent_id)])


def _now_and_end() -> tuple[str, str]:
    now = clock.now()
    return clock.stamp(now), clock.stamp_after(now, SECONDS)


def _edit(agent: Agent, place: FilePlace, at: str, end: str) -> FileUse:
    who = agent.agent_id, agent.session_id
    return FileUse(*who, FileUseKind.EDIT, host.host_id(), *place, at, end)


def _begun(use: FileUse, rows: Sequence[Sequence[Any]]) -> Edit:
    [[began_at, warned]] = rows
    return Edit(use, began_at, frozenset(warned.split()))


def _denied(
    registry: Registry,
    session_id: str,
    begun: list[Edit],
    others: list[FileUser],
    at: str,
) -> list[FileUser]:
    """Those of the others who were there first, or have claimed the file: for them it is denied."""
    since = {edit.use.path: edit.began_at for edit in begun}
    first = [
        user
        for user in others
        if user.use.kind == FileUseKind.CLAIM
        or user.use.began_at <= since[user.use.path]
    ]
    if first:
        new = [files.end(edit.use) for edit in begun if edit.began_at == at]
        _change(registry, session_id, new)
    return first


def _told(
    registry: Registry, session_id: str, begun: list[Edit], others: list[FileUser]
) -> list[FileUser]:
    """Those of the others whom the agent was not told of before, at the file that they share."""
    new, kept = [], []
    for edit in begun:
        here = [user for user in others if user.use.path == edit.use.path]
        unknown = [user for user in here if user.use.agent_id not in edit.warned]
        new += unknown
        if unknown:
            known = edit.warned.union(user.use.agent_id for user in unknown)
            kept.append(files.set_warned(edit.use, " ".join(sorted(known))))
    _change(registry, session_id, kept)
    return new


def _change(registry: Registry, session_id: str, statements: list[Any]) -> None:
    if statements:
        registry.change(session_id, *statements, durable=False)
