"""Column types and table helpers that make SQLite and PostgreSQL behave alike, and carry the data dictionary.

Every column is made by :func:`col`, which asks for its meaning; unit and example go to the data dictionary as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import CheckConstraint, Column, Date, DateTime, ForeignKey, Index, Integer, MetaData, Text, column
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeDecorator

from tracker.domain.dates import instant_text as instant_text
from tracker.domain.vocabulary import LinkType

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept in UTC: `timestamptz` on PostgreSQL, `2026-11-25T12:00:00.000000Z` as text on SQLite.

    The text form sorts by time, so that SQL may compare it.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone; the record keeps aware instants only")
        return instant_text(value) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return _read_instant(value) if isinstance(value, str) else value.astimezone(UTC)


@lru_cache(maxsize=1_000)
def _read_instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def col(name: str, kind: Any, meaning: str, *rest: Any, example: str = "", unit: str = "", **options: Any) -> Column[Any]:
    """A column with its meaning (kept as the database's own comment), unit and example (with roles of the codebook, as `{product}`)."""
    return Column(name, kind, *rest, comment=meaning, info={"unit": unit, "example": example}, **options)


def text(name: str, meaning: str, *rest: Any, **options: Any) -> Column[Any]:
    """A text column that is never NULL; empty where there is nothing to say."""
    options.setdefault("nullable", False)
    options.setdefault("server_default", "")
    return col(name, Text, meaning, *rest, **options)


def key(name: str = "id", meaning: str = "row number") -> Column[Any]:
    """An integer primary key that the database gives."""
    return col(name, Integer, meaning, primary_key=True)


def given_key() -> Column[Any]:
    """An integer primary key that the ledger gives under its lock, so that rows may name each other before they are written."""
    return col("id", Integer, "row number", primary_key=True, autoincrement=False)


def refers(name: str, target: str, meaning: str, **options: Any) -> Column[Any]:
    """A foreign key column to `table.column`; not NULL unless asked.

    A belief is written last in its transaction, once its seal is known: keys to it are checked at the commit.
    """
    options.setdefault("nullable", False)
    kind = Integer if target.endswith(".id") else Text
    late: dict[str, Any] = {"deferrable": True, "initially": "DEFERRED"} if target == "belief.id" else {}
    return col(name, kind, meaning, ForeignKey(target, **late), **options)


def one_of(column: str, kind: type[StrEnum], *, or_empty: bool = False) -> CheckConstraint:
    """A CHECK that the column holds a term of the closed vocabulary."""
    return either(column, [member.value for member in kind] + ([""] if or_empty else []))


def either(column: str, words: Sequence[str]) -> CheckConstraint:
    """A CHECK that the column holds one of the words.

    Comparisons, because SQLite would build a table from an IN list anew for every row that it checks.
    """
    return CheckConstraint(" OR ".join(f"{column} = '{word}'" for word in words), name=f"{column}_known")


def valid_time() -> list[SchemaItem]:
    """The four civil dates of a valid period, in their order."""
    return [
        col("valid_from", Date, "first possible day on which it holds; NULL: as far back as known", example="2026-07-01"),
        col("valid_from_latest", Date, "last possible first day; equals valid_from where the day is known", example="2026-07-01"),
        col("valid_to", Date, "first day on which it no longer holds; NULL: in force", example="2027-01-01"),
        col("valid_to_latest", Date, "last possible day of valid_to", example="2027-01-01"),
        CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_from < valid_to", name="period_runs_forward"),
        _latest("valid_from"),
        _latest("valid_to"),
    ]


def _latest(day: str) -> CheckConstraint:
    """A CHECK that a day and its last possible day are both known or both open, and in order."""
    both = f"({day} IS NULL) = ({day}_latest IS NULL)"
    return CheckConstraint(f"{both} AND ({day} IS NULL OR {day} <= {day}_latest)", name=f"{day}_before_latest")


def recorded_time() -> list[SchemaItem]:
    """The two instants of a recorded period and the belief transactions that made them.

    A belief is looked up in every table that names it: SQLite does so whenever one is written.
    """
    closed = column("belief_closed").is_not(None)
    return [
        col("recorded_from", UtcDateTime, "instant since which we hold it", nullable=False, example="2026-11-22T09:00:00Z"),
        col("recorded_to", UtcDateTime, "instant at which we ceased to hold it; NULL: we hold it now"),
        refers("belief", "belief.id", "belief transaction that recorded it", index=True),
        refers("belief_closed", "belief.id", "belief transaction that closed it", nullable=True),
        text(
            "digest",
            "SHA-256 of what the row says, with its key and periods, and of what hangs on it",
            example="9f86d081…",
        ),
        Index(None, "belief_closed", sqlite_where=closed, postgresql_where=closed),
        CheckConstraint("recorded_to IS NULL OR recorded_from < recorded_to", name="recorded_runs_forward"),
        CheckConstraint("(recorded_to IS NULL) = (belief_closed IS NULL)", name="closed_by_a_belief"),
    ]


def evidence() -> list[SchemaItem]:
    """How a statement is known (DESIGN §4)."""
    return [
        text("citation", "citation as a lawyer would write it", example="K.S.A. 65-4105"),
        text("authority", "who made the rule: legislature, agency, court", example="legislature"),
        text("evidence_url", "first link to the evidence", example="https://www.nysenate.gov/legislation/laws/GBS/398-G"),
        text("link_type", "official, legal_database, press, advocacy, tracker or vendor, of the first link", example="official"),
        text("evidence_url_2", "second link to the evidence", example="https://example.org/news"),
        text("link_type_2", "the same of the second link", example="press"),
        text(
            "quote", "at most 40 words, verbatim from the document", example="no person shall sell {product} to a person under 21"
        ),
        col("quote_start", Integer, "offset of the quote in the text of its document version", unit="characters", example="1024"),
        refers("capture", "capture.id", "archived response in which the quote stands", nullable=True),
        refers("document_version", "document_version.id", "document version in which the quote stands", nullable=True),
        text("coder", "who coded it: a person's name, or the coder and its version", example="Jane Doe"),
        text("reviewer", "who confirmed it; empty: nobody yet", example="John Roe"),
        text("origin", "where the statement comes from: baseline, review, code", example="baseline"),
        col("made_on", Date, "day on which the acting instrument or ruling was made"),
        text("note", "a remark for readers", example="start date assumes the usual 30 days"),
        one_of("link_type", LinkType, or_empty=True),
        one_of("link_type_2", LinkType, or_empty=True),
    ]
