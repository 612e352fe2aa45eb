"""Who else uses a file: living agents of the same session, on the same machine."""

from __future__ import annotations

from cafleet_core import clock, host, process
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.file_use import SharedFile
from cafleet_core.storage import files

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cafleet_core.file_use import FileUse
    from cafleet_core.storage.files import FileUser
    from cafleet_core.storage.registry import Registry


class ListedUse(NamedTuple):
    """One use of a file, and the names of the others who use it.

    `elsewhere` are those who use the file of the same name in another tree of its
    repository: their work meets when it is merged, and no earlier.
    """

    user: FileUser
    others: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()


def lives(user: FileUser) -> bool:
    """Whether a file's user is alive, as far as can be seen: on another machine it is not seen."""
    pid, started = user.instance
    if not pid or user.use.host != host.host_id():
        return True
    now = process.find(pid)
    return now is not None and now.started == started


def of_session(registry: Registry, session_id: str) -> list[ListedUse]:
    """What the living agents of a session use, the newest use last."""
    users = files.of_session(registry, session_id, clock.stamp())
    return listed([user for user in users if lives(user)])


def shared(registry: Registry, session_id: str) -> dict[str, tuple[SharedFile, ...]]:
    """The files of each agent of a session that another uses as well, by agent id."""
    by_agent: dict[str, dict[str, SharedFile]] = {}
    for (use, _, _), others, _ in of_session(registry, session_id):
        if others:
            mine = by_agent.setdefault(use.agent_id, {})
            mine[use.path] = SharedFile(use.name or use.path, others)
    return {agent_id: tuple(mine.values()) for agent_id, mine in by_agent.items()}


def listed(users: Sequence[FileUser]) -> list[ListedUse]:
    """Each use with the others of the same file, and of the same file in another tree."""
    by_file: dict[tuple[str, str], list[FileUser]] = {}
    by_name: dict[tuple[str, str], list[FileUser]] = {}
    for user in users:
        by_file.setdefault(_file(user.use), []).append(user)
        by_name.setdefault((user.use.repository, user.use.name), []).append(user)
    uses = []
    for user in users:
        here = by_file[_file(user.use)]
        named = by_name[user.use.repository, user.use.name] if user.use.name else []
        there = [other for other in named if _file(other.use) != _file(user.use)]
        uses.append(ListedUse(user, _names(user, here), _names(user, there)))
    return uses


def _file(use: FileUse) -> tuple[str, str]:
    return use.host, use.path


def _names(user: FileUser, others: Iterable[FileUser]) -> tuple[str, ...]:
    """The names of the users that are other agents, each once."""
    own = user.use.agent_id
    names = (other.agent_name for other in others if other.use.agent_id != own)
    return tuple(dict.fromkeys(names))
