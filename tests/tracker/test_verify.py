"""One changed byte in the archive or one changed row is found and named; a sound record has no problem."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import Connection, text

from crawler.archive.folder import Archive
from migrations import guards
from tests.databases import Database
from tests.tracker import replays
from tests.tracker.conftest import Clock
from tests.tracker.replays import CHALLENGE, FINLAND, LIST_URL, NOW, answer, dump, live, replayed, rows, warc
from tests.tracker.review.test_review import NOTICE, ORDER, bill
from tracker.pipeline.accept import accept_run
from tracker.review import decide
from tracker.store.schema.columns import metadata
from tracker.store.session import locked
from tracker.verify import Problem, verify
from tracker.verify.chain import BITEMPORAL
from tracker.workspace import Workspace


def fill(workspace: Workspace, folder: Path) -> None:
    """Decisive, accepted and open proposals, a measure, a replayed and a held run."""
    (told,) = replayed(workspace, warc(folder / "finland", *FINLAND), "fi_finlex")
    assert told.run is not None
    accept_run(workspace, told.run, "A. Reader")
    replayed(workspace, warc(folder / "register", NOTICE, ORDER), "us_federal_register")
    mine = rows(workspace.engine, "SELECT id FROM review WHERE provision_key LIKE '%mgm-15%'")
    decide.accept(workspace, [number for (number,) in mine], "A. Reader")
    replayed(workspace, warc(folder / "blocked", answer(LIST_URL, CHALLENGE, "2026-01-01T00:00:00+00:00")), "fi_finlex")


def _filled(data: Path, database_url: str) -> Workspace:
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as found:
        patch.setenv("TRACKER_NOW", NOW)
        made = replays.empty(data, database_url)
        fill(made, Path(found))
    return made


@pytest.fixture
def sound(clock: Clock, database: Database, tmp_path: Path) -> Iterator[Workspace]:
    """Such a record on each database."""
    with database.copy(_filled, tmp_path / "data") as record:
        made = record.open()
        yield made
        made.engine.dispose()


def tampered(workspace: Workspace, *changes: str) -> None:
    """Change rows as somebody would who has the database file: without the guards."""
    with locked(workspace.engine) as connection:
        _unguarded(connection)
        for change in changes:
            done = connection.execute(text(change))
            assert done.rowcount == 1, change


def _unguarded(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        for removal in guards.removals("postgresql"):
            connection.execute(text(removal))
        return
    for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        connection.execute(text(f"DROP TRIGGER {name}"))


def kinds(found: tuple[Problem, ...]) -> set[str]:
    return {problem.kind for problem in found}


def named(found: tuple[Problem, ...], what: str) -> list[str]:
    return [str(problem) for problem in found if problem.what.startswith(what)]


def test_a_sound_record_has_no_problem_and_a_changed_one_has(empty: Workspace, tmp_path: Path) -> None:
    fill(empty, tmp_path)
    before = dump(empty.engine)
    verdict = verify(empty)
    assert verdict.problems == ()
    assert (verdict.captures, verdict.beliefs, verdict.runs) == (7, 2, 3)
    assert verdict.quotes == 3 + 3 + len(rows(empty.engine, "SELECT 1 FROM review WHERE state = 'open'"))
    assert dump(empty.engine) == before
    tampered(empty, ROWS["an effect"][0], ROWS["a cause"][0])
    assert kinds(verify(empty).problems) == {"row", "belief"}


ROWS: dict[str, tuple[str, str]] = {
    "a quote": (
        "UPDATE provision_version SET quote = 'Kratom (Mitragyna Spesiosa)' WHERE id = 1",
        "provision_version 1, FI kratom",
    ),
    "a conduct": ("UPDATE provision SET conduct = 'use' WHERE id = 1", "provision_version 1, FI kratom"),
    "an effect": ("UPDATE provision_version SET effect = 'permitted' WHERE id = 4", "provision_version 4, US mgm-15"),
    "a reviewer": ("UPDATE provision_version SET reviewer = 'B. Reader' WHERE id = 4", "provision_version 4, US mgm-15"),
    "a capture": ("UPDATE provision_version SET capture = 5 WHERE id = 1", "provision_version 1, FI kratom"),
    "a status": ("UPDATE status_version SET status = 'banned' WHERE id = 2", "status_version 2, FI kratom"),
    "a day": (
        "UPDATE status_version SET valid_from = '2017-04-01', valid_from_latest = '2017-04-01' WHERE id = 2",
        "status_version 2, FI",
    ),
    "an input": ("UPDATE status_input SET ref = 4 WHERE status_version = 2 AND ref = 1", "status_version 2, FI kratom"),
    "a closing": (
        "UPDATE status_version SET recorded_to = '2030-01-01T00:00:00.000000Z', belief_closed = 2 WHERE id = 2",
        "status_version 2",
    ),
    "a recording": ("UPDATE status_version SET belief = 2 WHERE id = 2", "status_version 2"),
    "a boundary": ("UPDATE change_boundary SET kind = 'corrected' WHERE change = 1 AND day IS NOT NULL", "change 1, FI kratom"),
    "a fold": ("UPDATE change SET opens = '1' WHERE id = 1", "change 1, FI kratom"),
    "a measure's change": ("UPDATE change SET cause = 'law' WHERE id = 2", "change 2, US"),
    "a cause": ("UPDATE belief SET cause = 'record' WHERE id = 1", "belief 1 of 2026-11-25"),
    "a zone": ("UPDATE belief SET zone = 'Asia/Tokyo' WHERE id = 2", "belief 2 of 2026-11-25"),
    "a text": (
        "UPDATE document_version SET body = replace(body, 'Kratom', 'Catnip') WHERE id = 1",
        "document_version 1, fi_finlex",
    ),
    "a stage": ("UPDATE document_version SET stage = 'enacted' WHERE id = 5", "document_version 5, us_federal_register"),
    "an outcome": ("UPDATE \"fetch\" SET outcome = 'ok' WHERE outcome = 'blocked'", "run 3 of fi_finlex"),
    "a verdict": ("UPDATE crawl_run SET verdict = 'healthy' WHERE id = 3", "run 3 of fi_finlex"),
    "a proposal's place": (
        "UPDATE review SET proposal = replace(proposal, '\"quote_start\": ', '\"quote_start\": 1') WHERE id = 4",
        "review 4, US|7-oh",
    ),
    "a digest": ("UPDATE capture SET payload_digest = 'sha256:0' WHERE id = 2", "adopted-"),
    "a place": ("UPDATE capture SET warc_offset = warc_offset + 1 WHERE id = 2", "adopted-"),
    "an address": ("UPDATE capture SET url = 'https://example.org/' WHERE id = 2", "adopted-"),
}


@pytest.mark.parametrize("case", ROWS)
def test_a_changed_row_is_named(sound: Workspace, case: str) -> None:
    change, what = ROWS[case]
    tampered(sound, change)
    found = verify(sound).problems
    assert named(found, what), found


def test_a_removed_row_breaks_the_belief_that_recorded_it(sound: Workspace) -> None:
    tampered(sound, "DELETE FROM provision_version WHERE id = 6")
    assert named(verify(sound).problems, "belief 2 of")


def test_a_mended_seal_breaks_the_next(sound: Workspace) -> None:
    """Who rewrites a belief and mends its seal must mend every seal after it."""
    tampered(sound, "UPDATE belief SET seal = 'mended' WHERE id = 1")
    assert {problem.what.partition(" of ")[0] for problem in verify(sound).problems} == {"belief 1", "belief 2"}


def archived(workspace: Workspace, url_like: str) -> tuple[Path, int]:
    ((name, offset),) = rows(workspace.engine, f"SELECT warc_file, warc_offset FROM capture WHERE url LIKE '{url_like}'")
    return workspace.settings.archive / name, offset


def test_one_changed_byte_of_a_payload_is_found(sound: Workspace) -> None:
    path, offset = archived(sound, "%2016/166%")
    body = bytearray(path.read_bytes())
    body[offset + 3_000] ^= 1
    path.write_bytes(bytes(body))
    found = verify(sound).problems
    assert named(found, f"{path.name} at byte {offset}, https://data.finlex.fi/eli/sd/2016/166/alkup/fin")
    assert len([problem for problem in found if problem.kind == "capture"]) == 1, "the records behind it can still be read"
    assert Problem("archive", path.name, "its bytes are not those that its name tells") in found


@pytest.mark.parametrize("place", [4, 0.5, -5], ids=["head", "middle", "tail"])
def test_one_changed_byte_anywhere_is_found(sound: Workspace, place: float) -> None:
    path, _ = archived(sound, "%2016/166%")
    body = bytearray(path.read_bytes())
    body[int(place * len(body)) if place == 0.5 else int(place)] ^= 1
    path.write_bytes(bytes(body))
    assert "archive" in kinds(verify(sound).problems)


def test_a_missing_archive_file_is_named_once(sound: Workspace) -> None:
    path, _ = archived(sound, "%2016/166%")
    path.unlink()
    assert verify(sound).problems == (Problem("archive", path.name, "the file is missing"),)


def test_a_cut_archive_file_is_named(sound: Workspace) -> None:
    path, _ = archived(sound, "%2016/166%")
    path.write_bytes(path.read_bytes()[:-3_000])
    found = verify(sound).problems
    assert {"archive", "capture"} == kinds(found)


def test_a_live_runs_files_are_sealed_with_it(empty: Workspace) -> None:
    """A byte that no record covers counts too: the head of a compressed member."""
    writer = Archive(empty.settings.archive).writer()
    at = "2026-07-22T00:00:00+00:00"
    item = bill(at)
    place = writer.write("GET", item.official_url, [], 200, [], b"x", at)
    writer.close()
    run = live(empty, "us_congress", [item], at)
    assert run.run is not None
    sealed = Archive(empty.settings.archive).digest([place.file])
    with locked(empty.engine) as connection:
        connection.execute(text("UPDATE capture SET warc_file = :file"), {"file": place.file})
        connection.execute(text("UPDATE crawl_run SET input = :sealed"), {"sealed": sealed})

    def complaints() -> list[Problem]:
        return [problem for problem in verify(empty).problems if problem.kind == "archive"]

    assert complaints() == []
    body = bytearray(writer.path.read_bytes())
    body[4] ^= 1
    writer.path.write_bytes(bytes(body))
    assert complaints() == [Problem("archive", place.file, f"the bytes are not those that run {run.run} of us_congress wrote")]


def test_a_relation_is_sealed_with_what_it_names(researched: Workspace, tmp_path: Path) -> None:
    replayed(researched, warc(tmp_path, ORDER), "us_federal_register")
    number, *_ = [
        number for (number,) in rows(researched.engine, "SELECT id FROM review WHERE provision_key LIKE 'US|mgm-16|sell%'")
    ]
    decide.accept(researched, [number], "A. Reader", replaces=True, from_day=date(2026, 11, 1))
    assert verify(researched).problems == ()
    tampered(researched, "UPDATE relation SET target_assertion = target_assertion + 1 WHERE id = 1")
    assert named(verify(researched).problems, "relation 1 on assertion")


def test_the_researched_baseline_is_sound(researched: Workspace) -> None:
    verdict = verify(researched)
    assert verdict.problems == ()
    assert verdict.beliefs == 1
    tampered(researched, "UPDATE finding SET looked_in = 'nowhere' WHERE id = 1")
    assert len(verify(researched).problems) == 1


def test_every_bitemporal_table_is_checked() -> None:
    bitemporal = {table.name for table in metadata.sorted_tables if "belief_closed" in table.c}
    assert {table.name for table in BITEMPORAL.values()} == bitemporal


def test_a_file_that_came_torn_is_no_damage_and_one_that_was_damaged_here_is_mended(empty: Workspace, tmp_path: Path) -> None:
    """What was recorded of a file that was cut before it came is sound; the whole file may come later."""
    whole = warc(tmp_path / "theirs", *FINLAND)
    torn = tmp_path / "torn.warc.gz"
    torn.write_bytes(whole.read_bytes()[:-2_000])
    replayed(empty, torn, "fi_finlex")
    assert verify(empty).problems == ()
    replayed(empty, whole, "fi_finlex")
    assert verify(empty).problems == ()
    copy = Archive(empty.settings.archive).adopt(whole)
    copy.write_bytes(copy.read_bytes()[:-3_000])
    assert "archive" in kinds(verify(empty).problems)
    replayed(empty, whole, "fi_finlex")
    assert verify(empty).problems == ()


def test_views_that_say_something_else_are_named(sound: Workspace) -> None:
    with locked(sound.engine) as connection:
        connection.execute(text("DROP VIEW upcoming"))
        connection.execute(text("DROP VIEW evidence"))
        connection.execute(text("CREATE VIEW evidence AS SELECT 'all is well' AS quote"))
    found = verify(sound).problems
    assert [(problem.kind, problem.what) for problem in found] == [("view", "upcoming"), ("view", "evidence")]
