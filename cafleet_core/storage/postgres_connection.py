"""A connection to a PostgreSQL server, and its troubles in words."""

from __future__ import annotations

import select
import time

import psycopg

from cafleet_core.errors import RegistryError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage.postgres_address import address

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any, TypeVar

    Answer = TypeVar("Answer")

_OPTIONS: dict[str, str | int] = {
    "application_name": "cafleet",
    "connect_timeout": 5,
    "keepalives_idle": 15,
    "tcp_user_timeout": 15_000,
    "client_encoding": "utf8",
}
"""A server that is silent is given up, not waited for."""

LIMITS = (
    "set_config('lock_timeout', '10s', false), set_config('statement_timeout', '60s', false),"
    " set_config('idle_in_transaction_session_timeout', '15s', false)"
)
"""A process that vanishes in a transaction keeps others waiting for no longer than this."""

_SILENT_SECONDS = 2.5
"""Seconds without an answer after which the server is asked whether it is still there."""

_PROBE_SECONDS = 2
_GRACE_SECONDS = 0.3
"""For an answer that is on its way: another one has just come from the same server."""

_NO_ROOM = "53"
_OLDEST = 140000


class PatientConnection(psycopg.Connection["Any"]):
    """A connection that waits for an answer as long as the server works on it, and no longer.

    A statement may wait for a lock, or take its time: then the server says so to another
    connection. If it says nothing there either, or has forgotten the statement, this
    connection is lost, unless the answer has come in the meantime.
    """

    url = ""
    is_silent = False
    """Whether it was given up because the server says nothing, nor will to another one."""

    def wait(self, gen: Any, *arguments: Any, **options: Any) -> Any:
        """See `psycopg.Connection.wait`; a lost server is an OperationalError."""
        if options.get("timeout") is not None:
            return super().wait(gen, *arguments, **options)
        return super().wait(self._expecting(gen), *arguments, **options)

    def _expecting(
        self, gen: Generator[Any, Any, Answer]
    ) -> Generator[Any, Any, Answer]:
        """The driver's steps, with a look at the server between two of them when it is silent."""
        asked_at = time.monotonic()
        try:
            state = next(gen)
            while True:
                ready = yield state
                if ready:
                    asked_at = time.monotonic()
                elif time.monotonic() - asked_at > _SILENT_SECONDS:
                    self._expect_answer()
                    asked_at = time.monotonic()
                state = gen.send(ready)
        except StopIteration as end:
            answer: Answer = end.value
            return answer

    def _expect_answer(self) -> None:
        """Raise OperationalError, and give the connection up, where no answer can be expected."""
        if not self._is_worked_for() and not self._has_come():
            self.is_silent = True
            self.pgconn.finish()
            raise psycopg.OperationalError("timeout: the server is silent")

    def _has_come(self) -> bool:
        poller = select.poll()
        poller.register(self.fileno(), select.POLLIN)
        return bool(poller.poll(_GRACE_SECONDS * 1000))

    def _is_worked_for(self) -> bool:
        """Whether the server says, to another connection, that it has something to do for this."""
        pid = self.info.backend_pid
        try:
            options = {**_OPTIONS, "connect_timeout": _PROBE_SECONDS}
            with psycopg.connect(
                address(self.url, **options), autocommit=True
            ) as probe:
                works = probe.execute(
                    "SELECT 1 FROM pg_stat_activity WHERE pid = %s AND state <> 'idle'",
                    (pid,),
                ).fetchone()
        except psycopg.Error as error:
            # where no more connections are let in, those that are there are served
            return (error.sqlstate or "").startswith(_NO_ROOM)
        return works is not None


def connect(url: str, where: str) -> PatientConnection:
    """Open a connection in which each statement is a transaction of its own.

    Raises RegistryError, which never shows the URL, for whatever is wrong with the server.
    """
    try:
        connection = PatientConnection.connect(
            address(url, **_OPTIONS), autocommit=True, prepare_threshold=None
        )
        connection.url = url
        if connection.info.server_version < _OLDEST:
            connection.close()
            raise RegistryError(f"registry {where} needs PostgreSQL 14 or newer.")
    except psycopg.Error as error:
        raise failure(where, error) from None
    return connection


def failure(where: str, error: psycopg.Error) -> RegistryError:
    """What the driver has raised, in words that quote neither SQL nor data."""
    state = error.sqlstate or ""
    for prefix, words in _BY_STATE:
        if state.startswith(prefix):
            return RegistryError(f"registry {where} {words}")
    if isinstance(error, psycopg.OperationalError) and not state:
        return RegistryError(f"registry {where} {_unreached(str(error))}")
    kind = f"{type(error).__name__} {state}".strip()
    return RegistryError(f"registry {where} cannot be used: {kind}.")


def _unreached(said: str) -> str:
    for hint, words in _UNREACHED:
        if hint in said:
            return words
    return "cannot be reached: the server is down, or not there."


_UNREACHED = (
    ("timeout", "is silent: no answer within 5 s."),
    ("password", "refuses the password: see ~/.pgpass (PGPASSFILE)."),
    ("no pg_hba.conf entry", "does not let this user in from here: see pg_hba.conf."),
    ("certificate", "has a certificate that cannot be verified: see sslrootcert."),
    ("does not exist", "does not exist: the database or its user is missing."),
    ("too many", "has too many connections."),
    ("lost", "has closed the connection."),
    ("closed", "has closed the connection."),
)

_BY_STATE = (
    ("28P01", "refuses the password: see ~/.pgpass (PGPASSFILE)."),
    ("28", "does not let this user in from here: see pg_hba.conf."),
    ("3D000", "does not exist: 'createdb' makes the database."),
    ("42501", "may not be used so by this user: its owner must grant it."),
    ("53300", "has too many connections."),
    ("53100", "has no room left on its disk."),
    ("53", "has run out of what it needs."),
    ("55P03", "is busy: another process has held it for 10 s."),
    ("57014", "took longer than 60 s."),
    ("25006", "is read-only."),
    ("25P03", "has given up a transaction that stood still."),
    ("57P", "is shutting down, or starting."),
    ("08", "cannot be reached: the connection is lost."),
    ("40", "was changed by two at once; try again."),
)
"""By the beginning of the SQLSTATE."""
