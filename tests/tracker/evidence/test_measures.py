"""One measure whoever tells of it, the official teller wins, and a stage is told once."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert, select

from crawler.contract.items import ActionItem, DocumentItem, DocumentKind
from tests.tracker.replays import dump, rows
from tracker.domain.entries import Measure, MeasureAction
from tracker.domain.measures import MeasureStatement, Standing, fold
from tracker.domain.proposals import Version
from tracker.domain.vocabulary import Stage
from tracker.evidence import measure_items, measures
from tracker.history import calendar
from tracker.history import measures as history
from tracker.store.schema import evidence_tables as e
from tracker.store.session import locked, reading, writing
from tracker.workspace import Workspace

THEN = datetime(2026, 11, 25, 12, tzinfo=UTC)
TOLD = ("SELECT stage, source FROM measure", "SELECT claimant, status, note FROM claim")


@pytest.fixture
def tellers(empty: Workspace) -> Workspace:
    """A record with an aggregator and a legislature."""
    with locked(empty.engine) as connection:
        for key, official in (("aggregator", False), ("legislature", True)):
            connection.execute(insert(e.source).values(key=key, jurisdiction="US-KY", official=official, crawled=True))
    return empty


def bill(source: str, stage: Stage, on: str, **fields: object) -> Measure:
    day = date.fromisoformat(on)
    actions = (MeasureAction(day, f"{stage} as {source} words it", stage),)
    said: dict[str, object] = {"title": f"told by {source}", "source": source, "actions": actions}
    return Measure("US-KY", "2026", "HB 757", stage=stage, stage_on=day, **{**said, **fields})  # type: ignore[arg-type]


PASSED = bill("aggregator", Stage.PASSED_BOTH_CHAMBERS, "2026-03-30")
SIGNED = bill("legislature", Stage.ENACTED, "2026-04-10")


def take(workspace: Workspace, *told: Measure) -> None:
    for one in told:
        with writing(workspace.engine, THEN) as writer:
            measures.merge_measure(writer, one, None, today=date(2026, 11, 28))


@pytest.mark.parametrize("order", [(PASSED, SIGNED), (SIGNED, PASSED)], ids=["aggregator first", "official first"])
def test_two_tellers_of_one_bill(tellers: Workspace, order: tuple[Measure, Measure]) -> None:
    take(tellers, *order)
    assert rows(tellers.engine, TOLD[0]) == [("enacted", "legislature")]
    note = "2026 HB 757 is at the stage passed_both_chambers"
    assert rows(tellers.engine, TOLD[1]) == [("aggregator", "passed_both_chambers", note)]
    assert rows(tellers.engine, "SELECT title FROM measure") == [("told by legislature",)]
    assert rows(tellers.engine, "SELECT count(*) FROM measure_action") == [(2,)]


@pytest.mark.parametrize("first", [True, False], ids=["aggregator first", "official first"])
def test_the_official_teller_wins_over_one_that_claims_more(tellers: Workspace, first: bool) -> None:
    claims_more = bill("aggregator", Stage.ENACTED, "2026-04-10")
    waits = bill("legislature", Stage.TO_EXECUTIVE, "2026-04-01")
    take(tellers, *((claims_more, waits) if first else (waits, claims_more)))
    assert rows(tellers.engine, TOLD[0]) == [("to_executive", "legislature")]
    assert rows(tellers.engine, TOLD[1]) == [("aggregator", "enacted", "2026 HB 757 is at the stage enacted")]


def test_an_old_official_paper_does_not_undo_what_was_researched(tellers: Workspace) -> None:
    with writing(tellers.engine, THEN) as writer:
        measures.load_baseline(writer, [replace(SIGNED, source="baseline")])
    take(tellers, bill("legislature", Stage.INTRODUCED, "2026-01-06"))
    assert rows(tellers.engine, TOLD[0]) == [("enacted", "legislature")]
    take(tellers, bill("legislature", Stage.VETOED, "2026-04-12"))
    assert rows(tellers.engine, TOLD[0]) == [("vetoed", "legislature")]


def test_a_failed_measure_without_a_day_stays_failed(tellers: Workspace) -> None:
    with writing(tellers.engine, THEN) as writer:
        measures.load_baseline(writer, [replace(SIGNED, source="baseline", stage=Stage.FAILED, stage_on=None)])
    take(tellers, bill("legislature", Stage.INTRODUCED, "2026-01-06"))
    assert rows(tellers.engine, TOLD[0]) == [("failed", "legislature")]


def test_each_step_is_one_change_and_the_same_again_is_none(tellers: Workspace) -> None:
    steps = [bill("legislature", stage, on) for stage, on in ((Stage.INTRODUCED, "2026-01-06"), (Stage.ENACTED, "2026-04-10"))]
    take(tellers, *steps)
    changes = "SELECT b.kind, b.before, b.after FROM change_boundary b JOIN change c ON c.id = b.change ORDER BY b.id"
    assert rows(tellers.engine, changes) == [
        ("measure_introduced", "", "introduced"),
        ("measure_enacted", "introduced", "enacted"),
    ]
    before = dump(tellers.engine)
    take(tellers, *steps)
    assert dump(tellers.engine) == before


def item(**fields: object) -> DocumentItem:
    said: dict[str, object] = {
        "source": "legislature",
        "jurisdiction": "US-MI",
        "identifier": "a page",
        "kind": DocumentKind.STATUS_PAGE,
        "title": "Kratom consumer protection",
        "official_url": "https://legislature.mi.gov/",
        "language": "en",
        "text": "",
        "measure": "SB 433",
    }
    return DocumentItem(**{**said, **fields})  # type: ignore[arg-type]


def test_one_number_in_two_sessions_is_two_measures(empty: Workspace) -> None:
    for session in ("100th Legislature", "103rd Legislature", "2025-26"):
        measure = measure_items.measure_of(
            item(session=session, stage="introduced", dates={"introduced": "2019-09-01"}), empty.codebook, ["kratom"]
        )
        assert measure is not None
        take(empty, measure)
    assert rows(empty.engine, "SELECT session, identifier FROM measure ORDER BY session") == [
        ("100th Legislature", "SB 433"),
        ("2025-2026", "SB 433"),
    ]
    assert ("100th Legislature",) in rows(empty.engine, "SELECT identifier FROM session WHERE jurisdiction = 'US-MI'")


def test_the_latest_staged_step_is_the_stage(empty: Workspace) -> None:
    actions = (
        ActionItem("2026-02-01", "Read a first time"),
        ActionItem("2026-01-06", "Introduced", Stage.INTRODUCED),
        ActionItem("2026-03-01", "Passed", Stage.PASSED_FIRST_CHAMBER),
        ActionItem("2026-04-01", "Some words that no code table knows"),
    )
    told = measure_items.measure_of(item(session="103rd Legislature", actions=actions), empty.codebook, ["kratom"])
    assert told is not None
    measure = fold([MeasureStatement(told, Standing.OFFICIAL, THEN)], THEN.date()).measure
    assert (measure.stage, measure.stage_on, measure.kind) == (Stage.PASSED_FIRST_CHAMBER, date(2026, 3, 1), "bill")


def test_a_document_of_no_measure_tells_of_none(empty: Workspace) -> None:
    assert measure_items.measure_of(item(measure=None), empty.codebook, ["kratom"]) is None


def test_a_step_of_a_city_is_local(empty: Workspace) -> None:
    place = "ocd-division/country:us/state:ca/place:san_diego"
    take(empty, replace(SIGNED, jurisdiction=place, session="council", identifier="Ordinance 1"))
    assert rows(empty.engine, "SELECT kind FROM change_boundary") == [("local_action",)]


BOUNDARIES = "SELECT b.kind, b.before, b.after, b.before_terms, b.after_terms FROM change_boundary b ORDER BY b.id"


def version(workspace: Workspace, number: int, on: str) -> Version:
    """A version of a document `number`, observed on a day."""
    at = datetime.fromisoformat(on).replace(tzinfo=UTC)
    with locked(workspace.engine) as connection:
        if connection.scalar(select(e.document.c.id).where(e.document.c.id == number)) is None:
            named = {"source": "legislature", "jurisdiction": "US-KY", "identifier": f"page {number}"}
            connection.execute(insert(e.document).values(id=number, language="en", kind="status_page", **named))
            shown = {"url": f"https://legislature.example/{number}", "captured_at": at, "payload_digest": f"sha256:{number}"}
            connection.execute(insert(e.capture).values(id=number, **shown))
    return Version(number, number, at, number, at)


def observe(workspace: Workspace, told: Measure, on: str, document: int = 1) -> None:
    seen = version(workspace, document, on)
    with writing(workspace.engine, seen.observed_at) as writer:
        measures.merge_measure(writer, told, seen, today=seen.observed_at.date(), whole=True)


def page(*steps: tuple[str, Stage], **fields: object) -> Measure:
    actions = tuple(MeasureAction(date.fromisoformat(on), f"{stage} in words", stage) for on, stage in steps)
    return Measure("US-KY", "2026", "HB 757", source="legislature", actions=actions, **fields)  # type: ignore[arg-type]


READ, SENT = ("2026-01-06", Stage.INTRODUCED), ("2026-04-01", Stage.TO_EXECUTIVE)


def test_what_the_publisher_takes_back_is_corrected_and_no_progress(tellers: Workspace) -> None:
    observe(tellers, page(READ, SENT), "2026-04-02")
    observe(tellers, page(READ), "2026-04-03")
    assert rows(tellers.engine, "SELECT stage FROM measure") == [("introduced",)]
    assert [row[:3] for row in rows(tellers.engine, BOUNDARIES)] == [
        ("measure_advanced", "", "to_executive"),
        ("measure_corrected", "to_executive", "introduced"),
    ]
    open_steps = "SELECT stage FROM measure_action WHERE recorded_to IS NULL"
    assert rows(tellers.engine, open_steps) == [("introduced",)]
    observe(tellers, page(READ, SENT), "2026-04-04")
    assert rows(tellers.engine, "SELECT stage FROM measure") == [("to_executive",)]
    assert rows(tellers.engine, "SELECT count(*) FROM measure_action") == [(3,)]


def test_what_was_known_at_an_instant_stays_what_it_was(tellers: Workspace) -> None:
    observe(tellers, page(READ, SENT, title="First"), "2026-04-02")
    observe(tellers, page(READ, title="Second"), "2026-04-03")
    with reading(tellers.engine) as connection:
        (then,) = history.states(connection, datetime(2026, 4, 2, 12, tzinfo=UTC), date(2026, 4, 2))
        (now,) = history.states(connection, datetime(2026, 4, 3, 12, tzinfo=UTC), date(2026, 4, 3))
    assert (then.row.title, then.stage, now.row.title, now.stage) == ("First", Stage.TO_EXECUTIVE, "Second", Stage.INTRODUCED)


def test_a_corrected_day_is_told_as_a_correction_once(tellers: Workspace) -> None:
    for on, day, effect in (("2026-04-02", "2026-04-01", "2026-09-01"), ("2026-04-03", "2026-03-31", "2026-10-01")):
        observe(tellers, page((day, Stage.ENACTED), effective_on=date.fromisoformat(effect)), on)
    told = (
        "measure_corrected",
        *("enacted", "enacted"),
        "since 2026-04-01, effective 2026-09-01",
        "since 2026-03-31, effective 2026-10-01",
    )
    assert rows(tellers.engine, BOUNDARIES)[1:] == [told]
    before = dump(tellers.engine)
    observe(tellers, page(("2026-03-31", Stage.ENACTED), effective_on=date(2026, 10, 1)), "2026-04-05")
    assert dump(tellers.engine) == before


def test_another_title_is_the_title(tellers: Workspace) -> None:
    observe(tellers, page(READ, title="An act"), "2026-01-07")
    observe(tellers, page(READ, title="Another act"), "2026-01-08")
    assert rows(tellers.engine, "SELECT title FROM measure") == [("Another act",)]
    assert len(rows(tellers.engine, BOUNDARIES)) == 1


def test_a_step_ahead_is_in_the_calendar_and_told_once(tellers: Workspace) -> None:
    for on in ("2026-11-26", "2026-12-03"):
        observe(tellers, page(("2026-11-26", Stage.INTRODUCED), ("2027-02-07", Stage.IN_COMMITTEE)), on)
    assert [row[:3] for row in rows(tellers.engine, BOUNDARIES)] == [("measure_introduced", "", "introduced")]
    with reading(tellers.engine) as connection:
        (ahead,) = calendar.events(connection, date(2026, 12, 4), datetime(2026, 12, 4, tzinfo=UTC))
    assert (ahead.kind, ahead.happens_on, ahead.identifier) == ("measure_step", date(2027, 2, 7), "HB 757")
