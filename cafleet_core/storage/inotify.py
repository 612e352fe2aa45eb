"""Changes of files as Linux reports them, by inotify: waiting for one takes no processor time.

A few lines of ctypes over three calls of libc, instead of a library: `watchfiles` polls in a
thread of its own every few milliseconds and batches changes, which takes longer and costs more
than polling the version; `inotify_simple` is these lines, as one more dependency.
"""

from __future__ import annotations

import os
import sys

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MODIFIED = 0x2
CLOSED_AFTER_WRITING = 0x8
MOVED = 0x40 | 0x80
CREATED = 0x100
DELETED = 0x200
LOST = 0x400 | 0x800 | 0x2000 | 0x4000 | 0x8000
"""The folder was replaced or removed, or events were dropped; see `inotify(7)`."""

_WANTED = MODIFIED | CLOSED_AFTER_WRITING | MOVED | CREATED | DELETED | 0x400 | 0x800
_ONLY_FOLDERS = 0x0100_0000
_HEAD_BYTES = 16
_READ_BYTES = 65536


class Inotify:
    """Reports changes of the files in some folders; raises OSError if that is impossible."""

    def __init__(self, folders: Iterable[str]) -> None:
        if sys.platform != "linux":
            raise OSError("only Linux has inotify")
        import ctypes  # it takes milliseconds, and only a wait needs it

        libc = ctypes.CDLL(None, use_errno=True)
        self.fd: int = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self.fd < 0:
            raise OSError(ctypes.get_errno(), "inotify_init1")
        for folder in folders:
            name = os.fsencode(folder)
            if libc.inotify_add_watch(self.fd, name, _WANTED | _ONLY_FOLDERS) < 0:
                error = ctypes.get_errno()
                self.close()
                raise OSError(error, "inotify_add_watch")

    def events(self) -> Iterator[tuple[int, str]]:
        """The changes since the last call: each a mask and the file's name, empty for the folder."""
        try:
            data = os.read(self.fd, _READ_BYTES)
        except BlockingIOError:
            return
        while data:
            mask = int.from_bytes(data[4:8], sys.byteorder)
            end = _HEAD_BYTES + int.from_bytes(data[12:16], sys.byteorder)
            yield mask, os.fsdecode(data[_HEAD_BYTES:end].rstrip(b"\0"))
            data = data[end:]

    def close(self) -> None:
        """Close the descriptor."""
        os.close(self.fd)
