"""The shape of a worked case, and the short spellings that the cases are written in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from tests.tracker.domain.build import day
from tests.tracker.domain.memory import Transaction
from tracker.domain.dates import parse_instant
from tracker.domain.entries import Entry, Evidence, Statement
from tracker.domain.records import Key
from tracker.domain.vocabulary import Cause, ChangeKind, Significance, Status, term


@dataclass(frozen=True)
class Question:
    """What is asked at `known` about `day`. `shows` are fields of the row's content; `effective` asks with what binds from above."""

    known: datetime
    day: date
    key: Key
    status: Status
    uncertain: bool = False
    shows: Mapping[str, object] = field(default_factory=dict)
    effective: Status | None = None


@dataclass(frozen=True)
class Expected:
    """One change boundary. `known` is the instant that stores it, None where it is derived; `day` None is the open past."""

    key: Key
    day: date | None
    kind: ChangeKind
    before: Status
    after: Status
    significance: Significance
    found_late: int | None = None
    latest: date | None = None
    known: datetime | None = None


@dataclass(frozen=True)
class Case:
    """`stored` is complete for every instant that it names; any other instant stores nothing but `first_recorded`.

    `derived` is complete for its keys from the first belief write on; `retrospective` for the days before it, as known at `edition`.
    """

    name: str
    transactions: tuple[Transaction, ...]
    questions: tuple[Question, ...]
    stored: tuple[Expected, ...] = ()
    derived: tuple[Expected, ...] = ()
    edition: datetime | None = None
    retrospective: tuple[Expected, ...] = ()


def at(text: str) -> datetime:
    """Noon UTC of a day: the same civil day in the configured zone."""
    return parse_instant(f"{text}T12:00:00Z")


def write(on: str, cause: str | None, *statements: Statement, made: str = "") -> Transaction:
    """`made` is the day on which the act or ruling was made; it is told both with the transaction and with each entry."""
    made_on = day(made) if made else None
    entries = tuple(Entry(row, Evidence(made_on=made_on)) for row in statements)
    return Transaction(at(on), entries, term(Cause, cause) if cause else None, made_on)


def ask(
    known: str, about: str, status: str, key: Key, *, uncertain: bool = False, effective: str = "", **shows: object
) -> Question:
    below = term(Status, effective) if effective else None
    return Question(at(known), day(about), key, term(Status, status), uncertain, shows, below)


def change(
    key: Key, on: str, kind: str, step: str, significance: str, *, late: int | None = None, latest: str = "", known: str = ""
) -> Expected:
    """`step` is the headline before and after: `regulated > banned`."""
    before, after = (term(Status, word) for word in step.split(" > "))
    return Expected(
        key,
        day(on) if on else None,
        term(ChangeKind, kind),
        before,
        after,
        term(Significance, significance),
        late,
        day(latest or on) if on else None,
        at(known) if known else None,
    )
