"""Run a registry's statements on a connection to its server, several in one flush.

The driver's own pipeline sends each statement by itself, and the server wakes up for each. Here
all of them leave together and their answers are read together: of a short transaction that is
most of what either side has to do.
"""

from __future__ import annotations

from itertools import count

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.waiting import Ready, Wait

from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from typing import Any

    from psycopg.pq.abc import PGconn, PGresult

    from cafleet_core.storage.registry import Statement

    Key = tuple[bytes, tuple[int, ...] | None]
    """A statement in the server's words, and the types of its parameters."""

_KEPT_AFTER = 5
"""How often a statement is planned on a connection before the server keeps its plan."""

_MOST_PLANS = 100
"""Plans that the server keeps for one connection: those that are frequent first."""

_MOST_COUNTED = 1000

_ONLY_READS = ("BEGIN READ ONLY", ())

_SUCCESS = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)

_translated: dict[str, bytes] = {}


class Answer:
    """What a statement has returned: its rows, and how many rows it has returned or changed."""

    __slots__ = ("rowcount", "rows")

    def __init__(self, rows: list[Any], rowcount: int) -> None:
        self.rows = rows
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)


class Statements:
    """Runs statements on one connection, and knows whose plans the server keeps for it."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._values = Transformer(connection)
        self._uses: dict[Key, int] = {}
        self._plans: dict[Key, bytes] = {}
        self._numbers = count(1)
        self.keeps_plans = False
        """Whether all statements of the connection reach the same process of the server."""
        self.only_reads = False
        """Whether each is to be refused that would change something."""

    def run(self, statements: Sequence[Statement]) -> list[Answer]:
        """Run statements of which none waits for an answer; what each of them returned.

        Raises psycopg.Error where one fails; those after it are not run.
        """
        pgconn = self._connection.pgconn
        pgconn.enter_pipeline_mode()
        asked: list[Key | None] = []
        try:
            for sql, parameters in self._guarded(statements):
                asked += self._send(pgconn, sql, parameters)
            pgconn.pipeline_sync()
            results = self._connection.wait(_results(pgconn))
            _expect_success(pgconn, results, len(asked))
        except BaseException:
            for key in filter(None, asked):  # the server may not have come to it
                del self._plans[key]
            raise
        finally:
            _leave_pipeline_mode(pgconn)
        answers = zip(results, asked, strict=True)
        returned = [self._answer(result) for result, plan in answers if plan is None]
        return returned if len(returned) == len(statements) else returned[1:-1]

    def _guarded(self, statements: Sequence[Statement]) -> Sequence[Statement]:
        """The statements, in a transaction that changes nothing where they may not."""
        status = self._connection.pgconn.transaction_status
        if not self.only_reads or status != TransactionStatus.IDLE:
            return statements
        (first, _), *others = statements
        if first == "BEGIN":
            return [_ONLY_READS, *others]
        return [_ONLY_READS, *statements, ("COMMIT", ())]

    def _send(
        self, pgconn: PGconn, sql: str, parameters: Sequence[object]
    ) -> list[Key | None]:
        """Put a statement behind those that are to be sent.

        There will be as many results as are returned: a key is that of a plan, None of a
        statement.
        """
        query, given, types, formats = _translate(sql), None, None, None
        if parameters:
            values = self._values
            given = values.dump_sequence(parameters, [PyFormat.AUTO] * len(parameters))
            types, formats = values.types, values.formats
        key = query, types
        plan, is_new = self._plans.get(key), False
        if plan is None and self._is_to_be_kept(key):
            plan, is_new = b"cafleet_%d" % next(self._numbers), True
            pgconn.send_prepare(plan, query, types)
            self._plans[key] = plan
        if plan is None:
            pgconn.send_query_params(query, given, types, formats)
        else:
            pgconn.send_query_prepared(plan, given, formats)
        return [key, None] if is_new else [None]

    def _is_to_be_kept(self, key: Key) -> bool:
        if not self.keeps_plans or len(self._plans) >= _MOST_PLANS:
            return False
        if len(self._uses) >= _MOST_COUNTED:
            self._uses.clear()
        uses = self._uses[key] = self._uses.get(key, 0) + 1
        return uses > _KEPT_AFTER

    def _answer(self, result: PGresult) -> Answer:
        self._values.set_pgresult(result)
        rows = self._values.load_rows(0, result.ntuples, tuple)
        changed = result.command_tuples
        return Answer(rows, len(rows) if changed is None else changed)


def _results(pgconn: PGconn) -> Generator[Wait, Ready | int, list[PGresult]]:
    """Send what there is, and read until all of it was answered, or the connection is lost."""
    while pgconn.flush():
        ready = yield Wait.RW
        if ready & Ready.R:
            pgconn.consume_input()
    results: list[PGresult] = []
    while pgconn.status == ConnStatus.OK:
        while pgconn.is_busy():
            if (yield Wait.R):
                _take_in(pgconn, results)
        result = pgconn.get_result()  # None behind each
        if result is not None and result.status == ExecStatus.PIPELINE_SYNC:
            break
        if result is not None:
            results.append(result)
    return results


def _take_in(pgconn: PGconn, results: Sequence[PGresult]) -> None:
    """Read what has come; whoever ends a connection may have told why, as the last result."""
    try:
        pgconn.consume_input()
    except psycopg.OperationalError:
        if not any(result.status == ExecStatus.FATAL_ERROR for result in results):
            raise
    while notice := pgconn.notifies():
        if pgconn.notify_handler:
            pgconn.notify_handler(notice)


def _expect_success(pgconn: PGconn, results: Sequence[PGresult], number: int) -> None:
    for result in results:
        if result.status not in _SUCCESS:
            raise error_from_result(result)
    if len(results) < number:
        raise psycopg.OperationalError(pgconn.get_error_message())


def _leave_pipeline_mode(pgconn: PGconn) -> None:
    """Have the connection as it was; one that was given up in the middle is lost."""
    if pgconn.status == ConnStatus.OK:
        try:
            pgconn.exit_pipeline_mode()
        except psycopg.OperationalError:
            pgconn.finish()


def _translate(sql: str) -> bytes:
    """A statement with the server's marks for its parameters."""
    known = _translated.get(sql)
    if known is None:
        first, *others = sql.split("?")
        marked = (f"${number}{part}" for number, part in enumerate(others, 1))
        known = _translated[sql] = "".join((first, *marked)).encode()
    return known
