"""The views as SQLAlchemy tables, with the types of the data dictionary on both databases.

    from tracker.store.schema.view_tables import view_tables
    status = view_tables()["status_current"]
    pandas.read_sql(sqlalchemy.select(status).where(status.c.status == "banned"), engine)

Who reflects a view gets all types from PostgreSQL. SQLite knows those of columns that a view takes from a table as they are, and none of
what it works out (before 3.41; from then on text and numbers, but neither days nor booleans): there these tables say it.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Float, Integer, MetaData, Table, Text

from tracker.store.schema.columns import UtcDateTime
from tracker.store.schema.dictionary import relations
from tracker.store.schema.view_columns import Kind

_TYPES = {
    Kind.TEXT: Text,
    Kind.INTEGER: Integer,
    Kind.NUMBER: Float,
    Kind.BOOLEAN: Boolean,
    Kind.DAY: Date,
    Kind.INSTANT: UtcDateTime,
}


def view_tables() -> dict[str, Table]:
    """Each view by its name. They are for reading: their MetaData makes nothing."""
    known = MetaData()
    return {
        one.name: Table(
            one.name, known, *(Column(column.name, _TYPES[column.kind], comment=column.meaning) for column in one.columns)
        )
        for one in relations()
        if one.is_view
    }
