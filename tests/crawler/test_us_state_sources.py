"""What the sources of the states make of the answers that their publishers really gave, read by hand from the files."""

from __future__ import annotations

import csv
import gzip

import pytest

from crawler import registry
from crawler.archive.exchange import Exchange, payload_digest
from crawler.contract.items import DocumentItem, EventItem, Outcome
from crawler.contract.watched import WatchedMeasure
from crawler.parsing.parse_result import Reading, read
from tests.conftest import SHARED, needs_shared
from tests.crawler.casefolder import terms

TERMS = terms({"en": ["kratom", "mitragynine"]})
_SOAP = b'<GetLegislationIntroducedSince xmlns="http://WSLWebServices.leg.wa.gov/">'

RECORDED = {
    "us/state-va/lis_20261_BILLS.csv.gz": {
        "HB 360": "enacted",
        "HB 442": "failed",
        "HB 738": "failed",
        "HB 875": "failed",
        "SB 821": "carried_over",
    },
    "us/state-va/legacylis_231_Bills_kratom_rows.csv": {"HB 1307": "failed", "HB 1521": "failed", "SB 1108": "enacted"},
    "us/state-va/legacylis_231_History_kratom_rows.csv": {"SB 1108, history": None},
    "us/state-va/legacylis_242_Bills.csv.gz": {},
    "us/state-wa/soap_GetLegislationIntroducedSince_2026-01.xml.gz": {"HB 2291": "introduced"},
    "us/state-wa/2025-2026_SB6287_6287-S_Substitute_Bill.html": {"SB 6287 S": None},
    "us/legiscan/dataset_IA_91ga_HF2133.json": {"US-IA 2025-2026 HF2133": "passed_first_chamber"},
    "us/legiscan/dataset_IA_91ga_HSB508.json": {"US-IA 2025-2026 HSB508": "introduced"},
    "us/legiscan/sample_bill_HB3.json": {"US-AK 2011-2012 HB3": "passed_first_chamber"},
}
SOURCES = {"state-va": "us_va_lis", "state-wa": "us_wa_legislature", "legiscan": "us_legiscan"}


@needs_shared
@pytest.mark.parametrize("path", RECORDED)
def test_a_recorded_answer_gives_what_stands_in_it(path: str) -> None:
    reading = read_recorded(path)
    assert reading.outcome is Outcome.OK, reading.reason
    assert {item.identifier: item.stage for item in reading.items if isinstance(item, DocumentItem)} == RECORDED[path]


@needs_shared
def test_a_history_is_read_step_by_step() -> None:
    (history,) = read_recorded("us/state-va/legacylis_231_History_kratom_rows.csv").items
    assert isinstance(history, DocumentItem)
    assert len(history.actions) == 44
    assert (history.actions[-2].on, history.actions[-2].text) == (
        "2023-03-26",
        "G Approved by Governor-Chapter 596 (effective 7/1/23)",
    )


@needs_shared
def test_hearings_of_an_aggregated_bill_are_events() -> None:
    found = read_recorded("us/legiscan/dataset_IA_91ga_HSB508.json").items
    assert [item.on for item in found if isinstance(item, EventItem)] == ["2026-01-14", "2026-01-20"]


@needs_shared
def test_no_recorded_answer_of_them_is_refused() -> None:
    readings = [read_recorded(path) for path in manifest() if path.split("/")[1] in SOURCES]
    assert {reading.outcome for reading in readings} == {Outcome.OK, None}


def manifest() -> dict[str, dict[str, str]]:
    with (SHARED / "corpus" / "manifest.csv").open(encoding="utf-8", newline="") as handle:
        return {row["path"]: row for row in csv.DictReader(handle)}


def read_recorded(path: str) -> Reading:
    row, body = manifest()[path], (SHARED / "corpus" / path).read_bytes()
    body = gzip.decompress(body) if path.endswith(".gz") else body
    url = row["request_url"].split(" (")[0].strip().replace("http://", "https://")
    sent = _SOAP if "soap_" in path else b""
    watched = [WatchedMeasure("US-VA", "2023", "SB 1108")]
    spider = registry.spider(SOURCES[row["source_slug"]])(terms=TERMS, watched=watched)
    arrived = 200, {"content-type": row["content_type"]}, body, "2026-11-22T00:00:00+00:00", payload_digest(body)
    return read(spider, Exchange("POST" if sent else "GET", url, *arrived, request_body=sent))
