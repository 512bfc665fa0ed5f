"""Answers after faults that publishers really make: what is bad is named as unobserved, what is good beside it is believed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import SHARED, needs_shared
from tests.tracker.replays import replayed, rows
from tracker.workspace import Workspace

STATUS_FILE = "unobserved: 1 of 3 details: https://www.govinfo.gov/bulkdata/BILLSTATUS/119/hr/BILLSTATUS-119hr"
SITEMAP = "unobserved: what 1 of 9 lists tell: https://www.govinfo.gov/sitemap/bulkdata/BILLSTATUS/119hr/sitemap.xml (empty"
PART = "https://www.ecfr.gov/api/versioner/v1/full/2026-11-25/title-21.xml?part=1308"
TITLES = "unobserved: 1 of 1 details: https://www.ecfr.gov/api/versioner/v1/titles.json (soft_error"
CASES = {
    "04-one-bad-record/no-actions": ("partial", 2, 2, f"{STATUS_FILE}9940.xml (layout_changed"),
    "04-one-bad-record/no-title": ("partial", 2, 2, f"{STATUS_FILE}9945.xml (layout_changed"),
    "06-blank-sitemap/a": ("held", 2, 0, SITEMAP),
    "15-foreign-revisits/identical-sha1-without-refers-to": ("healthy", 2, 2, ""),
    "15-foreign-revisits/not-modified-empty-block": ("healthy", 2, 2, ""),
    "15-foreign-revisits/not-modified-without-digest": ("healthy", 2, 2, ""),
    "15-foreign-revisits/payload-elsewhere": ("healthy", 1, 1, ""),
    "25-ecfr-days/good": ("healthy", 2, 0, ""),
    "25-ecfr-days/html-200": ("held", 1, 0, f"unobserved: what 1 of 2 lists tell: {PART} (blocked"),
    "25-ecfr-days/import-in-progress": ("healthy", 0, 0, TITLES),
    "25-ecfr-days/title-in-process": ("healthy", 0, 0, TITLES),
    "25-ecfr-days/later-than-latest": ("healthy", 1, 0, f"{PART} (gone"),
    "25-ecfr-days/unblock-redirect": ("healthy", 1, 0, f"{PART} (failed"),
    "25-ecfr-days/list-lost-its-sections": ("held", 1, 0, f"unobserved: what 1 of 2 lists tell: {PART} (layout_changed"),
    "26-zero-dates/action-with-time": ("healthy", 1, 1, ""),
    "26-zero-dates/action-zero": ("held", 0, 0, "0000-00-00, which is no day of the calendar"),
    "26-zero-dates/fr-effective-zero": ("partial", 1, 1, "unobserved: 1 of 2 details"),
}


@needs_shared
@pytest.mark.parametrize("case", CASES)
def test_what_a_replay_makes_of_it(empty: Workspace, case: str, capsys: pytest.CaptureFixture[str]) -> None:
    verdict, documents, measures, words = CASES[case]
    (told,) = replayed(empty, SHARED / "faults" / Path(f"{case}.warc.gz"))
    assert (told.verdict, told.documents, told.measures) == (verdict, documents, measures)
    assert words in "; ".join(told.reasons)
    assert rows(empty.engine, "SELECT count(*) FROM status_version") == [(0,)], "no status moves"
    assert "Traceback" not in capsys.readouterr().err
