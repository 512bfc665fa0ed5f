"""One measure whoever tells of it, the official teller wins, and a stage is told once."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert

from crawler.contract.items import ActionItem, DocumentItem, DocumentKind
from tests.tracker.replays import dump, rows
from tracker.domain.entries import Measure, MeasureAction
from tracker.domain.vocabulary import Stage
from tracker.evidence import measures
from tracker.store.schema import evidence_tables as e
from tracker.store.session import locked, writing
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
            measures.merge_measure(writer, one, None)


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
        measure = measures.measure_of(
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
    measure = measures.measure_of(item(session="103rd Legislature", actions=actions), empty.codebook, ["kratom"])
    assert measure is not None
    assert (measure.stage, measure.stage_on, measure.kind) == (Stage.PASSED_FIRST_CHAMBER, date(2026, 3, 1), "bill")


def test_a_document_of_no_measure_tells_of_none(empty: Workspace) -> None:
    assert measures.measure_of(item(measure=None), empty.codebook, ["kratom"]) is None


def test_a_step_of_a_city_is_local(empty: Workspace) -> None:
    place = "ocd-division/country:us/state:ca/place:san_diego"
    take(empty, replace(SIGNED, jurisdiction=place, session="council", identifier="Ordinance 1"))
    assert rows(empty.engine, "SELECT kind FROM change_boundary") == [("local_action",)]
