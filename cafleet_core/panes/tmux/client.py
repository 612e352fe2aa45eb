"""Call tmux: one process, its input on a pipe, never longer than a time limit.

`subprocess` is not used, because importing it costs more than the call itself.
"""

from __future__ import annotations

import os
import select
import time

from cafleet_core.errors import TmuxError
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

TIMEOUT = 5.0
"""Seconds after which a tmux server that does not answer is given up."""

TIMEOUT_AGAIN = 0.3
"""Seconds for a server that was just given up: undoing a failed operation asks it again."""

_AGAIN_FOR = 2.0
TRACE = "CAFLEET_TRACE"
"""The variable that names the trace file: see `cafleet_core.trace`."""

_given_up: dict[str | None, float] = {}
"""When each server was last given up, by socket."""

_CHUNK = 65536
_WAIT_SECONDS = 0.0002
_LONGEST_WORDS = 200
_UNASKED = ("error connecting", "server exited", "lost server")
_OTHER_VERSION = "protocol version"
_FORBIDDEN = ("access not allowed",)
_NOT_ALLOWED = ("(Operation not permitted)", "(Permission denied)")
_ABSENT = ("(No such file or directory)", "(Connection refused)")
_SIGKILL = 9  # POSIX; importing `signal` costs a tenth of a call


class TmuxMissing(TmuxError):
    """tmux is not on PATH."""


class ServerSilent(TmuxError):
    """A tmux server could not be asked; whether it runs is unknown, and nothing follows."""


class NoServer(ServerSilent):
    """Nobody listens at the socket: the server has ended, or only its socket is missing.

    `servers.ended` distinguishes the two.
    """


class ServerForbidden(ServerSilent):
    """This process may not talk to the tmux server, as in a sandbox."""


class OtherVersion(ServerSilent):
    """The tmux on PATH and the server do not understand each other."""


class _TimedOut(Exception):
    """A client did not end in time."""


class Reply(NamedTuple):
    """A tmux client's output and exit code."""

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

    Raises TmuxMissing, and ServerSilent with tmux's own words if the server could not be
    asked: NoServer, ServerForbidden, or it did not answer within `TIMEOUT` seconds. A
    command that tmux refuses is no exception: see `Reply.code` and `Reply.err`.
    """
    if os.environ.get(TRACE):
        return _traced(arguments, socket, stdin)
    return _asked(arguments, socket, stdin)


def silent(what: str, reply: Reply) -> ServerSilent:
    """The error for a reply that cannot be used: an unexpected refusal, or an incomplete answer."""
    return ServerSilent(f"tmux {what} was not answered: {_words(reply)}.")


def _traced(arguments: Sequence[str], socket: str | None, stdin: bytes) -> Reply:
    from cafleet_core import trace  # only for the trace

    script = stdin.decode("utf-8", "replace")
    asked = {"socket": socket, "arguments": list(arguments), "script": script}
    try:
        reply = _asked(arguments, socket, stdin)
    except TmuxError as error:
        trace.note("tmux", **asked, error=error.message)
        raise
    trace.note("tmux", **asked, **reply._asdict())
    return reply


def _asked(arguments: Sequence[str], socket: str | None, stdin: bytes) -> Reply:
    where = ["-S", socket] if socket else []
    seconds = _patience(socket)
    try:
        reply = _run(["tmux", "-u", *where, *arguments], stdin, seconds)
    except _TimedOut:
        if seconds == TIMEOUT:
            _given_up[socket] = time.monotonic()
        raise ServerSilent(f"tmux did not answer within {TIMEOUT:g} s.") from None
    _given_up.pop(socket, None)
    if reply.code != 0:
        _expect_asked(reply, socket or "the default socket")
    return reply


def _patience(socket: str | None) -> float:
    """Seconds to wait for a server: little for one that was just given up."""
    since = time.monotonic() - _given_up.get(socket, -_AGAIN_FOR - 1)
    return TIMEOUT if since > _AGAIN_FOR else min(TIMEOUT, TIMEOUT_AGAIN)


def _expect_asked(reply: Reply, where: str) -> None:
    """Raise if a client failed before its command reached a server, or said nothing."""
    if reply.code < 0:
        raise ServerSilent(f"tmux at {where} could not be asked: {_words(reply)}.")
    if reply.err.startswith(_FORBIDDEN) or _connecting(reply.err, _NOT_ALLOWED):
        raise ServerForbidden(f"tmux at {where} may not be reached from here.")
    if reply.err.startswith("no server running") or _connecting(reply.err, _ABSENT):
        raise NoServer(f"no tmux server at {where}: {_words(reply)}.")
    if reply.err.startswith(_OTHER_VERSION):
        raise OtherVersion(f"tmux at {where} could not be asked: {_words(reply)}.")
    if reply.err.startswith(_UNASKED):
        raise ServerSilent(f"tmux at {where} could not be asked: {_words(reply)}.")


def _connecting(err: str, reasons: tuple[str, ...]) -> bool:
    return err.startswith("error connecting") and err.rstrip().endswith(reasons)


def _words(reply: Reply) -> str:
    """tmux's own words, as one line fit for an error."""
    from cafleet_core import text  # most calls succeed

    said = text.one_line(reply.err.strip())
    if not said:
        return f"exit code {reply.code}, no words"
    return text.cut(said, _LONGEST_WORDS).rstrip(".")


def _run(argv: list[str], stdin: bytes, seconds: float) -> Reply:
    ends = _pipes()
    (in_read, in_write), (out_read, out_write), (err_read, err_write) = ends
    ours, theirs = (in_write, out_read, err_read), (in_read, out_write, err_write)
    try:
        pid = os.posix_spawnp(
            argv[0],
            argv,
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, theirs[number], number) for number in range(3)
            ],
            setpgroup=0,  # if it hangs, its children go with it
        )
    except OSError as error:
        _close(ours)
        if isinstance(error, FileNotFoundError | PermissionError):
            raise TmuxMissing("tmux is not on PATH.") from None
        raise ServerSilent(f"tmux cannot be started: {error.strerror}.") from None
    finally:
        _close(theirs)
    deadline = time.monotonic() + seconds
    answered = False
    try:
        printed = _converse(in_write, (out_read, err_read), stdin, deadline)
        code = _exit_code(pid, deadline)
        answered = True
    finally:
        if not answered:
            _kill(pid)
    return Reply((1 if printed[1] else 0) if code is None else code, *printed)


def _pipes() -> list[tuple[int, int]]:
    """The three pipes of a client; raises ServerSilent where no more files may be open."""
    ends: list[tuple[int, int]] = []
    try:
        for _ in range(3):
            ends.append(os.pipe())
    except OSError as error:
        _close([end for pair in ends for end in pair])
        raise ServerSilent(f"tmux cannot be started: {error.strerror}.") from None
    return ends


def _exit_code(pid: int, deadline: float) -> int | None:
    """A child's exit code; None if this process inherited that its children are ignored."""
    try:
        while not (ended := os.waitpid(pid, os.WNOHANG))[0]:
            if time.monotonic() > deadline:
                raise _TimedOut
            time.sleep(_WAIT_SECONDS)
    except ChildProcessError:
        return None
    return os.waitstatus_to_exitcode(ended[1])


def _kill(pid: int) -> None:
    """Kill a client with its children."""
    try:
        os.killpg(pid, _SIGKILL)
    except ProcessLookupError:
        pass  # it has just ended
    try:
        os.waitpid(pid, 0)
    except ChildProcessError:
        pass  # another thread has collected it


def _converse(
    writer: int, readers: tuple[int, int], stdin: bytes, deadline: float
) -> tuple[str, str]:
    """Feed `stdin` and collect both outputs until they end; closes all three."""
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
                raise _TimedOut
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
    """Write what fits; returns the rest, and whether writing is over."""
    try:
        rest = stdin[os.write(writer, stdin) :] if stdin else b""
    except BrokenPipeError:
        rest = b""
    return rest, not rest


def _close(ends: Sequence[int] | set[int]) -> None:
    for end in ends:
        os.close(end)
