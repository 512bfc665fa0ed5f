"""Look-ups that serve any number of keys or row numbers with one statement, which is made and compiled once.

The keys come packed in one parameter `keys`, row numbers in `numbers`: `{"keys": packed(keys)}`.
"""

from __future__ import annotations

import json
from collections import namedtuple
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    literal_column,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

Found = Any
"""A row of a table, with a field for each column."""


class _Elements(FunctionElement[Any]):
    """The elements of a JSON array, one a row, in a column `value`."""

    inherit_cache = True


@compiles(_Elements, "sqlite")
def _on_sqlite(element: _Elements, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Elements, "postgresql")
def _on_postgres(element: _Elements, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array_elements(CAST({compiler.process(element.clauses, **options)} AS json))"


def packed(items: Iterable[Any]) -> str:
    """Keys or row numbers as the one parameter that `for_keys` and `among` take, so that a statement serves any number."""
    return json.dumps(list(items))


def _elements(name: str) -> Any:
    """The items packed in the parameter `name`, as rows with one column `value`."""
    return _Elements(bindparam(name, type_=Text)).table_valued("value", name="wanted")


def among(column: Column[int]) -> ColumnElement[bool]:
    """Whether a column of row numbers holds one of those packed in the parameter `numbers`."""
    return column.in_(select(cast(cast(_elements("numbers").c.value, Text), Integer)))


def for_keys(table: Table) -> Any:
    """A join of `table` to the keys packed in the parameter `keys`, led by the keys."""
    wanted = _elements("keys")
    first, second = (wanted.c.value.op("->>")(literal_column(place)) for place in ("0", "1"))
    return wanted.join(table, and_(table.c.jurisdiction == first, table.c.substance == second))


def fetched(connection: Connection, query: Select[Any], **parameters: Any) -> Iterator[Found]:
    """The rows of a query as named tuples, whose fields are read several times as fast as those of the driver's rows."""
    result = connection.execute(query, parameters)
    return map(_shape(tuple(result.keys())), result.all())


def as_found(values: Mapping[str, Any]) -> Found:
    """A row to be written, as it will be found."""
    return _shape(tuple(values))(values.values())


@cache
def _shape(names: tuple[str, ...]) -> Any:
    return namedtuple("Found", names)._make  # type: ignore[attr-defined]
