"""Restrict what roles may see of a registry on a server to the sessions granted to them.

The owner of the tables sees all. Any other role sees a row if its session is granted to that
role, or to one that it is a member of; the creator of a session is granted it.
"""

from __future__ import annotations

import re

from cafleet_core.errors import InvalidInput, Refused, RegistryError
from cafleet_core.fast_types import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cafleet_core.storage.registry import Registry

OWNER, HOST = "cafleet_owner", "cafleet_host"
"""The role that owns the tables, and the one as which machines connect."""

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")

_GRANTS = """
    CREATE TABLE IF NOT EXISTS grants (
        role TEXT COLLATE "C" NOT NULL,
        session_id TEXT COLLATE "C" NOT NULL,
        PRIMARY KEY (role, session_id)
    )
"""

_MINE = """
    CREATE OR REPLACE FUNCTION mine() RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = {schema}, pg_temp AS $$
        SELECT COALESCE(array_agg(session_id), '{{}}') FROM grants
        WHERE pg_has_role(session_user, (SELECT oid FROM pg_roles WHERE rolname = role), 'member')
    $$
"""

_GRANT_CREATED = """
    CREATE OR REPLACE FUNCTION grant_created() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$ BEGIN
        INSERT INTO grants (role, session_id)
        SELECT COALESCE((SELECT rolname FROM pg_roles WHERE rolname = '{host}'
                         AND pg_has_role(session_user, oid, 'member')), session_user),
               NEW.session_id
        ON CONFLICT DO NOTHING;
        RETURN NULL;
    END $$
"""

_TABLES = """
    SELECT t.tablename,
           EXISTS (SELECT 1 FROM information_schema.columns c
                   WHERE c.table_schema = t.schemaname AND c.table_name = t.tablename
                     AND c.column_name = 'session_id'),
           EXISTS (SELECT 1 FROM information_schema.columns c
                   WHERE c.table_schema = t.schemaname AND c.table_name = t.tablename
                     AND c.column_name = 'agent_id')
    FROM pg_tables t WHERE t.schemaname = current_schema() ORDER BY 1
"""

_OWN_SESSION = "session_id = ANY((SELECT mine())::text[])"
_OWN_AGENT = "EXISTS (SELECT 1 FROM agents a WHERE a.agent_id = {table}.agent_id)"  # a name of ours
_OWN_EVENT = "EXISTS (SELECT 1 FROM events e WHERE e.seq = rule_runs.seq)"

_MAY_WRITE = "SELECT has_table_privilege({role}, 'tasks', 'INSERT')"

_UNGUARDED = ("grants", "revision", "hosts", "rule_cursors")
"""Tables without any session's text; of these only the owner writes the first two."""


def guard(registry: Registry) -> None:
    """Have the server show each role its own sessions alone; inside the caller's transaction."""
    [schema] = registry.row("SELECT quote_ident(current_schema())")
    registry.execute(_GRANTS)
    registry.execute(_MINE.format(schema=schema))
    registry.execute(_GRANT_CREATED.format(schema=schema, host=HOST))
    registry.execute(
        "CREATE OR REPLACE TRIGGER sessions_granted AFTER INSERT ON sessions"
        " FOR EACH ROW EXECUTE FUNCTION grant_created()"
    )
    for table, condition in list(_guarded(registry)):
        registry.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        registry.execute(f"DROP POLICY IF EXISTS own ON {table}")
        may_add = " WITH CHECK (true)" if table == "sessions" else ""
        registry.execute(f"CREATE POLICY own ON {table} USING ({condition}){may_add}")
    for role in _admitted(registry):  # a later program may have made tables
        _admit(registry, role, only_read=role != HOST and not _writes(registry, role))


def make(registry: Registry) -> str:
    """Make the roles that there are to be, where this user may; else what is to be done."""
    missing = [role for role in (OWNER, HOST) if not _is_role(registry, role)]
    may = registry.row(
        "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    )
    if missing and not (may and may[0]):
        return f"An administrator of the server makes the other roles: CREATE ROLE {missing[-1]} LOGIN."
    with registry.write():
        for role in missing:
            registry.execute(f"CREATE ROLE {role} LOGIN")
        _admit(registry, HOST)
    return ""


def may_write(registry: Registry) -> bool:
    """Whether this role may change what it sees, and the server takes changes at all."""
    row = registry.row(
        f"{_MAY_WRITE.format(role='current_user')} AND NOT pg_is_in_recovery()"
    )
    return bool(row[0])


def grant(
    registry: Registry, role: str, session_id: str, *, only_read: bool = False
) -> None:
    """Let a role see a session, and take part in it unless it is to `only_read`.

    Raises RegistryError for no such role, Refused for one that is to only read and takes part
    in a session already.
    """
    if not _NAME.fullmatch(role):
        raise InvalidInput(f"{role!r} is no name of a role: small letters, digits, _.")
    if not _is_role(registry, role):
        raise RegistryError(
            f"registry {registry.where} has no role {role}: 'createuser {role}' makes it."
        )
    if only_read and _writes(registry, role):
        raise Refused(
            f"role {role} takes part in sessions: one that may only read is another role."
        )
    with registry.write():
        _admit(registry, role, only_read=only_read)
        registry.execute(
            "INSERT INTO grants (role, session_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (role, session_id),
        )


def revoke(registry: Registry, role: str, session_id: str) -> bool:
    """Take a session from a role again; whether it had it."""
    with registry.write():
        cursor = registry.execute(
            "DELETE FROM grants WHERE role = ? AND session_id = ?", (role, session_id)
        )
    return bool(cursor.rowcount)


def _guarded(registry: Registry) -> Iterator[tuple[str, str]]:
    """Each table with rows of sessions, and the condition under which a role sees a row."""
    for table, has_session, has_agent in registry.rows(_TABLES):
        if table in _UNGUARDED:
            continue
        if has_session:
            yield table, _OWN_SESSION
        elif has_agent:
            yield table, _OWN_AGENT.format(table=table)
        elif table == "rule_runs":
            yield table, _OWN_EVENT


def _is_role(registry: Registry, role: str) -> bool:
    return bool(registry.rows("SELECT 1 FROM pg_roles WHERE rolname = ?", (role,)))


def _writes(registry: Registry, role: str) -> bool:
    """Whether a role may change what it sees."""
    return bool(registry.row(_MAY_WRITE.format(role="?"), (role,))[0])


def _admitted(registry: Registry) -> list[str]:
    """The roles of this server that see a session, and the one as which machines connect."""
    rows = registry.rows(
        "SELECT rolname FROM pg_roles WHERE NOT rolsuper AND rolname <> current_user"
        " AND (rolname = ? OR rolname IN (SELECT role FROM grants)) ORDER BY 1",
        (HOST,),
    )
    return [role for (role,) in rows]


def _admit(registry: Registry, role: str, *, only_read: bool = False) -> None:
    """Let a role use the tables: what it sees there are its own sessions."""
    [schema, name] = registry.row(
        "SELECT quote_ident(current_schema()), quote_ident(?)", (role,)
    )
    verbs = "SELECT" if only_read else "SELECT, INSERT, UPDATE, DELETE"
    registry.execute(f"GRANT USAGE ON SCHEMA {schema} TO {name}")
    registry.execute(f"GRANT {verbs} ON ALL TABLES IN SCHEMA {schema} TO {name}")
    if not only_read:
        registry.execute(
            f"REVOKE INSERT, UPDATE, DELETE ON grants, revision FROM {name}"
        )
        registry.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {name}")
