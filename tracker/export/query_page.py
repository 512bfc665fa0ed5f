"""The page of queries: every question of the codebook with its SQL and what a record answers.

`python -m tracker.export.query_page DATABASE_URL FILE` writes it. The record is the shipped baseline, made under one fixed clock:
`TRACKER_NOW=2026-11-25T12:00:00Z kratom-tracker db upgrade --data DIR`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from tracker.codebook import sample_queries
from tracker.codebook.sample_queries import Query
from tracker.history import sql_reader
from tracker.store.schema.dictionary import escaped

_SHOWN = 12
_SECONDS = 60

_HEAD = """# Questions in SQL

Each query runs with `kratom-tracker sql --file`, in the browser with `kratom-tracker serve`, or with any client; the columns are described
in the [data dictionary](data-dictionary.md). A query runs as it stands on SQLite and PostgreSQL, but where a second text is given.
Put your own values in place of those in quotes.

The results are those of the shipped baseline, recorded at 2026-11-25T12:00:00Z and not a word later: research that waits for official
texts, and no advice. This page is made by `python -m tracker.export.query_page`; a test keeps it true on both databases.
"""


def answer(url: str, asked: Query) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Columns and rows of a question."""
    with sql_reader.ask(url, asked.on(make_url(url).get_backend_name()), _SECONDS) as answer:
        return answer.columns, list(answer.rows)


def markdown(url: str) -> str:
    """The page, with the answers of the record at `url`."""
    return "\n".join(_lines(url)) + "\n"


def _lines(url: str) -> Iterator[str]:
    yield _HEAD
    asked = sample_queries.load()
    yield "\n".join(f"- [{known.title}](#{known.name})" for known in asked) + "\n"
    for known in asked:
        yield f'<a id="{known.name}"></a>\n\n## {known.title}\n'
        if known.text:
            yield f"{known.text}\n"
        yield f"```sql\n{known.on('sqlite')}\n```\n"
        if known.postgresql:
            yield f"On PostgreSQL:\n\n```sql\n{known.on('postgresql')}\n```\n"
        yield from _table(*answer(url, known))


def _table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    if not rows:
        yield "No row.\n"
        return
    yield f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"
    for row in rows[:_SHOWN]:
        yield f"| {' | '.join(_cell(value) for value in row)} |"
    more = len(rows) - _SHOWN
    yield (
        f"\n{len(rows)} rows; {more} more not shown here.\n"
        if more > 0
        else f"\n{len(rows)} row{'s' if len(rows) > 1 else ''}.\n"
    )


def _cell(value: Any) -> str:
    return "NULL" if value is None else escaped(" ".join(str(value).split()))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(
            "give the record and the file: python -m tracker.export.query_page sqlite:///DIR/tracker.db docs/queries.md"
        )
    Path(sys.argv[2]).write_text(markdown(sys.argv[1]), encoding="utf-8")
