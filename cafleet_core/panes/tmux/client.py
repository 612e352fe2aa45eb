"""Call tmux, never longer than a time limit, and say why it could not be asked."""

from __future__ import annotations

import os
import time

from cafleet_core.errors import TmuxError
from cafleet_core.fast_types import TYPE_CHECKING, NamedTuple
from cafleet_core.panes.tmux import held_clients
from cafleet_core.panes.tmux.client_process import ClientProcess, TimedOut
from cafleet_core.panes.tmux.held_clients import SCRIPT, HeldClient

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cafleet_core.panes.tmux.client_process import Ended

TIMEOUT = 5.0
"""Seconds after which a tmux server that does not answer is given up."""

TIMEOUT_AGAIN = 0.3
"""Seconds for a server that was just given up: undoing a failed operation asks it again."""

_AGAIN_FOR = 2.0
TRACE = "CAFLEET_TRACE"
"""The variable that names the trace file: see `cafleet_core.trace`."""

_given_up: dict[str | None, float] = {}
"""When each server was last given up, by socket."""

_LONGEST_WORDS = 200
_UNASKED = ("error connecting", "server exited", "lost server")
_OTHER_VERSION = "protocol version"
_FORBIDDEN = ("access not allowed",)
_NOT_ALLOWED = ("(Operation not permitted)", "(Permission denied)")
_ABSENT = ("(No such file or directory)", "(Connection refused)")


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
    seconds = _patience(socket)
    try:
        reply = _run(arguments, socket, stdin, seconds)
    except TimedOut:
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


def _run(
    arguments: Sequence[str], socket: str | None, stdin: bytes, seconds: float
) -> Reply:
    deadline = time.monotonic() + seconds
    tmux = ["tmux", "-u", *(["-S", socket] if socket else [])]
    try:
        if tuple(arguments) == SCRIPT and held_clients.are_wanted():
            reply = _carried_out(tmux, socket, stdin, deadline)
            if reply is not None:
                return reply
        client = ClientProcess([*tmux, *arguments])
    except OSError as error:
        if isinstance(error, FileNotFoundError | PermissionError):
            raise TmuxMissing("tmux is not on PATH.") from None
        raise ServerSilent(f"tmux cannot be started: {error.strerror}.") from None
    return _reply(client.ended(stdin, deadline))


def _carried_out(
    tmux: Sequence[str], socket: str | None, script: bytes, deadline: float
) -> Reply | None:
    """The reply to a script by the client that waits for one, or by one that waits afterwards.

    None if the one that waited could not read it.
    """
    waits = held_clients.take(socket)
    if waits is not None:
        reply = _reply(waits.ended(script, deadline))
        return None if waits.has_missed else reply
    client = HeldClient(tmux)
    if client.answers(script, deadline):
        held_clients.keep(socket, client)
        return Reply(0, *client.answer())
    return _reply(client.ended(b"", deadline))


def _reply(ended: Ended) -> Reply:
    code, out, err = ended
    return Reply((1 if err else 0) if code is None else code, out, err)
