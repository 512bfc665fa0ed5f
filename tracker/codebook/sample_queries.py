"""The questions that analysts ask, with their SQL, as the codebook's file `queries.sql` holds them. Runs nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from tracker.codebook.tables import DATA, CodebookError, read_file

_FILE = "queries.sql"
_HEAD = re.compile(r"-- (?:(name|title|text|on): (.+)|:([a-z]+) = (.+))")
_PARAMETER = re.compile(r"(?<![:\w]):([a-z]+)\b")
_POSTGRESQL = "postgresql"


@dataclass(frozen=True, slots=True)
class Query:
    """One question. `parameters` are named in the SQL as `:name`; `postgresql` is its text there, where that differs."""

    name: str
    title: str
    text: str
    parameters: Mapping[str, str]
    sql: str
    postgresql: str = ""

    def on(self, dialect: str) -> str:
        """The SQL for `sqlite` or `postgresql`, its parameters filled in."""
        return self.filled(lambda name: f"'{self.parameters[name]}'", dialect)

    def filled(self, fill: Callable[[str], str], dialect: str = "sqlite") -> str:
        """The SQL with `fill(name)` for each parameter."""
        chosen = self.postgresql if dialect == _POSTGRESQL and self.postgresql else self.sql
        return _PARAMETER.sub(lambda match: fill(match[1]), chosen)


def load(folder: Path | None = None) -> tuple[Query, ...]:
    """Every question of the codebook that is shipped, or of the one in `folder`, in the order of the file. Raises CodebookError."""
    return parse(read_file(folder or DATA, _FILE))


def parse(source: str) -> tuple[Query, ...]:
    """The questions in the text of such a file."""
    blocks = re.split(r"(?m)^(?=-- name: )", source)[1:]
    queries = tuple(_query(block) for block in blocks)
    if len({query.name for query in queries}) < len(queries):
        raise CodebookError(f"{_FILE}: two queries have one name")
    return queries


def _query(block: str) -> Query:
    head: dict[str, str] = {}
    parameters: dict[str, str] = {}
    for name, value in _heads(block):
        (parameters if name.startswith(":") else head)[name.removeprefix(":")] = value
    if "title" not in head:
        _refuse(head["name"], "has no title")
    first, _, second = block.partition(f"-- on: {_POSTGRESQL}\n")
    query = Query(head["name"], head["title"], head.get("text", ""), parameters, _statement(first), _statement(second))
    used = set(_PARAMETER.findall(query.sql))
    if used != set(parameters):
        _refuse(query.name, f"names {sorted(parameters)} in its head and uses {sorted(used)}")
    return query


def _heads(block: str) -> Iterator[tuple[str, str]]:
    for line in block.splitlines():
        if line.startswith("--"):
            match = _HEAD.fullmatch(line) or _refuse(block.splitlines()[0], f"has a line that cannot be read: {line}")
            yield (match[1], match[2]) if match[1] else (f":{match[3]}", match[4])


def _statement(part: str) -> str:
    return "\n".join(line for line in part.splitlines() if not line.startswith("--")).strip().removesuffix(";")


def _refuse(name: str, problem: str) -> NoReturn:
    raise CodebookError(f"{_FILE}: {name} {problem}")
