"""A role for analysts on PostgreSQL, who read tables and views and nothing else. SQLite has no roles: there the file's permissions decide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, text

from tracker.store.session import BadDatabase, locked

_SECONDS = 60  # longest statement of an analyst; a default, because PostgreSQL lets every session ask for another
_SESSIONS = 8  # at once, so that endless statements of one analyst leave the server to others
_SPILL = "2GB"  # what a session may write to temporary files

_MORE_THAN_READING = text(
    """SELECT r.rolname = current_user OR r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls
        OR EXISTS (SELECT 1 FROM pg_auth_members m WHERE m.member = r.oid)
        OR EXISTS (SELECT 1 FROM pg_class c WHERE c.relowner = r.oid)
    FROM pg_roles r WHERE r.rolname = :name"""
)

_RIGHTS = (
    "ALTER ROLE {role} LOGIN",
    "ALTER ROLE {role} SET default_transaction_read_only = on",
    "ALTER ROLE {role} SET statement_timeout = {timeout}",
    "ALTER ROLE {role} SET idle_in_transaction_session_timeout = {timeout}",
    "ALTER ROLE {role} CONNECTION LIMIT {sessions}",
    "REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC, {role}",
    "ALTER ROLE {role} SET jit = off",  # to compile the views would take longer than to answer
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "GRANT CONNECT ON DATABASE {database} TO {role}",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
    "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {role}",
)
_RIGHTS_OF_SUPERUSERS = (
    "ALTER ROLE {role} SET temp_file_limit = {spill}",
    *(
        f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC"
        for function in (
            "lo_creat(integer)",
            "lo_create(oid)",
            "lo_from_bytea(oid, bytea)",
            "lo_put(oid, bigint, bytea)",
            "lo_open(oid, integer)",
            "lowrite(integer, bytea)",
            "lo_truncate(integer, integer)",
            "lo_truncate64(integer, bigint)",
        )
    ),
)
"""What only a superuser may set: PostgreSQL lets anybody write large objects, also one who may write no table."""
_MAY_FILL_THE_DISK = text(
    """SELECT has_function_privilege(:name, 'lo_from_bytea(oid, bytea)', 'EXECUTE') OR NOT EXISTS (
        SELECT FROM pg_db_role_setting s, unnest(s.setconfig) AS setting
        WHERE s.setrole = to_regrole(quote_ident(:name)) AND setting LIKE 'temp_file_limit=%')"""
)
_REACHES_ELSEWHERE = text(
    """SELECT DISTINCT e.extname FROM pg_extension e
    JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.classid = 'pg_proc'::regclass
    JOIN pg_proc p ON p.oid = d.objid
    WHERE e.extname IN ('dblink', 'adminpack', 'file_fdw') AND has_function_privilege(:name, p.oid, 'EXECUTE') ORDER BY 1"""
)


class Role(NamedTuple):
    """Whether the role was made now, and what it may still do that a superuser could take from it, as sentences."""

    new: bool
    left: tuple[str, ...]


def reader(engine: Engine, name: str, password: str | None = None) -> Role:
    """Make `name` a role that may read everything, also what later migrations bring.

    Asked again it changes nothing, but sets the password where one is given. A role that may do more than read is refused.
    """
    if engine.dialect.name != "postgresql":
        raise BadDatabase(
            f"{engine.dialect.name} has no roles: there the file's permissions decide who may write. Roles need PostgreSQL; "
            "see TRACKER_DATABASE_URL"
        )
    if not name or len(name.encode()) > 63:
        raise BadDatabase(f"{name!r} is no name of a role; give one of 1 to 63 bytes")
    with locked(engine) as connection:
        more = connection.execute(_MORE_THAN_READING, {"name": name}).scalar()
        if more:
            raise BadDatabase(f"the role {name} exists and may do more than read; give another name")
        _grant(connection, name, password, new=more is None)
        return Role(more is None, tuple(_left(connection, name)))


def _left(connection: Connection, name: str) -> Iterator[str]:
    if connection.scalar(_MAY_FILL_THE_DISK, {"name": name}):
        yield "it can fill the disk with temporary files and large objects"
    for extension in connection.scalars(_REACHES_ELSEWHERE, {"name": name}):
        yield f"it can call the functions of the extension {extension}, which reach out of this database"


def _grant(connection: Connection, name: str, password: str | None, *, new: bool) -> None:
    from psycopg import sql

    driver: Any = connection.connection.driver_connection
    words = {
        "role": sql.Identifier(name),
        "database": sql.Identifier(driver.info.dbname),
        "timeout": sql.Literal(f"{_SECONDS}s"),
        "sessions": sql.Literal(_SESSIONS),
        "spill": sql.Literal(_SPILL),
    }
    superuser = connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
    lines = (*(("CREATE ROLE {role}",) if new else ()), *_RIGHTS, *(_RIGHTS_OF_SUPERUSERS if superuser else ()))
    statements = [sql.SQL(line).format(**words) for line in lines]
    if password is not None:
        # hashed here, so that the server's log sees no password
        hashed = driver.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
        statements.append(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(name), sql.Literal(hashed.decode())))
    with driver.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
