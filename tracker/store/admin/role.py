"""A role for analysts on PostgreSQL, who read tables and views and nothing else. SQLite has no roles: there the file's permissions decide."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, text

from tracker.store.session import BadDatabase, locked

_SECONDS = 60  # longest statement of an analyst, unless the session asks for another limit

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
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    "GRANT CONNECT ON DATABASE {database} TO {role}",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
    "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {role}",
)


def reader(engine: Engine, name: str, password: str | None = None) -> bool:
    """Make `name` a role that may read everything, also what later migrations bring; returns whether it is new.

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
        return more is None


def _grant(connection: Connection, name: str, password: str | None, *, new: bool) -> None:
    from psycopg import sql

    driver: Any = connection.connection.driver_connection
    words = {
        "role": sql.Identifier(name),
        "database": sql.Identifier(driver.info.dbname),
        "timeout": sql.Literal(f"{_SECONDS}s"),
    }
    statements = [sql.SQL(line).format(**words) for line in (("CREATE ROLE {role}",) if new else ()) + _RIGHTS]
    if password is not None:
        # hashed here, so that the server's log sees no password
        hashed = driver.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
        statements.append(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(name), sql.Literal(hashed.decode())))
    with driver.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
