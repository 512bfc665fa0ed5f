"""What a run leaves as evidence: every exchange, every archived byte, versions in the order of capture; twice the same writes nothing."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from crawler import registry
from crawler.archive.folder import Archive
from crawler.contract.fetches import Fetch
from crawler.contract.items import EventItem, EventKind, Item, Outcome
from crawler.contract.report import report
from crawler.contract.routes import Role
from tests.tracker.replays import FINLAND, LIST_URL, capture, document, dump, fetched, recorded, replayed, rows, warc
from tracker.evidence import runs
from tracker.history.runs import successions
from tracker.store.schema import evidence_tables as e
from tracker.store.session import reading
from tracker.verify import verify
from tracker.workspace import Workspace

AT, LATER = "2026-01-01T00:00:00+00:00", "2026-02-01T00:00:00+00:00"
PAGE = "https://data.finlex.fi/eli/sd/2026/7/alkup/fin"


@pytest.fixture
def finland(empty: Workspace, tmp_path: Path) -> Workspace:
    replayed(empty, warc(tmp_path / "theirs", *FINLAND), "fi_finlex")
    return empty


def take(workspace: Workspace, fetches: list[Fetch], items: list[Item], given: str = "") -> runs.TakenIn:
    run_report = report(registry.sources()["fi_finlex"], fetches, started_at=AT, finished_at=LATER, replay=True)
    with workspace.writing() as writer:
        return runs.take_in(writer, run_report, "replay", given, fetches, items)


def test_every_exchange_and_document_is_written(finland: Workspace) -> None:
    assert rows(finland.engine, 'SELECT outcome, count(*) FROM "fetch" GROUP BY outcome') == [("ok", 4)]
    assert rows(finland.engine, "SELECT identifier, language, kind FROM document ORDER BY identifier, language") == [
        ("1130/2014 ajantasa", "fi", "codified_list"),
        ("166/2016", "fi", "amending_decree"),
        ("550/2024", "fi", "amending_decree"),
        ("550/2024", "sv", "amending_decree"),
    ]
    (counts,) = rows(finland.engine, "SELECT (SELECT count(*) FROM document_version), (SELECT count(*) FROM observation)")
    assert counts == (4, 4)
    assert rows(finland.engine, "SELECT mode, verdict, seen FROM crawl_run") == [("replay", "healthy", 4)]


def test_answers_to_two_questions_at_one_address_are_two_captures(empty: Workspace) -> None:
    """One address, one instant, one payload: only the body of the request tells them apart, and nobody can say that it was another."""
    archive = Archive(empty.settings.archive)
    writer = archive.writer()
    for body in (b'{"page":1}', b'{"page":2}'):
        writer.write("POST", "https://data.finlex.fi/graphql", [], 200, [], b"[]", AT, request_body=body)
    writer.close()
    fetches = [
        Fetch(
            source="fi_finlex",
            method=seen.method,
            url=seen.url,
            outcome=Outcome.OK,
            status=seen.status,
            capture=seen.capture,
            request_digest=seen.capture.request_digest,
            warc_file=seen.file,
            warc_offset=seen.offset,
        )
        for seen in archive.read()
    ]
    take(empty, fetches, [])
    told = 'SELECT c.request_digest, f.request_digest FROM "fetch" f JOIN capture c ON c.id = f.capture ORDER BY f.id'
    assert rows(empty.engine, told) == [(fetch.request_digest, fetch.request_digest) for fetch in fetches]
    assert len({fetch.request_digest for fetch in fetches}) == 2
    assert verify(empty).problems == ()
    with empty.engine.begin() as connection:
        connection.execute(text("UPDATE capture SET request_digest = '' WHERE id = (SELECT min(id) FROM capture)"))
    assert {"capture", "row"} <= {problem.kind for problem in verify(empty).problems}


def test_the_archive_holds_the_bytes_of_every_document(finland: Workspace) -> None:
    archive = Archive(finland.settings.archive)
    query = (
        "SELECT c.warc_file, c.warc_offset, c.payload_digest, c.url FROM document_version v JOIN capture c ON c.id = v.capture"
    )
    answers = rows(finland.engine, query)
    assert len(answers) == 4
    for file, offset, digest, url in answers:
        exchange = archive.at(file, offset)
        assert (exchange.digest, exchange.url) == (digest, url)


def test_the_same_replay_writes_nothing(finland: Workspace, tmp_path: Path) -> None:
    before = dump(finland.engine)
    archived = {path.name: path.read_bytes() for path in finland.settings.archive.iterdir()}
    (again,) = replayed(finland, warc(tmp_path / "again", *FINLAND), "fi_finlex")
    assert not again.known, "another file with the same answers is another input"
    assert rows(finland.engine, "SELECT count(*) FROM document_version") == [(4,)]
    assert rows(finland.engine, "SELECT count(*) FROM review") == [(len(before["review"]),)]

    before = dump(finland.engine)
    (theirs,) = (tmp_path / "theirs").iterdir()
    (known,) = replayed(finland, theirs, "fi_finlex")
    assert known.known
    assert dump(finland.engine) == before
    assert archived.items() <= {path.name: path.read_bytes() for path in finland.settings.archive.iterdir()}.items()


def test_a_replay_of_our_own_archive_copies_nothing(finland: Workspace) -> None:
    (ours,) = finland.settings.archive.iterdir()
    (known,) = replayed(finland, ours, "fi_finlex")
    assert known.known
    assert [path.name for path in finland.settings.archive.iterdir()] == [ours.name]


def test_an_item_without_archived_bytes_is_not_taken_in(empty: Workspace) -> None:
    before = dump(empty.engine)
    item = document(PAGE, "text", AT)
    with pytest.raises(runs.LostCapture, match=r"2026/7/alkup/fin\) names no archived response"):
        take(empty, [fetched("fi_finlex", LIST_URL, AT)], [item])
    with pytest.raises(runs.LostCapture):
        take(empty, [replace(fetched("fi_finlex", PAGE, AT), warc_file=None)], [item])
    assert dump(empty.engine) == before


def test_a_capture_of_an_earlier_run_may_be_parsed_again(empty: Workspace) -> None:
    take(empty, [fetched("fi_finlex", PAGE, AT)], [document(PAGE, "as an old parser read it", AT)])
    taken = take(empty, [fetched("fi_finlex", LIST_URL, LATER)], [document(PAGE, "as a new parser reads it", AT)])
    assert (taken.documents, taken.versions) == (1, 1)
    with reading(empty.engine) as connection:
        assert successions(connection, taken.run) == [], "two readings of one capture are no change of the document"


def test_versions_order_by_capture_and_not_by_arrival(empty: Workspace, tmp_path: Path) -> None:
    case = "fi_finlex/gazette_2016_166_fi"
    body = recorded(case)[1]
    newer = warc(tmp_path / "newer", recorded(case, LATER, body.replace(b"Kratom", b"Kratomi")))
    older = warc(tmp_path / "older", recorded(case, AT))
    replayed(empty, newer, "fi_finlex")
    (second,) = replayed(empty, older, "fi_finlex")
    assert second.versions == 1
    query = "SELECT v.body FROM document_version v JOIN document d ON d.id = v.document ORDER BY v.captured_at"
    bodies = [body for (body,) in rows(empty.engine, query)]
    assert ["Kratomi" in body for body in bodies] == [False, True]
    with reading(empty.engine) as connection:
        assert successions(connection, 2) == [], "the older capture comes after nothing"


def test_a_run_that_reads_a_new_version_tells_what_it_follows(empty: Workspace) -> None:
    take(empty, [fetched("fi_finlex", PAGE, AT)], [document(PAGE, "one", AT)])
    second = take(empty, [fetched("fi_finlex", PAGE, LATER)], [document(PAGE, "two", LATER)])
    again = take(
        empty, [fetched("fi_finlex", PAGE, "2026-03-01T00:00:00+00:00")], [document(PAGE, "two", "2026-03-01T00:00:00+00:00")]
    )
    back = take(
        empty, [fetched("fi_finlex", PAGE, "2026-04-01T00:00:00+00:00")], [document(PAGE, "one", "2026-04-01T00:00:00+00:00")]
    )
    with reading(empty.engine) as connection:
        told = [[pair[:2] for pair in successions(connection, run.run)] for run in (second, again, back)]
    assert told == [[(1, 2)], [], [(2, 1)]], "a text that comes back is a change too"


def test_a_held_run_precedes_nothing(empty: Workspace) -> None:
    blocked = Fetch(source="fi_finlex", method="GET", url=LIST_URL, outcome=Outcome.BLOCKED, role=Role.LIST)
    take(empty, [fetched("fi_finlex", PAGE, AT), blocked], [document(PAGE, "from a doubtful run", AT)])
    healthy = take(empty, [fetched("fi_finlex", PAGE, LATER)], [document(PAGE, "true", LATER)])
    with reading(empty.engine) as connection:
        assert successions(connection, healthy.run) == []


def test_the_seal_holds_verdict_fetches_and_observations(finland: Workspace) -> None:
    def seal() -> tuple[str, str]:
        with reading(finland.engine) as connection:
            return runs.run_seal(connection, 1), connection.scalar(select(e.crawl_run.c.seal))

    computed, kept = seal()
    assert computed == kept
    for tamper in (
        "UPDATE \"fetch\" SET outcome = 'blocked' WHERE id = 1",
        "UPDATE crawl_run SET verdict = 'held'",
        "DELETE FROM observation WHERE document_version = 1",
    ):
        with finland.engine.connect() as connection, connection.begin() as transaction:
            connection.execute(text(tamper))
            assert runs.run_seal(connection, 1) != kept, tamper
            transaction.rollback()


def test_two_live_runs_are_one_only_where_they_began_at_one_instant(empty: Workspace) -> None:
    told = [report(registry.sources()["fi_finlex"], [], started_at=at, finished_at=LATER) for at in (AT, LATER, AT)]
    with empty.writing() as writer:
        first, second, again = (runs.take_in(writer, one, "live", "", [], []) for one in told)
    assert first.run != second.run
    assert (again.run, again.known) == (first.run, True), "a process that was killed is followed by one that takes in the same"


def test_an_event_is_kept_once(empty: Workspace) -> None:
    event = EventItem(
        source="fi_finlex",
        jurisdiction="FI",
        kind=EventKind.HEARING,
        on="2026-12-01",
        title="Hearing on the list",
        official_url=PAGE,
        captures=(capture(PAGE, AT),),
    )
    for _ in range(2):
        take(empty, [fetched("fi_finlex", PAGE, AT)], [event])
    assert rows(empty.engine, "SELECT kind, happens_on, source FROM event") == [("hearing", "2026-12-01", "fi_finlex")]
