"""A registry's connection to its server: renewed between transactions, and in one flush."""

from __future__ import annotations

import time
from contextlib import contextmanager

import psycopg

from cafleet_core import clock
from cafleet_core.errors import RegistryError
from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage import postgres_outcome
from cafleet_core.storage.notices import ANYTHING, Heard, is_of_session
from cafleet_core.storage.postgres_bursts import IN_FLIGHT, Burst
from cafleet_core.storage.postgres_clock import ServerClock
from cafleet_core.storage.postgres_connection import LIMITS, connect, failure
from cafleet_core.storage.postgres_statements import Statements

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from cafleet_core.storage.postgres_statements import Answer
    from cafleet_core.storage.registry import Statement

CHANNEL = "cafleet"
"""The channel on which the server tells of every commit."""

_UNHEARD_SECONDS = 15.0
"""Seconds without a word from the server after which a listener asks whether it is there.

Whoever waits then looks: a notice may have been lost on its way, as a pooler loses all."""

_REVISION = "SELECT head, oldest_reader FROM revision"
_NO_REVISION = (
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
)


class Link:
    """Sends statements to a server, each group of them in one flush.

    A connection that was lost is renewed once, with all that was set on it. What had begun
    on it is not repeated, unless it is said that this does no harm.
    """

    def __init__(self, url: str, where: str) -> None:
        self._url = url
        self._where = where
        self._reads_only = False
        self._listens = False
        self._in_transaction = False
        self._ended = False
        self._transaction_id: str | None = None
        self.is_pooled = False
        """Whether the server's process may be another one for each transaction."""
        self.told = 0
        """How many commits of others the server has told of, and losses of the connection."""
        self.notices = Heard()
        self._burst = Burst()
        self._clock = ServerClock()
        self.revision: tuple[int, int] = self._open()
        """The revision and its oldest reader, as they were when it was opened; 0 for none."""

    def close(self) -> None:
        """End the connection, which is not renewed."""
        self._ended = True
        self._connection.close()

    def fileno(self) -> int:
        """The file descriptor that becomes readable when the server has told of something."""
        return self._connection.fileno()

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> Answer:
        """Run one statement: again on a new connection, where the old one was lost between
        transactions."""
        return self.flush([(sql, parameters)])[0]

    def flush(
        self, statements: Sequence[Statement], *, repeatable: bool = True
    ) -> list[Answer]:
        """Run statements of which none waits for an answer.

        Raises CommitUnknown where the connection was lost, and they are not `repeatable`.
        """
        self._keep_time()
        try:
            return self._send(statements)
        except psycopg.Error as error:
            if not self._connection.closed:
                self._clear()
                raise failure(self._where, error) from None
            was_inside, self._in_transaction = self._in_transaction, False
            lost = failure(self._where, error)
        if self._ended:
            raise lost
        if was_inside or self._is_silent():
            raise lost if repeatable else postgres_outcome.unknown(self._where)
        self._renew()
        if not repeatable:
            raise postgres_outcome.unknown(self._where)
        try:
            return self._send(statements)
        except psycopg.Error as error:
            self._clear()
            raise failure(self._where, error) from None

    def begin(self, statements: Sequence[Statement]) -> None:
        """Begin a transaction that waits for its client; the last statement returns its id."""
        *_, last = self.flush(statements)
        [[self._transaction_id]] = last.rows
        self._in_transaction = True

    def roll_back(self) -> None:
        """End an open transaction as if it had not been; a lost connection has done so."""
        self._in_transaction = False
        try:
            self._connection.execute("ROLLBACK")
        except psycopg.Error:
            pass  # what is wrong has been said

    def commit(self) -> None:
        """Commit; raises RegistryError where nothing was kept, CommitUnknown where nobody can tell.

        Of a connection that is lost meanwhile the server says on another what became of it.
        """
        try:
            self._connection.execute("COMMIT")
        except psycopg.Error as error:
            lost = failure(self._where, error)
            if not self._connection.closed:
                self.roll_back()
                raise lost from None
        else:
            self._in_transaction = False
            return
        self._in_transaction = False
        if not self._was_kept(lost):
            raise lost

    @contextmanager
    def copying(self, sql: str) -> Iterator[psycopg.Copy]:
        """Rows on their way into a table, inside a transaction."""
        try:
            with self._connection.cursor() as cursor, cursor.copy(sql) as copy:
                yield copy
        except psycopg.Error as error:
            raise failure(self._where, error) from None

    def read_only(self) -> None:
        """Have every later change refused, on this connection and on those that renew it."""
        self._reads_only = True
        for statement in self._restrictions():
            self.execute(*statement)

    def listen(self) -> None:
        """Have the server tell of commits from now on."""
        if not self._listens:
            self.execute(f"LISTEN {CHANNEL}")
            self._listens = True

    def hear(self, topics: Collection[str] = ()) -> None:
        """Count the notices of these topics alone from now on, or all of them."""
        if not self.notices.topics.issuperset(topics or (ANYTHING,)):
            self._burst.begin()
        self.notices.topics = frozenset(topics)

    @property
    def look_at(self) -> float | None:
        """When there may be something to see of which nobody tells, by the monotonic clock."""
        return self._burst.look_at

    def take_notices(self) -> None:
        """Count what others have committed since, as the server has told."""
        if time.monotonic() - self._heard_at > _UNHEARD_SECONDS:
            self.execute("SELECT 1")
            self._tell_of_anything()
        try:
            for notice in self._connection.notifies(timeout=0):
                self._take(notice)
        except psycopg.Error as error:
            if self._ended or not self._connection.closed:
                raise failure(self._where, error) from None
            self._renew()
        if self._burst.is_due():
            [in_flight] = self.execute(IN_FLIGHT)
            self.told += self._burst.ends(*in_flight)

    def _take(self, notice: psycopg.Notify) -> None:
        is_own = notice.pid == self._connection.info.backend_pid
        if not is_own and self.notices.add(notice.payload):
            self.told += 1
            if is_of_session(notice.payload):
                self._burst.begin()

    def _open(self) -> tuple[int, int]:
        """Connect; the registry's revision there, and its oldest reader."""
        self._connection = connect(self._url, self._where)
        self._statements = Statements(self._connection)
        try:
            return self._begin_talk()
        except psycopg.Error as error:
            self._connection.close()
            raise failure(self._where, error) from None

    def _begin_talk(self) -> tuple[int, int]:
        try:
            _, revision = self._timed((_REVISION, ()))
        except _NO_REVISION:
            self._timed()
            return (0, 0)
        for head, oldest_reader in revision:
            return int(head), int(oldest_reader)
        return (0, 0)

    def _timed(self, *more: Statement) -> list[Answer]:
        """Set the limits, take the server's time, and run what else there is."""
        before = clock.here()
        begin = f"SELECT clock_timestamp(), pg_backend_pid(), {LIMITS}"
        results = self._send([(begin, ()), *more])
        after = clock.here()
        [[server, backend, *_]] = results[0]
        self._clock.follow(server, before, after)
        # a pooler, which tells an id of its own, may run each transaction elsewhere
        self.is_pooled = backend != self._connection.info.backend_pid
        self._statements.keeps_plans = not self.is_pooled
        return results

    def _keep_time(self) -> None:
        """Take the server's time again where that is long ago, or the clock here was set."""
        if self._in_transaction or self._connection.closed:
            return
        if self._clock.is_to_be_read():
            try:
                self._timed()
            except psycopg.Error:
                pass  # the statement itself tells what is wrong

    def _send(self, statements: Sequence[Statement]) -> list[Answer]:
        results = self._statements.run(statements)
        self._heard_at = time.monotonic()
        return results

    def _is_silent(self) -> bool:
        """Whether the connection was lost just now to a server that says nothing to others either."""
        silent, self._connection.is_silent = self._connection.is_silent, False
        return silent

    def _clear(self) -> None:
        """Leave nothing of what has failed open; a transaction that others began is theirs."""
        if not self._in_transaction:
            self.roll_back()

    def _renew(self) -> None:
        """Connect again, once, and report unknown changes to those that follow commits."""
        self._connection.close()
        self._open()
        self._tell_of_anything()
        settings = self._restrictions()
        if self._listens:
            settings.append((f"LISTEN {CHANNEL}", ()))
        try:
            if settings:
                self._send(settings)
        except psycopg.Error as error:
            self._connection.close()
            raise failure(self._where, error) from None

    def _restrictions(self) -> list[Statement]:
        """What the server must be told so that it refuses changes, if it is to.

        Behind a pooler each transaction says so itself: the server's process is others' too.
        """
        self._statements.only_reads = self._reads_only and self.is_pooled
        if not self._reads_only or self.is_pooled:
            return []
        return [("SET default_transaction_read_only = on", ())]

    def _tell_of_anything(self) -> None:
        """Have those that follow commits look, because something may have been missed."""
        self.told += 1
        self.notices.add(ANYTHING)

    def _was_kept(self, lost: RegistryError) -> bool:
        """Whether the transaction that lost its connection was committed, as the server says."""
        try:
            if not self._is_silent():
                self._renew()
            return postgres_outcome.committed(self._connection, self._transaction_id)
        except (psycopg.Error, RegistryError, TimeoutError):
            raise postgres_outcome.unknown(self._where) from lost
