"""The triggers by which a server numbers the changes of tasks, before their rows are stored, and
tells of them: not of one that follows another at once, see `postgres_bursts`.

A file stores a row first and its number afterwards. A server keeps each state of a row, with a
place in every index, until it is cleaned up: there that would be twice the work of a message.
"""

from __future__ import annotations

from cafleet_core.fast_types import TYPE_CHECKING
from cafleet_core.storage.migrations.m0008_versions import SHOWN
from cafleet_core.storage.migrations.m0014_last_acts import RECEIVED, SENT
from cafleet_core.storage.postgres_bursts import TOLD_FOR_MILLISECONDS
from cafleet_core.storage.postgres_link import CHANNEL

if TYPE_CHECKING:
    from cafleet_core.storage.registry import Registry

_CHANGED = " OR ".join(
    f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in SHOWN
)

_STATEMENTS = (
    f"""
    CREATE OR REPLACE FUNCTION number_task() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        now BIGINT;
        is_told BOOLEAN;
    BEGIN
        -- whoever looks for what is being written finds it by the transaction's number
        PERFORM pg_current_xact_id();
        now := EXTRACT(EPOCH FROM clock_timestamp()) * 1000;
        UPDATE sessions SET version = version + 1, told_at = CASE
            WHEN told_at BETWEEN now - {TOLD_FOR_MILLISECONDS} AND now THEN told_at
            ELSE now END
        WHERE session_id = NEW.session_id
        RETURNING version, told_at = now INTO NEW.version, is_told;
        IF is_told THEN
            PERFORM pg_notify('{CHANNEL}', 's ' || NEW.session_id);
        END IF;
        RETURN NEW;
    END $$
    """,
    "CREATE OR REPLACE FUNCTION tasks_created() RETURNS trigger LANGUAGE plpgsql"
    f" AS $$ BEGIN {SENT} {RECEIVED} RETURN NULL; END $$",
    "DROP TRIGGER IF EXISTS tasks_changed ON tasks",
    "CREATE OR REPLACE TRIGGER tasks_numbered BEFORE INSERT ON tasks"
    " FOR EACH ROW EXECUTE FUNCTION number_task()",
    f"CREATE OR REPLACE TRIGGER tasks_renumbered BEFORE UPDATE OF {', '.join(SHOWN)}"
    f" ON tasks FOR EACH ROW WHEN ({_CHANGED}) EXECUTE FUNCTION number_task()",
)


def make(registry: Registry) -> None:
    """Make them in the place of those that the migrations make, inside the caller's transaction."""
    for statement in _STATEMENTS:
        registry.execute(statement)
