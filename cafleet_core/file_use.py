"""The use of a file by an agent, as the registry stores it and as it is shown."""

from __future__ import annotations

from cafleet_core.fast_types import NamedTuple, StrEnum


class FileUseKind(StrEnum):
    """How an agent uses a file: its program is at work on it, or it was claimed by hand."""

    EDIT = "edit"
    CLAIM = "claim"


class FileUse(NamedTuple):
    """That an agent edits a file, or has claimed it, until a stamp.

    `path` is where the file really is on the machine `host`, absolute and without links.
    `repository` is the git folder that all trees of its repository share, `name` its path
    within the tree: the file of this name in another tree is another file. Outside of any
    repository both are empty. `warned` are the ids of the agents that its agent was told of,
    separated by spaces.
    """

    agent_id: str
    session_id: str
    kind: FileUseKind
    host: str
    path: str
    repository: str
    name: str
    began_at: str
    ends_at: str
    warned: str = ""


class SharedFile(NamedTuple):
    """A file that an agent edits or has claimed, as others do: its path, and their names.

    The path is that within its repository's tree, where it is in one.
    """

    path: str
    others: tuple[str, ...]
