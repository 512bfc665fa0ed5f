"""Editions are frozen once and served byte for byte; a draft is not; what cannot be written says so."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

import tracker.files
from maps import BoundariesUnreadable
from tests.conftest import SHARED, needs_shared
from tests.refusals import refused
from tests.tracker import replays
from tests.tracker.domain.build import day, finding, provision
from tests.tracker.reports.record import Kept
from tests.tracker.test_verify import tampered
from tracker import reports, settings
from tracker.domain import periods
from tracker.domain.dates import parse_instant
from tracker.domain.records import Key
from tracker.domain.vocabulary import LinkType
from tracker.reports import files, printing, render
from tracker.store.schema import tables as t
from tracker.verify import verify

MA = Key("US-MA", "kratom")
LATER = parse_instant("2026-12-09T12:00Z")


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Maps are proved elsewhere; here they would only cost time."""
    monkeypatch.setattr(render, "_drawings", lambda edition, codebook: [])


@pytest.fixture
def quiet(kept: Kept, drawn: None) -> Kept:
    kept.write("2026-06-01", "research", finding("F", key=MA))
    return kept


def learn_late(kept: Kept) -> None:
    kept.write("2026-12-03T12:00Z", "law", provision("P", "possess prohibited", "2026-11-20", key=MA), made="2026-11-20")


def test_a_frozen_edition_is_served_byte_for_byte_after_the_record_changed(quiet: Kept) -> None:
    first = reports.publish(quiet.workspace, "2026-W47", now=parse_instant("2026-12-01"))
    assert (first.edition, first.frozen) == ("week-2026-W47", True)
    held = {path.name: path.read_bytes() for path in first.paths}
    assert sorted(held) == [f"week-2026-W47.{ending}" for ending in ("csv", "html", "json", "md")]
    learn_late(quiet)
    for path in first.paths:
        path.unlink()
    again = reports.publish(quiet.workspace, "2026-W47", now=LATER)
    assert {path.name: path.read_bytes() for path in again.paths} == held
    assert "served as frozen" in again.notes


def test_a_frozen_edition_is_served_where_nothing_can_be_written(quiet: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its copies may be gone; the frozen files are there."""
    first = reports.publish(quiet.workspace, "2026-W47", now=LATER)
    for path in first.paths:
        path.unlink()

    def unwritable(path: Path, _: bytes) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    monkeypatch.setattr(tracker.files, "replace", unwritable)
    again = reports.publish(quiet.workspace, "2026-W47", now=LATER)
    assert again.frozen
    assert all("archive" in path.parts and path.is_file() for path in again.paths)
    with refused(files.ReportUnwritable, match="cannot be written"):
        reports.publish(quiet.workspace, "2026-W48", now=LATER)


def test_a_row_names_what_was_frozen(quiet: Kept) -> None:
    published = reports.publish(quiet.workspace, "2026-W47", now=LATER)
    with quiet.engine.connect() as connection:
        row = connection.execute(select(t.report_edition)).one()
    assert json.loads(row.files) == {path.name: files.digest(path.read_bytes()) for path in published.paths}
    assert (row.name, row.known_at, row.retrospective) == ("week-2026-W47", parse_instant("2026-11-23T05:00Z"), False)


def test_without_a_period_the_last_ended_week_is_meant(quiet: Kept) -> None:
    assert reports.publish(quiet.workspace, None, now=LATER).edition == "week-2026-W49"


def test_a_period_still_open_is_a_draft_and_leaves_its_name_free(quiet: Kept) -> None:
    draft = reports.publish(quiet.workspace, "2026-W49", now=parse_instant("2026-12-02T12:00Z"))
    assert (draft.edition, draft.frozen) == ("week-2026-W49-draft", False)
    assert json.loads(draft.paths[0].read_text())["masthead"]["open"] is True
    learn_late(quiet)
    whole = reports.publish(quiet.workspace, "2026-W49", now=LATER)
    assert (whole.edition, whole.frozen) == ("week-2026-W49", True)
    assert json.loads(whole.paths[0].read_text())["bottom_line"]["numbers"]["in_force"] == 1


def test_a_chosen_cut_off_has_a_name_of_its_own(quiet: Kept) -> None:
    published = reports.publish(quiet.workspace, "2026-W47", known=parse_instant("2026-11-20T12:00Z"), now=LATER)
    assert (published.edition, published.frozen) == ("week-2026-W47-known-20261120T120000Z", True)


def test_a_difference_of_the_facts_is_told_loudly(quiet: Kept) -> None:
    reports.publish(quiet.workspace, "2026-W47", now=LATER)
    assert reports.recheck(quiet.workspace, "2026-W47", now=LATER) == []
    with quiet.engine.begin() as connection:
        connection.execute(t.jurisdiction.update().where(t.jurisdiction.c.code == "US-MA").values(name="Old Colony"))
    problems = reports.recheck(quiet.workspace, "2026-W47", now=LATER)
    assert any('"Massachusetts"' in line and '"Old Colony"' in line and line.startswith("maps[0]") for line in problems)


def test_rechecking_what_was_never_frozen_is_refused(quiet: Kept) -> None:
    with pytest.raises(periods.BadPeriod, match="week-2026-W47"):
        reports.recheck(quiet.workspace, "2026-W47", now=LATER)


def test_a_frozen_file_that_was_touched_is_not_served(quiet: Kept) -> None:
    reports.publish(quiet.workspace, "2026-W47", now=LATER)
    frozen = quiet.data / "archive" / "editions" / "week-2026-W47" / "week-2026-W47.md"
    assert verify(quiet.workspace).problems == ()
    frozen.write_text("something else")
    assert [str(problem) for problem in verify(quiet.workspace).problems] == [
        "edition: week-2026-W47, week-2026-W47.md: its bytes are not those that were frozen"
    ]
    with pytest.raises(reports.EditionDamaged, match=r"week-2026-W47\.md"):
        reports.publish(quiet.workspace, "2026-W47", now=LATER)
    frozen.unlink()
    with pytest.raises(reports.EditionDamaged, match="is gone"):
        reports.publish(quiet.workspace, "2026-W47", now=LATER)


def test_a_record_that_lost_its_end_is_found_by_what_it_published(quiet: Kept) -> None:
    reports.publish(quiet.workspace, "2026-W47", now=LATER)
    tampered(quiet.workspace, "UPDATE belief SET seal = '0' WHERE id = 1")
    assert "edition: week-2026-W47, week-2026-W47.json: it reports a belief that the record no longer holds" in [
        str(problem) for problem in verify(quiet.workspace).problems
    ]
    tampered(quiet.workspace, "DELETE FROM report_edition")
    assert [str(problem) for problem in verify(quiet.workspace).problems if problem.kind == "edition"] == [
        "edition: week-2026-W47: the record knows no such edition: publishing it was broken off, or the end of the record is lost"
    ]


def test_a_folder_that_cannot_be_written_is_named_and_nothing_is_frozen(quiet: Kept) -> None:
    quiet.data.mkdir()
    (quiet.data / "archive").write_text("a file where a folder should be")
    with refused(reports.ReportUnwritable, match=r"editions.*--data"):
        reports.publish(quiet.workspace, "2026-W47", now=LATER)
    with quiet.engine.connect() as connection:
        assert connection.execute(select(t.report_edition)).first() is None


def test_an_edition_without_boundaries_is_written_and_frozen_only_with_them(quiet: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(*_: object) -> None:
        raise BoundariesUnreadable("the boundaries of maps in us.gpkg are damaged")

    with monkeypatch.context() as patch:
        patch.setattr(render, "_drawings", unreadable)
        without = reports.publish(quiet.workspace, "2026-W48", now=LATER)
    page = next(path for path in without.paths if path.suffix == ".html")
    assert not without.frozen
    assert any("without maps" in note and "us.gpkg" in note for note in without.notes)
    assert "This map is missing" in page.read_text("utf-8")
    again = reports.publish(quiet.workspace, "2026-W48", now=LATER)
    assert (again.frozen, again.notes[-1], again.paths) == (True, "frozen", without.paths)
    assert "This map is missing" not in page.read_text("utf-8")


def test_a_full_disk_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.md"
    files.write(target, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(reports.ReportUnwritable, match="the disk is full"):
        files.write(target, b"new")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_pdf_without_pango_names_it(quiet: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.delitem(__import__("sys").modules, "weasyprint", raising=False)
    monkeypatch.setattr("sys.meta_path", [Broken()])
    with refused(reports.NoPdf, match="libpango"):
        printing.from_html("<p>x</p>")


def test_pdf_is_printed_from_the_frozen_page(quiet: Kept) -> None:
    pytest.importorskip("weasyprint")
    published = reports.publish(quiet.workspace, "2026-W47", now=LATER, pdf=True)
    assert published.paths[-1].read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("period", "message"), [("2026-W54", "2026-W47"), ("2026-13", "2026-11"), ("week", "2026-W47"), ("2027-W10", "2026-W50")]
)
def test_a_bad_period_is_refused_with_an_example(quiet: Kept, period: str, message: str) -> None:
    with pytest.raises(periods.BadPeriod, match=message):
        reports.publish(quiet.workspace, period, now=LATER)


@pytest.mark.parametrize("known", ["2027-01-01", "2026-01-01", "2026-11-16T05:00Z"])
def test_an_impossible_cut_off_is_refused(quiet: Kept, known: str) -> None:
    with pytest.raises(periods.BadCutOff):
        reports.publish(quiet.workspace, "2026-W47", known=parse_instant(known), now=LATER)


def linked(kept: Kept, *addresses: str) -> list[tuple[str, str, str]]:
    """Measures with these addresses, one step away; what the edition and its files show of each."""
    for number, address in enumerate(addresses, start=1):
        bill = kept.measure("US-MA", "194", f"H {number}", "to_executive", "2026-11-18", at="2026-11-19", url=address)
        kept.step("2026-11-19T12:00Z", "measure_advanced", bill, "US-MA", day("2026-11-18"), "to_executive")
    edition = json.loads(reports.publish(kept.workspace, "2026-W47", now=LATER).paths[0].read_text())
    found = [
        [(step["url"], step["link_type"], step["unlinked"]) for step in edition[part]] for part in ("actions", "could_change")
    ]
    assert found[0] == found[1]
    return found[0]


def test_a_link_that_nobody_typed_is_left_out_and_said_so(quiet: Kept) -> None:
    unknown, vendor, none, known = "https://stranger.test/x", "https://www.kraoma.com/x", "http://[", "https://www.govinfo.gov/x"
    assert linked(quiet, unknown, vendor, none, known) == [
        ("", "", "stranger.test"),
        ("", "vendor", ""),
        ("", "", "an address without a host"),
        (known, "official", ""),
    ]
    served = reports.publish(quiet.workspace, "2026-W47", now=LATER)
    for path in served.paths:
        text = path.read_text()
        assert known in text
        assert not any(address in text for address in (unknown, vendor, none))
    markup = {path.suffix: path.read_text() for path in served.paths}
    for ending in (".html", ".md"):
        assert markup[ending].count("link not shown: the type of its host, stranger.test, is not known") == 2


def test_the_remedy_for_an_untyped_link_works(quiet: Kept) -> None:
    quiet.measure("US-MA", "194", "H 1", "to_executive", "2026-11-18", at="2026-11-19", url="https://stranger.test/x")
    draft = parse_instant("2026-11-22T12:00Z")
    published = reports.publish(quiet.workspace, "2026-W47", now=draft)
    assert published.notes[0] == (
        'no link to stranger.test is shown; name its type in tracker.toml: [link_hosts] "stranger.test" = "press"'
    )
    typed = quiet.workspace.settings.model_copy(update={"link_hosts": {"stranger.test": LinkType.PRESS}})
    mended = reports.publish(replace(quiet.workspace, settings=typed), "2026-W47", now=draft)
    assert "https://stranger.test/x" in mended.paths[0].read_text()
    assert not any("stranger.test" in note for note in mended.notes)


@needs_shared
@pytest.mark.parametrize("name", ["unknown_host", "badredirect", "badredirect3"])
def test_a_report_is_written_whatever_was_replayed(quiet: Kept, name: str) -> None:
    replays.replayed(quiet.workspace, SHARED / "faults" / "hostile" / f"{name}.warc.gz", "us_federal_register", "us_ecfr")
    assert reports.publish(quiet.workspace, None, now=settings.now()).edition
