"""The triggers by which a server tells of commits: each notice names whom it is for.

The notices of one transaction that are alike are told once. See `notices` for what each means;
of tasks that change, `postgres_numbers` tells.
"""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage.postgres_link import CHANNEL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cafleet_core.storage.registry import Registry

_SESSION = "COALESCE(NEW.session_id, OLD.session_id)"
_OF_AGENT = (
    "(SELECT session_id FROM agents"
    " WHERE agent_id = COALESCE(NEW.agent_id, OLD.agent_id))"
)
_IS_THERE = "TG_OP <> 'DELETE'"

_TELLS: dict[str, tuple[tuple[str, str], ...]] = {
    "sessions": (("true", f"'s ' || {_SESSION}"),),
    "agents": (("true", f"'s ' || {_SESSION}"),),
    "monitors": (("true", f"'s ' || {_SESSION}"),),
    "agent_placements": (
        ("true", f"'s ' || {_OF_AGENT}"),
        (
            f"{_IS_THERE} AND NEW.tmux_pane_id IS DISTINCT FROM OLD.tmux_pane_id",
            "'h ' || NEW.host",
        ),
    ),
    "tasks": (
        ("TG_OP = 'DELETE'", "'s ' || OLD.session_id"),
        (
            f"{_IS_THERE} AND COALESCE(NEW.push_next_at, NEW.not_before) IS NOT NULL",
            "'h ' || (SELECT host FROM agent_placements WHERE agent_id = NEW.context_id)",
        ),
    ),
    "requests": (
        ("TG_OP = 'INSERT'", "'r ' || NEW.host_id"),
        ("TG_OP = 'UPDATE'", "'a ' || NEW.request_id"),
    ),
    "live_screens": (("TG_OP = 'INSERT'", "'r ' || NEW.host_id"),),
}
"""For each table, pairs of SQL: when a notice is sent, and its text; none for a NULL."""


_STAMPS = ("last_active_at", "last_sent_at", "last_received_at", "last_acked_at")
_TOLD_BY_TASKS = {
    "sessions": "NEW.version <> OLD.version",
    "agents": " OR ".join(
        f"NEW.{stamp} IS DISTINCT FROM OLD.{stamp}" for stamp in _STAMPS
    ),
}
"""For a table, when an update only follows one of tasks, which has told of the session."""


def make(registry: Registry) -> None:
    """Make the triggers, inside the caller's transaction; those of an earlier program go."""
    for table, tells in _TELLS.items():
        for statement in _statements(table, tells):
            registry.execute(statement)


def _statements(table: str, tells: tuple[tuple[str, str], ...]) -> Iterator[str]:
    body = " ".join(
        f"IF {when} THEN payload := {payload}; IF payload IS NOT NULL"
        f" THEN PERFORM pg_notify('{CHANNEL}', payload); END IF; END IF;"
        for when, payload in tells
    )
    yield (
        f"CREATE OR REPLACE FUNCTION tell_of_{table}() RETURNS trigger LANGUAGE plpgsql"
        f" AS $$ DECLARE payload TEXT; BEGIN {body} RETURN NULL; END $$"
    )
    follows = _TOLD_BY_TASKS.get(table, "false")
    yield (
        f"CREATE OR REPLACE TRIGGER {table}_told AFTER INSERT OR DELETE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION tell_of_{table}()"
    )
    yield (
        f"CREATE OR REPLACE TRIGGER {table}_changes_told AFTER UPDATE ON {table}"
        f" FOR EACH ROW WHEN (NOT ({follows})) EXECUTE FUNCTION tell_of_{table}()"
    )
