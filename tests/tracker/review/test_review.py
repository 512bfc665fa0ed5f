"""What a person decides: a proposal is no law, what the record asserts is asked about, a rejection is for good."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler import registry
from crawler.contract.items import ActionItem, DocumentItem, DocumentKind, Stage
from crawler.parsing.parse_result import read
from tests.crawler import casefolder
from tests.refusals import refused
from tests.tracker.conftest import Clock
from tests.tracker.replays import capture, dump, live, proposals, recorded, replayed, rows, warc
from tracker.codebook import load
from tracker.domain.records import RefusedEntry
from tracker.domain.vocabulary import Cause
from tracker.history import review
from tracker.history.review import UnknownProposal
from tracker.pipeline.accept import accept_run
from tracker.review import decide
from tracker.store.session import reading
from tracker.workspace import Workspace

NOTICE = "us_federal_register/document_2026_13580_notice_of_intent"
ORDER = "us_federal_register/document_2026_17429_temporary_order"
BILL = "us_congress/text_hr8000_introduced"
ORDERED = ("mgm-15", "mgm-16", "mitragynine-pseudoindoxyl")
THE_DAY = "2026-08-27T15:00:00Z"
CHANGES = """SELECT c.substance, b.kind, b.significance, b.found_late, b.before, b.after, c.cause FROM change_boundary b
JOIN change c ON c.id = b.change WHERE c.belief = :belief ORDER BY c.substance, b.day"""
TIMELINE = """SELECT status, valid_from, valid_to, verified FROM status_version
WHERE jurisdiction = 'US' AND substance = :substance AND recorded_to IS NULL ORDER BY valid_from IS NOT NULL, valid_from"""


def numbers(workspace: Workspace, **wanted: Any) -> list[int]:
    open_proposals = proposals(workspace.engine)
    return [one["id"] for one in open_proposals if all(one[name] == value for name, value in wanted.items())]


def timeline(workspace: Workspace, substance: str) -> list[tuple[str, str | None, str | None]]:
    return [(row[0], *(day and str(day) for day in row[1:3])) for row in rows(workspace.engine, TIMELINE, substance=substance)]


@pytest.fixture
def ordered(empty: Workspace, clock: Clock, tmp_path: Path) -> Workspace:
    """A notice of intent and a temporary order, replayed the day after the order took effect."""
    clock(THE_DAY)
    replayed(empty, warc(tmp_path, NOTICE, ORDER), "us_federal_register")
    return empty


def test_a_proposal_is_not_law(ordered: Workspace) -> None:
    """Golden case 18."""
    query = "SELECT identifier, stage, kind FROM measure WHERE jurisdiction = 'US' ORDER BY identifier"
    assert rows(ordered.engine, query) == [
        ("FR Doc. 2026-13580", "notice_of_intent", "rule"),
        ("FR Doc. 2026-17429", "temporary_order", "rule"),
    ]
    assert rows(ordered.engine, "SELECT count(*) FROM belief") == [(0,)]
    made = proposals(ordered.engine)
    order = [one for one in made if one["document"] == "FR Doc. 2026-17429"]
    assert sorted({one["substance"] for one in order}) == list(ORDERED), "none for 7-oh or mitragynine"
    assert {(one["valid_from"], one["valid_to"], one["decisive"]) for one in order} == {("2026-08-26", "2028-08-26", None)}
    with pytest.raises(decide.ReviewRefused, match="stands in a proposed_rule at notice_of_intent: a proposal is not law"):
        decide.accept(ordered, numbers(ordered, substance="7-oh")[:1], "A. Reader")

    accepted = [one["id"] for one in order]
    written = decide.accept(ordered, accepted, "A. Reader", cause=Cause.LAW)
    assert written is not None
    assert written.belief == 1, "several proposals, one belief"
    came = [(substance, "took_effect", "status", 1, "unknown", "banned", "law") for substance in ORDERED]
    assert [row for row in rows(ordered.engine, CHANGES, belief=1) if row[1] == "took_effect"] == came
    for substance in ORDERED:
        assert timeline(ordered, substance) == [
            ("unknown", None, "2026-08-26"),
            ("banned", "2026-08-26", "2028-08-26"),
            ("unknown", "2028-08-26", None),
        ]
    assert timeline(ordered, "7-oh") == []
    assert rows(ordered.engine, "SELECT DISTINCT reviewer, coder, origin FROM provision_version") == [
        ("A. Reader", "coder 1", "review")
    ]


@pytest.fixture
def known(researched: Workspace, clock: Clock, tmp_path: Path) -> Workspace:
    """The same over the researched baseline, which says of the three what the order says."""
    clock(THE_DAY)
    replayed(researched, warc(tmp_path, NOTICE, ORDER), "us_federal_register")
    return researched


def test_what_the_baseline_says_is_confirmed(known: Workspace) -> None:
    """Golden case 18, over an assertion."""
    mine = numbers(known, document="FR Doc. 2026-17429")
    before = {substance: timeline(known, substance) for substance in ORDERED}
    decide.accept(known, mine, "A. Reader", replaces=False)
    assert {substance: timeline(known, substance) for substance in ORDERED} == before
    answers = rows(known.engine, CHANGES, belief=2)
    assert {(kind, significance, cause) for _, kind, significance, _, _, _, cause in answers} == {
        ("confirmed", "none", "research")
    }
    assert {row[0] for row in answers} == set(ORDERED)


def test_assertions_are_asked_about_and_nothing_is_written_meanwhile(known: Workspace) -> None:
    (number,) = numbers(known, substance="mgm-15", conduct="possess")
    with reading(known.engine) as connection:
        assert [row.status for row in decide.open_conflicts(connection, number)] == ["banned"]
    before = dump(known.engine)
    with refused(
        decide.ReviewRefused, match=r"meets what the record asserts: banned since 2026-08-26 .*--replaces .*--no-replaces"
    ):
        decide.accept(known, numbers(known, document="FR Doc. 2026-17429"), "A. Reader")
    assert dump(known.engine) == before


def test_replacing_moves_the_day_and_leaving_does_not(known: Workspace) -> None:
    """A sale ban alone over the assertion of a ban: beside it the ban stands, in its place only the sale is prohibited."""
    (sell,) = numbers(known, substance="mgm-15", conduct="sell")
    (other,) = numbers(known, substance="mgm-16", conduct="sell")
    decide.accept(known, [sell], "A. Reader", replaces=False)
    assert [row[0] for row in timeline(known, "mgm-15")] == ["unknown", "banned", "unknown"]
    decide.accept(known, [other], "A. Reader", replaces=True, from_day=date(2026, 8, 27))
    assert timeline(known, "mgm-16") == [
        ("unknown", None, "2026-08-26"),
        ("banned", "2026-08-26", "2026-08-27"),
        ("sale_prohibited", "2026-08-27", "2028-08-26"),
        ("unknown", "2028-08-26", None),
    ]
    (possess,) = numbers(known, substance="mgm-16", conduct="possess")
    with reading(known.engine) as connection:
        assert decide.open_conflicts(connection, possess) == [], "what is replaced is not asked about again"
    decide.accept(known, [possess], "A. Reader")
    assert [row[0] for row in timeline(known, "mgm-16")] == ["unknown", "banned", "unknown"]


def test_nothing_is_replaced_before_the_rule_holds(known: Workspace) -> None:
    (number,) = numbers(known, substance="mgm-15", conduct="possess")
    with pytest.raises(decide.ReviewRefused, match=r"holds from 2026-08-26; it cannot replace anything from 2026-08-01"):
        decide.accept(known, [number], "A. Reader", replaces=True, from_day=date(2026, 8, 1))


def test_a_temporary_order_without_an_end_is_refused(empty: Workspace, tmp_path: Path) -> None:
    body = recorded(ORDER)[1].replace(b"August 26, 2026, until August 26, 2028", b"August 26, 2026")
    replayed(empty, warc(tmp_path, recorded(ORDER, body=body)), "us_federal_register")
    before = dump(empty.engine)
    with refused(RefusedEntry, match=r"temporary or emergency measure whose text states no end.*kratom-tracker code"):
        decide.accept(empty, numbers(empty, conduct="possess", substance="mgm-15"), "A. Reader")
    assert dump(empty.engine) == before


def test_a_decision_is_taken_once(ordered: Workspace) -> None:
    first, second, *_ = numbers(ordered, document="FR Doc. 2026-17429")
    decide.accept(ordered, [first, first], "A. Reader")
    assert rows(ordered.engine, "SELECT count(*) FROM provision_version") == [(1,)]
    decide.reject(ordered, second, "B. Reader", "speaks of another plant")
    for number, state in ((first, "accepted by A. Reader"), (second, "rejected by B. Reader")):
        with refused(decide.ReviewRefused, match=f"proposal {number} was {state} on 2026-08-27; it is not asked again"):
            decide.accept(ordered, [number], "C. Reader")
        with refused(decide.ReviewRefused, match="not asked again"):
            decide.reject(ordered, number, "C. Reader", "no")
    for decision in (lambda: decide.accept(ordered, [99], "C. Reader"), lambda: decide.reject(ordered, 99, "C. Reader", "no")):
        with pytest.raises(UnknownProposal, match="there is no proposal 99"):
            decision()
    with refused(decide.ReviewRefused, match="say who decides"):
        decide.accept(ordered, [3], " ")


def test_one_open_question_stops_the_whole_belief(ordered: Workspace) -> None:
    order = numbers(ordered, document="FR Doc. 2026-17429")
    before = dump(ordered.engine)
    with pytest.raises(decide.ReviewRefused, match="not law"):
        decide.accept(ordered, [*order, *numbers(ordered, substance="7-oh")], "A. Reader")
    assert dump(ordered.engine) == before


def test_the_second_coder(ordered: Workspace, tmp_path: Path) -> None:
    """Golden case 19."""
    rejected = numbers(ordered, document="FR Doc. 2026-17429")
    for number in rejected:
        decide.reject(ordered, number, "A. Reader", "the register's record is no law")
    later = "2026-09-01T00:00:00+00:00"
    (again,) = replayed(ordered, warc(tmp_path / "later", recorded(NOTICE, later), recorded(ORDER, later)), "us_federal_register")
    assert not again.known
    assert again.proposals == 0
    assert again.run is not None
    assert accept_run(ordered, again.run, "B. Reader").proposals == 0
    assert numbers(ordered, document="FR Doc. 2026-17429") == []

    other = recorded(ORDER)[1].replace(b'"name": "Justice Department"', b'"name": "Department of Justice"')
    (anew,) = replayed(ordered, warc(tmp_path / "other", recorded(ORDER, later, other)), "us_federal_register")
    assert anew.proposals == len(rejected)
    said = proposals(ordered.engine, "rejected")[0]["quote"]
    assert said not in [one["quote"] for one in proposals(ordered.engine) if one["document"] == "FR Doc. 2026-17429"]


def bill(at: str, text: str = "", **fields: Any) -> DocumentItem:
    """The recorded bill with words added at its end, captured at `at`."""
    _, exchange = casefolder.load(casefolder.CASES / BILL)
    (item,) = read(registry.spider("us_congress")(terms=load().terms), exchange).items
    assert isinstance(item, DocumentItem)
    url = fields.pop("url", item.official_url)
    return replace(item, text=item.text + text, official_url=url, captures=(capture(url, at),), **fields)


def enacted(at: str) -> DocumentItem:
    """The page of the bill once it is law."""
    act = ActionItem("2026-10-01", "Became Public Law No: 119-200.", Stage.ENACTED)
    kind, url = DocumentKind.STATUS_PAGE, "https://www.govinfo.gov/bulkdata/BILLSTATUS/119/hr/BILLSTATUS-119hr8000.xml"
    return replace(
        bill(at, url=url),
        identifier="BILLSTATUS-119hr8000",
        kind=kind,
        stage=Stage.ENACTED,
        actions=(act,),
        text="7-hydroxymitragynine",
    )


EFFECT = "\nSEC. 3. EFFECTIVE DATE.\nThis Act shall take effect on January 1, 2027."
AT, LATER = "2026-07-22T00:00:00+00:00", "2026-10-02T00:00:00+00:00"


def test_an_introduced_bill_needs_a_day(empty: Workspace) -> None:
    live(empty, "us_congress", [bill(AT)], AT)
    mine = numbers(empty, conduct="possess")
    with refused(decide.ReviewRefused, match=r"stands in a bill at introduced: a proposal is not law.*--from"):
        decide.accept(empty, mine, "A. Reader")
    decide.accept(empty, mine, "A. Reader", from_day=date(2027, 1, 1))
    assert timeline(empty, "7-oh") == [("unknown", None, "2027-01-01"), ("banned", "2027-01-01", None)]
    assert rows(empty.engine, CHANGES, belief=1)[-1][:3] == ("7-oh", "enacted_for_later", "status")


def test_once_the_bill_is_enacted_its_own_day_counts(empty: Workspace) -> None:
    live(empty, "us_congress", [bill(AT, EFFECT)], AT)
    mine = numbers(empty, conduct="possess")
    with pytest.raises(decide.ReviewRefused, match="at introduced"):
        decide.accept(empty, mine, "A. Reader")
    live(empty, "us_congress", [enacted(LATER)], LATER)
    decide.accept(empty, mine, "A. Reader")
    assert timeline(empty, "7-oh") == [("unknown", None, "2027-01-01"), ("banned", "2027-01-01", None)]


def test_an_enacted_bill_that_states_no_day_still_needs_one(empty: Workspace) -> None:
    live(empty, "us_congress", [bill(AT), enacted(AT)], AT)
    with refused(decide.ReviewRefused, match="states no first day; say from which day it holds"):
        decide.accept(empty, numbers(empty, conduct="possess"), "A. Reader")


def test_an_open_proposal_follows_the_newest_text_that_says_the_same(empty: Workspace) -> None:
    live(empty, "us_congress", [bill(AT)], AT)
    mine = numbers(empty)
    live(empty, "us_congress", [bill(LATER, EFFECT, stage=Stage.PASSED_BOTH_CHAMBERS)], LATER)
    assert numbers(empty) == mine, "the same words in the same place are one proposal"
    assert {(one["stage"], one["valid_from"]) for one in proposals(empty.engine)} == {("passed_both_chambers", "2027-01-01")}
    live(empty, "us_congress", [bill(AT)], AT)
    assert {one["stage"] for one in proposals(empty.engine)} == {"passed_both_chambers"}, "an older paper changes nothing"


def test_an_acceptance_shows_its_evidence(ordered: Workspace) -> None:
    (number,) = numbers(ordered, substance="mgm-15", conduct="possess")
    with reading(ordered.engine) as connection:
        shown = review.show(connection, number)
        assert [row.id for row in review.listing(connection)] == [one["id"] for one in proposals(ordered.engine)]
    decide.accept(ordered, [number], "A. Reader", note="checked against the printed register")
    ((quote, start, digest, file, offset, url, link),) = rows(
        ordered.engine, "SELECT quote, quote_start, capture_digest, warc_file, warc_offset, url, link_type FROM evidence"
    )
    assert (quote, start) == (shown.proposal.quote, shown.proposal.quote_start)
    assert (digest, file, offset, url, link) == (
        shown.payload_digest,
        shown.warc_file,
        shown.warc_offset,
        shown.capture_url,
        "official",
    )
    assert rows(ordered.engine, "SELECT actor, note FROM belief") == [("A. Reader", "checked against the printed register")]
    assert rows(ordered.engine, "SELECT made_on, in_force_on FROM instrument") in (
        [("2026-08-24", "2026-08-26")],
        [(date(2026, 8, 24), date(2026, 8, 26))],
    )
