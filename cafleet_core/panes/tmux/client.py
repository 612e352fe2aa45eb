"""Calling tmux: one process, its input on a pipe, never longer than a time limit.

`subprocess` is not used, because importing it costs more than the call itself.
"""

import os
import select
import time
from collections.abc import Sequence
from typing import NamedTuple

from cafleet_core.errors import TmuxError

TIMEOUT = 5.0
"""Seconds after which a tmux server that does not answer is given up."""

_CHUNK = 65536
_SIGKILL = 9  # POSIX; importing `signal` costs a tenth of a call


class TmuxMissing(TmuxError):
    """There is no tmux on PATH."""


class ServerGone(TmuxError):
    """No tmux server runs at the socket, or it did not answer."""


class ServerSilent(ServerGone):
    """A tmux server may be there: it did not answer in time, or could not be asked."""


class ServerForbidden(ServerSilent):
    """A tmux server may be there, and this process may not talk to it, as in a sandbox."""


class Reply(NamedTuple):
    """What a tmux client printed, and its exit code."""

    code: int
    out: str
    err: str


def call(
    arguments: Sequence[str],
    *,
    socket: str | None = None,
    stdin: bytes = b"",
) -> Reply:
    """Run one tmux client against the server at `socket`, by default `$TMUX`'s.

    Raises TmuxMissing, ServerGone where no server runs, ServerSilent where it does not
    answer within `TIMEOUT` seconds or no client can be started, ServerForbidden where it
    may not be asked.
    A command that tmux refuses is no exception: see `Reply.code` and `Reply.err`.
    """
    where = ["-S", socket] if socket else []
    reply = _run(["tmux", "-u", *where, *arguments], stdin)
    if reply.code != 0 and _says_forbidden(reply.err):
        raise ServerForbidden(
            f"tmux at {socket or 'the default socket'} may not be reached from here."
        )
    if reply.code != 0 and _says_gone(reply.err):
        raise ServerGone(f"no tmux server at {socket or 'the default socket'}.")
    return reply


def _says_gone(err: str) -> bool:
    return err.startswith(
        ("no server running", "error connecting", "server exited", "lost server")
    )


def _says_forbidden(err: str) -> bool:
    return err.startswith("error connecting") and err.rstrip().endswith(
        ("(Operation not permitted)", "(Permission denied)")
    )


def _run(argv: list[str], stdin: bytes) -> Reply:
    (in_read, in_write), (out_read, out_write), (err_read, err_write) = (
        os.pipe() for _ in range(3)
    )
    ours, theirs = (in_write, out_read, err_read), (in_read, out_write, err_write)
    try:
        pid = os.posix_spawnp(
            argv[0],
            argv,
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, theirs[number], number) for number in range(3)
            ],
        )
    except OSError as error:
        _close(ours)
        if isinstance(error, FileNotFoundError | PermissionError):
            raise TmuxMissing("tmux is not on PATH.") from None
        raise ServerSilent(f"tmux cannot be started: {error.strerror}.") from None
    finally:
        _close(theirs)
    answered = False
    try:
        printed = _converse(in_write, (out_read, err_read), stdin)
        answered = True
    finally:
        if not answered:
            os.kill(pid, _SIGKILL)
        code = _exit_code(pid)
    return Reply((1 if printed[1] else 0) if code is None else code, *printed)


def _exit_code(pid: int) -> int | None:
    """What a child ended with; None where our own parent has us ignore our children."""
    try:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except ChildProcessError:
        return None


def _converse(writer: int, readers: tuple[int, int], stdin: bytes) -> tuple[str, str]:
    """Feed `stdin` and collect both outputs until they end; closes all three."""
    deadline = time.monotonic() + TIMEOUT
    collected = {reader: bytearray() for reader in readers}
    open_ends = {writer, *readers}
    poller = select.poll()
    os.set_blocking(writer, False)
    poller.register(writer, select.POLLOUT)
    for reader in readers:
        poller.register(reader, select.POLLIN)
    try:
        while open_ends:
            ready = poller.poll(max(0.0, deadline - time.monotonic()) * 1000)
            if not ready:
                raise ServerSilent(f"tmux did not answer within {TIMEOUT:g} s.")
            for end, _ in ready:
                if end == writer:
                    stdin, done = _feed(writer, stdin)
                else:
                    chunk = os.read(end, _CHUNK)
                    collected[end] += chunk
                    done = not chunk
                if done:
                    poller.unregister(end)
                    open_ends.remove(end)
                    os.close(end)
    finally:
        _close(open_ends)
    out, err = (collected[reader].decode("utf-8", "replace") for reader in readers)
    return out, err


def _feed(writer: int, stdin: bytes) -> tuple[bytes, bool]:
    """Write what fits; the rest, and whether nothing more is to be written."""
    try:
        rest = stdin[os.write(writer, stdin) :] if stdin else b""
    except BrokenPipeError:
        rest = b""
    return rest, not rest


def _close(ends: Sequence[int] | set[int]) -> None:
    for end in ends:
        os.close(end)
