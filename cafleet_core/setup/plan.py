"""The status of pieces, the changes they need, and carrying those out."""

from __future__ import annotations

from cafleet_core import user_files
from cafleet_core.errors import CafleetError, InvalidSetting
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.setup.piece import (
    ABSENT,
    BROKEN,
    FOREIGN,
    STALE,
    Piece,
    Target,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class PieceStatus(NamedTuple):
    """A piece's state; `problem` says what is wrong with a file of a broken one."""

    piece: Piece
    state: str
    problem: str = ""


class FileChange(NamedTuple):
    """A file's text before and after; None stands for a missing file.

    `shared` is set if the file holds other content too, which is then backed up;
    `is_prose` if it is not shown as a diff.
    """

    path: str
    home: str
    before: str | None
    after: str | None
    shared: bool
    is_prose: bool
    pieces: tuple[str, ...]


class Plan(NamedTuple):
    """The changes to make, the files left as they were changed by hand, the problems."""

    changes: tuple[FileChange, ...] = ()
    left: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def status(piece: Piece) -> PieceStatus:
    """The state of a piece; never raises."""
    try:
        states = {
            _state(target, user_files.read(target.path)) for target in piece.targets
        }
    except CafleetError as error:
        return PieceStatus(piece, BROKEN, error.message)
    if FOREIGN in states:
        return PieceStatus(piece, FOREIGN)
    return PieceStatus(piece, states.pop() if len(states) == 1 else STALE)


def plan(pieces: Iterable[Piece], *, remove: bool, force: bool = False) -> Plan:
    """The changes that set up these pieces, or remove them; never raises.

    Files that were changed by hand are left unless `force` is set.
    """
    by_path: dict[str, list[tuple[Piece, Target]]] = {}
    for piece in pieces:
        for target in piece.targets:
            by_path.setdefault(target.path, []).append((piece, target))
    changes, left, problems = [], [], []
    for path, parts in by_path.items():
        try:
            before = user_files.read(path)
            states = [_state(target, before) for _, target in parts]
            if FOREIGN in states and (remove or not force):
                left.append(path)
            wanted = [
                part
                for part, state in zip(parts, states, strict=True)
                if _is_due(state, remove=remove, force=force)
            ]
            change = _change(path, before, wanted, remove=remove)
        except CafleetError as error:
            problems.append(error.message)
            continue
        if change.before != change.after:
            changes.append(change)
    return Plan(tuple(changes), tuple(left), tuple(problems))


def carry_out(change: FileChange) -> str | None:
    """Make a change; the backup's path if one was written. Raises Refused."""
    copy = None
    if change.shared and change.before is not None:
        copy = user_files.back_up(change.path, change.before)
    user_files.write(change.path, change.before, change.after)
    if change.after is None:
        user_files.tidy(change.path, change.home)
    return copy


def difference(change: FileChange) -> str:
    """The change as a unified diff."""
    import difflib

    lines = difflib.unified_diff(
        (change.before or "").splitlines(),
        (change.after or "").splitlines(),
        *(change.path, change.path),
        lineterm="",
    )
    return "\n".join(lines)


def _is_due(state: str, *, remove: bool, force: bool) -> bool:
    if remove:
        return state != ABSENT
    return state in (ABSENT, STALE) or (state == FOREIGN and force)


def _change(
    path: str,
    before: str | None,
    parts: Sequence[tuple[Piece, Target]],
    *,
    remove: bool,
) -> FileChange:
    after = rest = before
    try:
        for _, target in parts:
            after = target.edit.take(after) if remove else target.edit.put(after)
            rest = target.edit.take(rest)
    except ValueError as error:
        raise InvalidSetting(f"{path} {error}; it is left as it is.") from None
    home = parts[0][0].home if parts else ""
    shared = rest is not None
    is_prose = not shared and all(target.is_prose for _, target in parts)
    names = tuple(piece.name for piece, _ in parts)
    return FileChange(path, home, before, after, shared, is_prose, names)


def _state(target: Target, text: str | None) -> str:
    try:
        return target.edit.state(text)
    except ValueError as error:
        raise InvalidSetting(f"{target.path} {error}; it is left as it is.") from None
