"""Analysts' tools get days as days and booleans as booleans from the views, on both databases."""

from __future__ import annotations

import pandas
import pytest
from sqlalchemy import Boolean, Date, Engine, Integer, inspect, select, text
from sqlalchemy.types import NullType

from tracker.store.schema.view_tables import view_tables
from tracker.store.session import locked


@pytest.fixture
def nowhere(engine: Engine) -> Engine:
    with locked(engine) as connection:
        connection.execute(text("INSERT INTO jurisdiction (code, name, level) VALUES ('ZZ', 'Nowhere', 'country')"))
        connection.execute(text("INSERT INTO substance (code, name, rank) VALUES ('stuff', 'Stuff', 1)"))
    return engine


def test_every_column_has_a_type_and_reads(engine: Engine) -> None:
    for name, table in view_tables().items():
        assert not any(isinstance(column.type, NullType) for column in table.columns), name
        with engine.connect() as connection:
            connection.execute(select(table)).all()


def test_pandas_reads_days_and_booleans(nowhere: Engine) -> None:
    status = view_tables()["status_current"]
    with nowhere.connect() as connection:
        frame = pandas.read_sql(select(status.c.jurisdiction, status.c.verified, status.c.valid_from), connection)
    assert frame.verified.dtype == bool
    assert frame.to_dict("records") == [{"jurisdiction": "ZZ", "verified": False, "valid_from": None}]


def test_what_is_reflected_has_the_same_type_or_none(engine: Engine) -> None:
    """On PostgreSQL each; on SQLite each that a view takes from a table as it is, days among them all."""
    seen = inspect(engine)
    like = {Date: "DATE", Boolean: "BOOLEAN", Integer: "INTEGER"}
    for name, table in view_tables().items():
        reflected = {column["name"]: column["type"] for column in seen.get_columns(name)}
        assert list(reflected) == list(table.columns.keys())
        for column in table.columns:
            wanted, found = like.get(type(column.type)), reflected[column.name]
            if engine.dialect.name == "postgresql" or isinstance(column.type, Date):
                assert not isinstance(found, NullType), (name, column.name)
            if wanted and not isinstance(found, NullType):
                assert str(found) in (wanted, "BIGINT", "INT"), (name, column.name)
