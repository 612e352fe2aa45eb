"""Claims of files by hand: made, and given back."""

from __future__ import annotations

from cafleet_core import clock, host, text
from cafleet_core.broker.files import users
from cafleet_core.broker.files.place import locate
from cafleet_core.errors import InvalidInput, Refused
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.file_use import FileUse, FileUseKind
from cafleet_core.storage import files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.broker.files.place import FilePlace
    from cafleet_core.records import Agent
    from cafleet_core.storage.files import FileUser
    from cafleet_core.storage.registry import Registry

LONGEST_DAYS = 7
"""Days that a claim may last: it is renewed by claiming again."""

_DAY_SECONDS = 86400


def places(paths: Sequence[str], folder: str) -> list[FilePlace]:
    """The files of these paths from a folder; raises InvalidInput for what is none."""
    located = []
    for path in paths:
        place = locate(path, folder)
        if place is None or not path:
            raise InvalidInput(f"{text.one_line(path)!r} is no path of a file.")
        located.append(place)
    return located


def claim(
    registry: Registry, agent: Agent, places: Sequence[FilePlace], until: str
) -> list[FileUser]:
    """Claim files for an agent until a stamp, all or none; who edits them nevertheless.

    Raises InvalidInput for an end that is over or too far, Refused where a living agent has
    claimed one of them.
    """
    now = clock.now()
    if (
        not clock.stamp(now)
        < until
        <= clock.stamp_after(now, LONGEST_DAYS * _DAY_SECONDS)
    ):
        raise InvalidInput(f"a claim ends within {LONGEST_DAYS} days from now.")
    at, paths = clock.stamp(now), [place.path for place in places]
    with registry.write(agent.session_id):
        rows = registry.rows(*files.users(agent.session_id, paths, at))
        others = [
            user
            for user in map(files.user_of, rows)
            if user.use.agent_id != agent.agent_id
            and user.use.host == host.host_id()
            and users.lives(user)
        ]
        _expect_unclaimed(others)
        registry.execute(*files.forget_past(agent.agent_id, at))
        for place in places:
            use = FileUse(
                *(agent.agent_id, agent.session_id, FileUseKind.CLAIM),
                *(host.host_id(), *place, at, until),
            )
            registry.rows(*files.note(use))
    return others


def _expect_unclaimed(others: Sequence[FileUser]) -> None:
    for user in others:
        if user.use.kind == FileUseKind.CLAIM:
            path = text.one_line(user.use.path)
            end = clock.seconds(user.use.ends_at)
            raise Refused(
                f"{path} is claimed by {text.label(user.agent_name)} until {end}."
            )


def release(registry: Registry, agent: Agent, places: Sequence[FilePlace]) -> int:
    """Have an agent use these files no more; how many of its edits and claims that ended."""
    ended = [
        files.end_file(agent.agent_id, host.host_id(), place.path) for place in places
    ]
    return sum(map(len, registry.change(agent.session_id, *ended)))


def release_all(registry: Registry, agent: Agent) -> int:
    """Have an agent use no file any more; how many of its edits and claims that ended."""
    return sum(
        map(len, registry.change(agent.session_id, files.end_all(agent.agent_id)))
    )
