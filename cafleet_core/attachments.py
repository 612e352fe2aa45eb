"""The files that messages come with: read when they are sent, copied, and looked at again.

What is known of a file is a `records.Attachment`; the registry keeps it elsewhere.
"""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import ExitStack, suppress

from cafleet_core import clock, host, ids, text
from cafleet_core.config import folders
from cafleet_core.errors import InvalidInput
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.records import Attachment
from cafleet_core.views import AttachmentState

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

MOST = 10
"""Files that a message may come with."""

LARGEST = 256 << 20
"""Bytes of the largest."""

_COMPARED = 1 << 20
"""Bytes up to which a look reads what was written since."""

_CHUNK = 1 << 20

_CLAIMED = ".sending"

_READING = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
"""How a path is opened that may be anything: a pipe must not be waited for."""


def taken(
    paths: Sequence[str], *, copied: bool = False, owner: str = ""
) -> list[Attachment]:
    """What is at these paths now; `copied` keeps a copy of each, for this user alone.

    Until `settle` a copy counts as left behind by a message of the registry `owner`. Raises
    InvalidInput, and keeps nothing, where one of them cannot be attached.
    """
    if len(paths) > MOST:
        raise InvalidInput(f"--attach: at most {MOST} files a message.")
    attached: list[Attachment] = []
    try:
        for position, path in enumerate(paths):
            attached.append(_taken(position, path, copied, owner))
    except InvalidInput:
        discard(attached)
        raise
    return attached


def state(attachment: Attachment) -> AttachmentState:
    """What has become of a file, by its size and its time; only a small one is read."""
    if attachment.host != host.host_id():
        return AttachmentState.ELSEWHERE
    try:
        now = os.stat(attachment.path)
        if not stat.S_ISREG(now.st_mode) or now.st_size != attachment.bytes:
            return AttachmentState.CHANGED
        if str(now.st_mtime_ns) == attachment.modified:
            return AttachmentState.SAME
        if now.st_size > _COMPARED:
            return AttachmentState.TOUCHED
        same = _digest(attachment.path) == attachment.sha256
    except (FileNotFoundError, NotADirectoryError):
        return AttachmentState.GONE
    except (OSError, ValueError):
        return AttachmentState.UNREADABLE
    return AttachmentState.SAME if same else AttachmentState.CHANGED


def settle(attached: Sequence[Attachment]) -> None:
    """The message of these files is stored: its copies are kept from now on."""
    for attachment in attached:
        if attachment.copied_from is not None:
            with suppress(OSError):
                os.unlink(_claim(attachment.path))


def left_behind(owner: str, seconds: float = 3600.0) -> list[str]:
    """The copies that were made this long ago for a registry's messages, and not settled.

    Their senders have died; whether a message was stored before that, its registry tells.
    """
    copies, before = _copies(), clock.here().timestamp() - seconds
    abandoned: list[str] = []
    with suppress(OSError):
        for name in os.listdir(copies):
            claim = os.path.join(copies, name)
            if name.endswith(_CLAIMED) and os.stat(claim).st_mtime < before:
                with open(claim, encoding="utf-8") as opened:
                    path, _, of = opened.read().partition("\n")
                if of == owner and _claim(path) == claim:
                    abandoned.append(path)
    return abandoned


def drop(paths: Iterable[str], *, stored: Container[str]) -> None:
    """Remove copies that were left behind, but those that are `stored` with a message."""
    for path in paths:
        if path not in stored:
            _remove(path)
        with suppress(OSError):
            os.unlink(_claim(path))


def _claim(copy: str) -> str:
    """The file that says for which registry's message a copy was made, until that is stored."""
    return os.path.dirname(copy) + _CLAIMED


def discard(attached: Sequence[Attachment]) -> None:
    """Remove the copies that this machine keeps of these files, and nothing else."""
    for attachment in attached:
        folder = os.path.dirname(attachment.path)
        if (
            attachment.copied_from is not None
            and attachment.host == host.host_id()
            and os.path.dirname(folder) == _copies()
            and ids.is_whole(os.path.basename(folder))
        ):
            _remove(attachment.path)
            settle([attachment])


def _copies() -> str:
    """The folder with a folder for each copy."""
    return os.path.join(folders.data_folder(os.environ), "attachments")


def _taken(position: int, named: str, copied: bool, owner: str) -> Attachment:
    path = os.path.abspath(named)
    shown = text.label(named)
    if not text.is_text(path) or text.label(path) != path:
        raise InvalidInput(f"--attach {shown}: a path that cannot be shown as it is.")
    copy = (
        os.path.join(_copies(), ids.new(), os.path.basename(path)) if copied else None
    )
    try:
        if copy:
            _begin(copy, owner)
        return _read(position, path, copy)
    except OSError as error:
        reason = error.strerror or "unreadable"
    except InvalidInput as error:
        reason = error.message
    if copy:
        drop([copy], stored=())
    raise InvalidInput(f"--attach {shown}: {reason.removesuffix('.')}.")


def _read(position: int, path: str, copy: str | None) -> Attachment:
    """The record of a file, which is copied while it is read; raises OSError, InvalidInput."""
    with ExitStack() as opened:
        source = os.open(path, _READING)
        opened.callback(os.close, source)
        before = os.fstat(source)
        if not stat.S_ISREG(before.st_mode):
            raise InvalidInput("no ordinary file")
        if before.st_size > LARGEST:
            raise InvalidInput(f"over {LARGEST >> 20} MiB; send its path instead")
        target = _created(copy) if copy else None
        if target is not None:
            opened.callback(os.close, target)
        digest, size = _copied(source, target)
        after = os.fstat(source)
        if size != before.st_size or after.st_mtime_ns != before.st_mtime_ns:
            raise InvalidInput("it is being written; try again")
        kept = after if target is None else os.fstat(target)
    return Attachment(
        *(position, host.host_id(), copy or path, path if copy else None),
        *(size, str(kept.st_mtime_ns), digest),
    )


def _begin(copy: str, owner: str) -> None:
    """Make the folder with copies, and say in it what this one is for."""
    os.makedirs(_copies(), mode=0o700, exist_ok=True)
    claim = os.open(_claim(copy), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(claim, "w", encoding="utf-8") as opened:
        opened.write(f"{copy}\n{owner}")


def _created(copy: str) -> int:
    """A descriptor of a new file of this user's alone, in a new folder."""
    os.mkdir(os.path.dirname(copy), 0o700)
    return os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)


def _copied(source: int, target: int | None) -> tuple[str, int]:
    """The SHA-256 and the size of what was read, and written to `target` if there is one."""
    digest, size = hashlib.sha256(), 0
    while size <= LARGEST and (chunk := os.read(source, _CHUNK)):
        digest.update(chunk)
        size += len(chunk)
        left = memoryview(chunk)
        while target is not None and left:
            left = left[os.write(target, left) :]
    if target is not None:
        os.fsync(target)
    return digest.hexdigest(), size


def _digest(path: str) -> str:
    source = os.open(path, _READING)
    try:
        return _copied(source, None)[0]
    finally:
        os.close(source)


def _remove(copy: str) -> None:
    with suppress(OSError):
        os.unlink(copy)
    with suppress(OSError):
        os.rmdir(os.path.dirname(copy))
