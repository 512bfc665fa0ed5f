"""What a believed run leads to: measures, proposals, the one decisive rule, and changed passages. What is not believed leads to nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import ColumnElement, select, update

from crawler import registry
from crawler.contract.items import DocumentItem, DocumentKind, Item
from crawler.contract.report import RunReport, report
from tests.tracker import replays
from tests.tracker.conftest import Clock
from tests.tracker.replays import (
    CHALLENGE,
    FINLAND,
    LIST_URL,
    answer,
    document,
    dump,
    fetched,
    proposals,
    recorded,
    replayed,
    rows,
    warc,
)
from tracker import settings
from tracker.codebook import NotInCodebook, load
from tracker.domain.vocabulary import LinkType
from tracker.evidence import runs as evidence
from tracker.history import runs
from tracker.pipeline import follow_up, left, unit
from tracker.pipeline.accept import accept_run
from tracker.pipeline.summary import RunSummary, describe
from tracker.pipeline.take_in import Crawled
from tracker.review import decide
from tracker.store.schema import evidence_tables as e
from tracker.workspace import Workspace

AT, LATER = "2026-01-01T00:00:00+00:00", "2026-02-01T00:00:00+00:00"
PAGE = "https://data.finlex.fi/eli/sd/2026/7/alkup/fin"
STATUS = """SELECT status, valid_from, instrument FROM status_version
WHERE jurisdiction = 'FI' AND recorded_to IS NULL AND status <> 'unknown'"""
CHANGES = """SELECT b.kind, b.significance, b.before, b.after, c.cause FROM change_boundary b JOIN change c ON c.id = b.change
WHERE c.substance = 'kratom' AND c.belief = :belief AND c.jurisdiction = 'FI' ORDER BY b.day"""


def live(workspace: Workspace, items: list[Item], at: str) -> RunSummary:
    return replays.live(workspace, "fi_finlex", items, at)


@pytest.mark.parametrize("body", [CHALLENGE, b"[]", b'{"items": []}'], ids=["blocked", "blank", "another shape"])
def test_a_replay_that_met_a_bad_list_is_held_until_it_is_accepted(empty: Workspace, tmp_path: Path, body: bytes) -> None:
    page = answer(registry.sources()["fi_finlex"].url, body, AT)
    (held,) = replayed(empty, warc(tmp_path, *FINLAND, page), "fi_finlex")
    assert (held.verdict, held.proposals, held.measures) == ("held", 0, 0)
    assert "unobserved: what 1 of 1 lists tell" in describe(held)
    assert proposals(empty.engine) == []
    assert held.run is not None
    accepted = accept_run(empty, held.run, "A. Reader")
    assert (accepted.documents, accepted.proposals, accepted.decided) == (4, 3, 3)


@pytest.mark.parametrize(
    ("page", "verdict"),
    [(answer(LIST_URL, CHALLENGE, AT), "partial"), (recorded("fi_finlex/akn_cut", AT), "healthy")],
    ids=["blocked", "cut"],
)
def test_of_a_replay_that_met_a_bad_page_the_others_are_believed(
    empty: Workspace, tmp_path: Path, page: replays.Answer, verdict: str
) -> None:
    """A page that was cut when it was archived is an answer that failed then: it is named and says nothing of the others."""
    (told,) = replayed(empty, warc(tmp_path, *FINLAND, page), "fi_finlex")
    assert (told.verdict, told.documents, told.proposals) == (verdict, 4, 3)
    assert f"unobserved: 1 of 5 details: {page[0]} (" in describe(told)


def test_a_strangers_archive_proposes_and_decides_nothing(empty: Workspace, tmp_path: Path) -> None:
    (told,) = replayed(empty, warc(tmp_path, *FINLAND), "fi_finlex")
    assert (told.verdict, told.proposals, told.decided) == ("healthy", 3, 0)
    assert rows(empty.engine, "SELECT count(*) FROM belief") == [(0,)]
    assert [(one["conduct"], one["decisive"], one["valid_from"]) for one in proposals(empty.engine)] == [
        ("sell", "codified_list_entry", "2016-04-01"),
        ("manufacture", "codified_list_entry", "2016-04-01"),
        ("import", "codified_list_entry", "2016-04-01"),
    ]


def test_the_decisive_rule_on_an_empty_record(empty: Workspace, tmp_path: Path) -> None:
    (told,) = replayed(empty, warc(tmp_path, *FINLAND), "fi_finlex")
    assert told.run is not None
    assert accept_run(empty, told.run, "A. Reader").decided == 3
    ((status, day, instrument),) = rows(empty.engine, STATUS)
    assert (status, str(day), instrument) == ("sale_prohibited", "2016-04-01", "http://data.finlex.fi/eli/sd/2016/166")
    assert rows(empty.engine, "SELECT cause, actor, note FROM belief") == [
        ("research", "coder 1", "decisive: codified_list_entry")
    ]
    assert {row[:2] for row in rows(empty.engine, CHANGES, belief=1)} == {("first_recorded", "status")}
    assert rows(empty.engine, "SELECT DISTINCT decided_by, state FROM review") == [("rule codified_list_entry", "accepted")]
    quotes = rows(empty.engine, "SELECT quote, quote_start, capture_digest, link_type FROM evidence")
    assert len(quotes) == 3
    assert {(quote, kind) for quote, _, _, kind in quotes} == {("Kratom (Mitragyna Speciosa)", "official")}


def test_the_decisive_rule_over_what_was_researched(researched: Workspace, tmp_path: Path) -> None:
    (told,) = replayed(researched, warc(tmp_path, *FINLAND), "fi_finlex")
    assert told.run is not None
    accept_run(researched, told.run, "A. Reader")
    assert rows(researched.engine, CHANGES, belief=2) == [("confirmed", "none", "sale_prohibited", "sale_prohibited", "research")]
    query = "SELECT verified, confidence FROM status_current WHERE jurisdiction = 'FI' AND substance = 'kratom'"
    assert rows(researched.engine, query) == [(1, "high")]


def test_what_was_decided_is_not_decided_again(empty: Workspace, tmp_path: Path) -> None:
    for number in range(2):
        (told,) = replayed(empty, warc(tmp_path / str(number), *FINLAND), "fi_finlex")
        assert told.run is not None
        accept_run(empty, told.run, "A. Reader")
    assert rows(empty.engine, "SELECT count(*) FROM belief") == [(1,)]
    assert rows(empty.engine, "SELECT count(*) FROM provision_version") == [(3,)]


LIST_TEXT = "kuluttajamarkkinoilta kielletyistä psykoaktiivisista aineista\nKratom (Mitragyna Speciosa)"
ELI = "http://data.finlex.fi/eli/sd"


def the_list(at: str) -> Item:
    kind, dates = DocumentKind.CODIFIED_LIST, {"consolidated_to": "2025-12-31"}
    return document(
        LIST_URL, LIST_TEXT, at, identifier="1130/2014 ajantasa", kind=kind, instrument=f"{ELI}/2014/1130", dates=dates
    )


def the_decree(at: str) -> Item:
    kind, dates = DocumentKind.AMENDING_DECREE, {"in_force": "2016-04-01"}
    named = {"identifier": "166/2016", "instrument": f"{ELI}/2016/166", "amends": ("1130/2014",)}
    return document(PAGE, LIST_TEXT, at, kind=kind, dates=dates, **named)


def test_our_own_crawl_decides(empty: Workspace) -> None:
    assert live(empty, [the_list(AT), the_decree(AT)], AT).decided == 3
    assert live(empty, [the_list(LATER), document(PAGE, "another", LATER)], LATER).decided == 0
    assert [row[:1] for row in rows(empty.engine, STATUS)] == [("sale_prohibited",)]


@pytest.mark.parametrize("captured", ["http://data.finlex.fi/eli/sd/2014/1130/ajantasa", "https://finlex.test/list"])
def test_what_another_host_answered_or_anybody_in_between_decides_nothing(empty: Workspace, captured: str) -> None:
    forged = replace(the_list(AT), captures=(replays.capture(captured, AT),))
    run = live(empty, [forged, the_decree(AT)], AT)
    assert (run.proposals, run.decided) == (3, 0)


def test_a_list_with_a_link_that_nobody_typed_waits_for_a_person(empty: Workspace) -> None:
    run = live(empty, [replace(the_list(AT), official_url="https://stranger.test/x"), the_decree(AT)], AT)
    assert (run.proposals, run.decided) == (3, 0)
    with pytest.raises(NotInCodebook, match=r'tracker.toml: \[link_hosts\] "stranger.test" = "press"'):
        decide.accept(empty, [proposals(empty.engine)[0]["id"]], "A. Reader")


def test_a_strangers_decree_never_dates_our_own_list(empty: Workspace, tmp_path: Path) -> None:
    forged = recorded(FINLAND[0])[1].replace(b"huhtikuuta 2016", b"huhtikuuta 1999")
    replayed(empty, warc(tmp_path, recorded(FINLAND[0], AT, forged), FINLAND[1]), "fi_finlex")
    assert {one["valid_from"] for one in proposals(empty.engine)} == {"1999-04-01"}
    mine = live(empty, [the_list(LATER), document(PAGE, "another", LATER)], LATER)
    assert mine.decided == 0
    assert rows(empty.engine, "SELECT count(*) FROM belief") == [(0,)]


def test_an_open_proposal_moves_to_our_own_capture(empty: Workspace, tmp_path: Path) -> None:
    replayed(empty, warc(tmp_path, *FINLAND), "fi_finlex")
    strangers = set(rows(empty.engine, "SELECT run FROM review"))
    assert live(empty, [the_list(AT), the_decree(AT)], AT).decided == 3
    assert strangers == {(1,)}
    query = "SELECT DISTINCT o.run FROM provision_version p JOIN observation o ON o.document_version = p.document_version"
    assert rows(empty.engine, query) == [(2,)], "the evidence of what is decided is what our crawler saw"


def test_belief_that_was_interrupted_is_made_up_for(empty: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = warc(tmp_path, *FINLAND)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(follow_up, "_believe", killed)
        with pytest.raises(KeyboardInterrupt):
            replayed(empty, path, "fi_finlex")
    assert proposals(empty.engine) == []
    (again,) = replayed(empty, path, "fi_finlex")
    assert (again.known, again.proposals) == (True, 3)
    assert "nothing changes" not in describe(again)


def test_what_was_fetched_is_remembered_only_after_it_is_believed(empty: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(follow_up, "_believe", killed)
    with pytest.raises(KeyboardInterrupt):
        live(empty, [the_list(AT), document(PAGE, "another", AT)], AT)
    assert rows(empty.engine, "SELECT count(*) FROM fetch_memory") == [(0,)], "or the next answer would be 304 and never be coded"


AMENDED = "SELECT before, after, after_terms, day FROM change_boundary WHERE kind = 'document_amended' ORDER BY id"


def test_a_document_is_amended_where_a_passage_on_the_subject_differs(empty: Workspace) -> None:
    texts = [
        "Kratom is listed.\nMDPV is listed.",
        "Kratom is listed.\nMDPV is no longer listed.",
        "Kratom is listed from 1 May.\nMDPV is no longer listed.",
        "MDPV is no longer listed.\nKratom  is listed from 1 May.",
        "MDPV is no longer listed.",
    ]
    for month, text in enumerate(texts, start=1):
        at = f"2026-{month:02}-01T12:00:00+00:00"
        live(empty, [document(PAGE, text, at, language="en"), document(LIST_URL, "other", at)], at)
    assert [(before, after, words, str(day)) for before, after, words, day in rows(empty.engine, AMENDED)] == [
        ("Kratom is listed.", "Kratom is listed from 1 May.", "7/2026: A decree", "2026-03-01"),
        ("Kratom is listed from 1 May.", "", "7/2026: A decree", "2026-05-01"),
    ]


def test_an_amendment_is_told_once(empty: Workspace) -> None:
    for at, text in ((AT, "Kratom is listed."), (LATER, "Kratom is freed."), ("2026-03-01T00:00:00+00:00", "Kratom is freed.")):
        summary = live(empty, [document(PAGE, text, at, language="en"), document(LIST_URL, "other", at)], at)
    assert len(rows(empty.engine, AMENDED)) == 1
    before = dump(empty.engine)
    assert summary.run is not None
    for run in (1, 2, 3):
        follow_up.follow_up(empty, run, ())
    assert dump(empty.engine) == before, "believing again adds nothing"


def test_a_doubtful_version_amends_nothing(empty: Workspace) -> None:
    live(empty, [document(PAGE, "Kratom is listed.", AT, language="en"), document(LIST_URL, "other", AT)], AT)
    fetches = [fetched("fi_finlex", PAGE, LATER)]
    doubtful = report(registry.sources()["fi_finlex"], fetches, started_at=LATER, finished_at=LATER)
    assert doubtful.verdict == "held"
    unit.work(empty, Crawled(doubtful, "live", "", fetches, [document(PAGE, "Kratom is freed.", LATER, language="en")]))
    assert rows(empty.engine, AMENDED) == []
    march = "2026-03-01T00:00:00+00:00"
    live(empty, [document(PAGE, "Kratom is listed.", march, language="en"), document(LIST_URL, "other", march)], march)
    assert rows(empty.engine, AMENDED) == []


def test_only_trusted_runs_decide(empty: Workspace) -> None:
    with empty.writing() as writer:
        connection = writer.connection
        runs_made = ("live", "healthy"), ("live", "held"), ("replay", "healthy"), ("live", "partial"), ("replay", "partial")
        for mode, verdict in runs_made:
            run_report = report(registry.sources()["fi_finlex"], [], started_at=AT, finished_at=AT)
            run = evidence.take_in(writer, run_report, mode, f"{mode} {verdict}", [], []).run
            connection.execute(update(e.crawl_run).where(e.crawl_run.c.id == run).values(verdict=verdict))

        def those(condition: ColumnElement[bool]) -> list[int]:
            return list(connection.scalars(select(e.crawl_run.c.id).where(condition).order_by(e.crawl_run.c.id)))

        assert (those(runs.trusted()), those(runs.believed())) == ([1, 4], [1, 3, 4, 5])
        connection.execute(update(e.crawl_run).values(accepted_at=settings.now()))
        assert (those(runs.trusted()), those(runs.believed())) == ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5])


@pytest.mark.parametrize("key", registry.sources())
def test_the_codebook_knows_the_host_of_every_official_source(key: str) -> None:
    source = registry.sources()[key]
    if source.official:
        assert load().link_type(source.url) is LinkType.OFFICIAL


def test_the_clock_of_a_belief_is_the_one_clock(empty: Workspace, tmp_path: Path, clock: Clock) -> None:
    (told,) = replayed(empty, warc(tmp_path, *FINLAND), "fi_finlex")
    clock("2027-01-01T00:00:00Z")
    assert told.run is not None
    accept_run(empty, told.run, "A. Reader")
    assert rows(empty.engine, "SELECT recorded_at FROM belief") == [("2027-01-01T00:00:00.000000Z",)]
    assert rows(empty.engine, "SELECT DISTINCT proposed_at, decided_at FROM review") == [
        ("2026-11-25T12:00:00.000000Z", "2027-01-01T00:00:00.000000Z")
    ]


def test_a_number_that_a_gazette_gives_twice_is_two_rules(empty: Workspace) -> None:
    rule = {"kind": DocumentKind.FINAL_RULE, "stage": "final_rule", "identifier": "FR Doc. 2015-11111", "language": "en"}
    papers = [
        document(f"{PAGE}/{day}", "kratom", AT, title=title, dates={"published": day, "in_force": start}, **rule)
        for title, day, start in (("Kratom cargo", "2015-05-08", "2015-06-08"), ("Kratom placed", "2015-11-02", "2015-12-01"))
    ]
    for _ in range(2):
        live(empty, list(papers), AT)
    assert rows(empty.engine, "SELECT identifier, title, stage_on, effective_on FROM measure ORDER BY id") == [
        ("FR Doc. 2015-11111", "Kratom cargo", "2015-05-08", "2015-06-08"),
        ("FR Doc. 2015-11111 (2015-11-02)", "Kratom placed", "2015-11-02", "2015-12-01"),
    ]
    assert {
        kind
        for (kind,) in rows(empty.engine, "SELECT kind FROM change_boundary WHERE kind LIKE '%rule%' OR kind LIKE '%measure%'")
    } == {"rule_finalised"}


def test_a_bill_that_was_found_by_its_text_is_followed_to_its_end(empty: Workspace) -> None:
    bill = {"measure": "HE 1", "session": "2026", "kind": DocumentKind.BILL, "identifier": "HE 1 text"}
    status = {"measure": "HE 1", "session": "2026", "kind": DocumentKind.STATUS_PAGE, "identifier": "HE 1", "stage": "enacted"}
    other = status | {"measure": "HE 2", "identifier": "HE 2"}
    live(empty, [document(PAGE, "kratom", AT, stage="introduced", **bill)], AT)
    live(empty, [document(f"{PAGE}/{one['identifier']}", "silent", LATER, **one) for one in (status, other)], LATER)
    assert rows(empty.engine, "SELECT identifier, stage FROM measure") == [("HE 1", "enacted")]


def test_a_document_that_the_coder_cannot_read_costs_itself_and_is_read_by_the_next_process(
    empty: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = follow_up.proposals.read

    def fails(item: Item, *rest: object) -> object:
        if isinstance(item, DocumentItem) and item.identifier == "166/2016":
            raise RecursionError("it is\x1b too deep")
        return read(item, *rest)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(follow_up.proposals, "read", fails)
        (run,) = replayed(empty, warc(tmp_path, *FINLAND), "fi_finlex")
    assert run.left_out == ("166/2016 is left out: coding it failed: RecursionError: it is too deep",)
    assert run.left_out[0] in describe(run)
    assert run.proposals > 0, "the others are coded"
    assert rows(empty.engine, "SELECT stage FROM crawl_run") == [("taken_in",)]
    left.go_on(empty, lambda _: None)
    assert rows(empty.engine, "SELECT stage FROM crawl_run") == [("followed_up",)]


def test_a_run_that_cannot_be_worked_on_costs_no_other(empty: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = evidence.take_in

    def fails(writer: object, report: RunReport, *rest: object) -> object:
        if report.source == "fi_finlex":
            raise ValueError("a value that no column takes")
        return work(writer, report, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(evidence, "take_in", fails)
    path = warc(tmp_path, *FINLAND, "us_federal_register/document_2026_17429_temporary_order")
    runs_of = {run.source: run for run in replayed(empty, path)}
    assert runs_of["fi_finlex"].verdict == "failed"
    assert "a value that no column takes" in runs_of["fi_finlex"].reasons[0]
    assert runs_of["us_federal_register"].documents == 1
