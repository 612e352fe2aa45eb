"""What is there of some pieces, what would change, and the change itself."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cafleet_core.errors import CafleetError, InvalidSetting
from cafleet_core.setup import files
from cafleet_core.setup.piece import (
    ABSENT,
    BROKEN,
    FOREIGN,
    STALE,
    Piece,
    Target,
)


class PieceStatus(NamedTuple):
    """The state that a piece is in; `problem` says what is wrong with a file of a broken one."""

    piece: Piece
    state: str
    problem: str = ""


class FileChange(NamedTuple):
    """A file's text before and after; None is a file that is not there.

    `shared` is set where there is more in it than cafleet's own, of which a copy is kept,
    and `is_prose` where a diff is not worth reading.
    """

    path: str
    home: str
    before: str | None
    after: str | None
    shared: bool
    is_prose: bool
    pieces: tuple[str, ...]


class Plan(NamedTuple):
    """The changes to be made, the files left because they were changed by hand, the problems."""

    changes: tuple[FileChange, ...] = ()
    left: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def status(piece: Piece) -> PieceStatus:
    """The state of a piece; never raises."""
    try:
        states = {_state(target, files.read(target.path)) for target in piece.targets}
    except CafleetError as error:
        return PieceStatus(piece, BROKEN, error.message)
    if FOREIGN in states:
        return PieceStatus(piece, FOREIGN)
    return PieceStatus(piece, states.pop() if len(states) == 1 else STALE)


def plan(pieces: Iterable[Piece], *, remove: bool, force: bool = False) -> Plan:
    """What it takes to have these pieces, or to have none of them; never raises.

    What was changed by hand is left, unless `force` asks for the pieces all the same.
    """
    by_path: dict[str, list[tuple[Piece, Target]]] = {}
    for piece in pieces:
        for target in piece.targets:
            by_path.setdefault(target.path, []).append((piece, target))
    changes, left, problems = [], [], []
    for path, parts in by_path.items():
        try:
            before = files.read(path)
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
    """Make a change; the path of the copy that was kept, if one was. Raises Refused."""
    copy = None
    if change.shared and change.before is not None:
        copy = files.back_up(change.path, change.before)
    files.write(change.path, change.before, change.after)
    if change.after is None:
        files.tidy(change.path, change.home)
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
