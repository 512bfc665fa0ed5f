"""The record as known at an instant, table by table: which rows were held then, and what they said.

What was written later is left out; a row that was closed later is open again; a proposal decided later is undecided. Places, substances,
sessions and sources are the codebook's and have no clock of recording: they are taken as they are. So are the title, links and effective day of
a measure, and the dates of an instrument. What a machine keeps for its own work (leases, jobs, fetch memory) is no part of the record, and
seals are not taken along: they hold for rows as they lie in the record, not as they once were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, Text, and_, case, collate, func, literal, null, or_, select

from tracker.store.schema import evidence_tables as e
from tracker.store.schema import tables as t
from tracker.store.schema.columns import metadata

WORK = frozenset({"lease", "job_run", "fetch_memory", "root"})
"""Tables of a machine, not of the record, and the roots that seal rows."""

_VERSIONS = (t.provision_version, t.assertion, t.finding, t.position, t.relation, t.status_version)
_Condition = Callable[[datetime], ColumnElement[bool]]


def tables() -> list[Table]:
    """The tables of the record, parents first."""
    return [table for table in metadata.sorted_tables if table.name not in WORK]


def rows(table: Table, known: datetime) -> Select[Any]:
    """The rows of `table` as held at `known`, with its columns in order."""
    instead = _instead(table, known)
    query = select(*(instead.get(column.name, column).label(column.name) for column in table.columns))
    condition = _CONDITIONS.get(table.name)
    return query if condition is None else query.where(condition(known))


def batches(connection: Connection, table: Table, known: datetime, size: int) -> Iterator[list[dict[str, Any]]]:
    """The same rows as a stream, at most `size` at a time, in the order of the key, which is the same from both databases."""
    query = rows(table, known).order_by(*(_bytewise(connection, column) for column in table.primary_key))
    result = connection.execution_options(stream_results=True, yield_per=size).execute(query)
    try:
        while batch := [row._asdict() for row in islice(result, size)]:
            yield batch
    finally:
        result.close()


def _bytewise(connection: Connection, column: Any) -> Any:
    return collate(column, "C") if connection.dialect.name == "postgresql" and isinstance(column.type, Text) else column


def _instead(table: Table, known: datetime) -> Mapping[str, ColumnElement[Any]]:
    """The columns that were set later, as they stood then."""
    if table in _VERSIONS:
        return _before(table.c.recorded_to, known, recorded_to=null(), belief_closed=null())
    if table is e.crawl_run:
        return _before(table.c.accepted_at, known, accepted_at=null(), accepted_by=literal(""))
    if table is e.review:
        undecided = {"decided_by": literal(""), "reason": literal(""), "state": literal("open")}
        return _before(table.c.decided_at, known, decided_at=null(), belief=null(), **undecided)
    if table is t.measure_action:
        return _before(table.c.recorded_to, known, recorded_to=null())
    if table is t.measure:
        return {
            "stage": _stage(known, t.measure_action.c.stage, ""),
            "stage_on": _stage(known, t.measure_action.c.acted_on, None),
        }
    return {}


def _before(set_at: Any, known: datetime, **then: ColumnElement[Any]) -> dict[str, ColumnElement[Any]]:
    table = set_at.table
    return {name: case((set_at > known, value), else_=table.c[name]) for name, value in then.items()}


def _stage(known: datetime, column: Any, none: str | None) -> ColumnElement[Any]:
    """The stage of a measure, or its day, by the steps recorded until then; its own where no step was recorded later."""
    step = t.measure_action
    of_it = and_(
        step.c.measure == t.measure.c.id, step.c.stage != "", or_(step.c.recorded_to.is_(None), step.c.recorded_to > known)
    )
    later = select(step.c.id).where(of_it, step.c.recorded_at > known).exists()
    newest = func.coalesce(step.c.acted_on, date.min).desc()
    last = select(column).where(of_it, step.c.recorded_at <= known).order_by(newest, step.c.id.desc()).limit(1).scalar_subquery()
    own = t.measure.c.stage if none == "" else t.measure.c.stage_on
    return case((later, func.coalesce(last, literal(none, column.type))), else_=own)


def _recorded(column: Any) -> _Condition:
    return lambda known: column <= known


def _version_held(table: Table) -> _Condition:
    return lambda known: table.c.recorded_from <= known


def _among(column: Any, ids: Callable[[datetime], Select[Any]]) -> _Condition:
    return lambda known: column.in_(ids(known))


def _ids(table: Table, column: str = "id") -> Callable[[datetime], Select[Any]]:
    """The keys of the rows of `table` that were held."""
    return lambda known: select(table.c[column]).where(_CONDITIONS[table.name](known))


def _named(known: datetime | None) -> Iterator[Select[Any]]:
    """The instruments that the statements name: those held at `known`, or all."""
    versions = t.provision_version
    by_rule = select(t.provision.c.instrument).join(versions, versions.c.provision == t.provision.c.id)
    yield by_rule if known is None else by_rule.where(versions.c.recorded_from <= known)
    for table in (t.assertion, t.relation):
        query = select(table.c.instrument).where(table.c.instrument.is_not(None))
        yield query if known is None else query.where(table.c.recorded_from <= known)


def _instrument(known: datetime) -> ColumnElement[bool]:
    """Named by a statement held then, or by none at all."""
    key = t.instrument.c.key
    return or_(*(key.in_(query) for query in _named(known)), and_(*(key.not_in(query) for query in _named(None))))


def _capture(known: datetime) -> ColumnElement[bool]:
    """Fetched by a run that had ended, or by none of ours."""
    fetched = select(e.fetch.c.capture).where(e.fetch.c.capture.is_not(None))
    ended = fetched.where(e.fetch.c.run.in_(_ids(e.crawl_run)(known)))
    return or_(e.capture.c.id.in_(ended), and_(e.capture.c.id.not_in(fetched), e.capture.c.captured_at <= known))


_CONDITIONS: dict[str, _Condition] = {
    **{table.name: _version_held(table) for table in _VERSIONS},
    "belief": _recorded(t.belief.c.recorded_at),
    "provision": _among(t.provision.c.id, _ids(t.provision_version, "provision")),
    "provision_limit": _among(t.provision_limit.c.provision_version, _ids(t.provision_version)),
    "status_input": _among(t.status_input.c.status_version, _ids(t.status_version)),
    "reading": _recorded(t.reading.c.recorded_at),
    "change": _recorded(t.change.c.recorded_at),
    "change_boundary": _among(t.change_boundary.c.change, _ids(t.change)),
    "claim": _recorded(t.claim.c.recorded_at),
    "instrument": _instrument,
    "instrument_alias": lambda known: t.instrument_alias.c.instrument.in_(select(t.instrument.c.key).where(_instrument(known))),
    "measure": _recorded(t.measure.c.first_recorded_at),
    "measure_action": _recorded(t.measure_action.c.recorded_at),
    "measure_statement": _recorded(t.measure_statement.c.recorded_at),
    "event": _recorded(t.event.c.recorded_at),
    "report_edition": _recorded(t.report_edition.c.created_at),
    "crawl_run": _recorded(e.crawl_run.c.finished_at),
    "fetch": _among(e.fetch.c.run, _ids(e.crawl_run)),
    "capture": _capture,
    "observation": _among(e.observation.c.run, _ids(e.crawl_run)),
    "document_version": _among(e.document_version.c.id, _ids(e.observation, "document_version")),
    "document": _among(e.document.c.id, _ids(e.document_version, "document")),
    "review": _recorded(e.review.c.proposed_at),
}
