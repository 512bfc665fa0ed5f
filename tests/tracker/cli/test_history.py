"""`status`, `history`, `changes` and `explain` on the researched baseline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from crawler import registry
from tests.databases import Database
from tests.shipped import NOW, load
from tests.tracker.cli.conftest import Ask, Use
from tracker import ledger, settings, workspace
from tracker.domain.dates import Period, parse_instant
from tracker.domain.entries import Entry, Evidence, Instrument
from tracker.domain.records import Key, Provision, Ref, Relation
from tracker.domain.vocabulary import Basis, Conduct, Effect, RelationKind
from tracker.ledger import Batch, Written
from tracker.store.session import writing

LATER = "2026-11-26T12:00:00Z"


def record(folder: Path, batch: Batch, at: str) -> Written:
    """Write what a person codes."""
    opened = workspace.existing(settings.load(data=folder))
    with writing(opened.engine, parse_instant(at), "A. Reader") as writer:
        written = ledger.write(writer, batch, policy=opened.policy)
    opened.engine.dispose()
    assert written is not None
    return written


def ban(folder: Path, code: str, at: str = LATER) -> Written:
    """A constructed ban on sale, coded by a person who read it."""
    return record(folder, bans([code]), at)


def bans(codes: Sequence[str]) -> Batch:
    """A constructed ban on sale in each place."""
    said = Evidence(
        "Acts 2026 ch. 1 § 2",
        "legislature",
        quote="No person shall sell it.",
        coder="A. Reader",
        reviewer="B. Reader",
        origin="review",
    )
    acts = [Instrument(f"{code} Acts 2026 ch. 1", code, "An Act", "act", date(2026, 9, 1)) for code in codes]
    return Batch([Entry(_rule(act), said) for act in acts], acts)


def _rule(act: Instrument) -> Provision:
    return Provision(
        f"ban of {act.jurisdiction}",
        Key(act.jurisdiction, "kratom"),
        Conduct.SELL,
        Effect.PROHIBITED,
        Period(date(2026, 11, 1)),
        Basis.SALE_BAN,
        instrument=act.key,
        pinpoint="§ 2",
    )


def test_status_lists_what_is_known(ask: Ask, data: Path) -> None:
    told = ask("status")
    assert told.code == 0
    lines = told.out.splitlines()
    assert lines[0].split()[:3] == ["jurisdiction", "name", "substance"]
    tennessee = next(line for line in lines if line.startswith("US-TN "))
    assert "banned" in tennessee
    assert "researched" in tennessee
    assert "2026-07-01" in tennessee
    assert "≥" in next(line for line in lines if line.startswith("US-ID ")), "local law is counted, not painted"


def test_status_json_says_what_the_table_says(ask: Ask, data: Path) -> None:
    rows = ask("status", "--json").json
    by_code = {row["jurisdiction"]: row for row in rows}
    assert len(by_code) == len(rows)
    assert len([code for code in by_code if code.startswith("US-")]) >= 51
    assert by_code["US-TN"]["status"] == "banned"
    assert by_code["US-TN"]["valid_from"] == "2026-07-01"
    assert by_code["US-TN"]["verified"] is False
    assert {row["substance"] for row in rows} == {"kratom"}
    assert {row["on"] for row in rows} == {"2026-11-25"}


def test_status_of_a_name_shows_every_substance_known_there(ask: Ask, data: Path) -> None:
    rows = ask("status", "Tennessee", "--json").json
    assert {row["jurisdiction"] for row in rows} == {"US-TN"}
    assert {"kratom", "7-oh"} <= {row["substance"] for row in rows}
    assert [row["substance"] for row in ask("status", "US-TN", "--substance", "7-oh", "--json").json] == ["7-oh"]


def test_status_on_another_day(ask: Ask, data: Path) -> None:
    (before,) = ask("status", "US-TN", "--substance", "kratom", "--on", "2026-06-30", "--json").json
    assert before["status"] == "regulated"


def test_nothing_was_known_before_the_record_began(ask: Ask, data: Path) -> None:
    told = ask("status", "--known", "2026-11-24T00:00:00Z")
    assert (told.code, told.out) == (0, "")
    assert "the record begins at 2026-11-25T12:00:00Z" in told.err
    (row,) = ask("status", "US-TN", "--known", "2026-11-24T00:00:00Z", "--json").json
    assert row["status"] == "unknown"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("status", "Tenessee"), "tennessee"),
        (("status", "US-ZZ"), "US-ZZ"),
        (("status", "--substance", "kratum"), "kratom"),
        (("status", "--on", "tomorrow"), "2026-07-01"),
        (("status", "--on", "2026-02-30"), "2026-02-30"),
        (("status", "--known", "2026-11-25T12:00:00"), "time zone"),
        (("status", "--known", "2030-01-01T00:00:00Z"), "to come"),
        (("export", "--known", "2030-01-01T00:00:00Z"), "to come"),
        (("status", "San Dieg"), "san diego, ca; "),
        (("changes", "--kind", "moved"), "took_effect"),
        (("changes", "--since", "yesterday"), "yesterday"),
        (("history", "Atlantis"), "Atlantis"),
        (("explain", "US-TN", "--substance", "tea"), "tea"),
        (("sources", "show", "us_congres"), "us_congress"),
    ],
)
def test_a_wrong_word_is_named_with_its_remedy(words: tuple[str, ...], named: str, ask: Ask, data: Path) -> None:
    assert named in ask(*words).refused(2)


def test_history_in_both_clocks(ask: Ask, data: Path) -> None:
    ban(data, "US-ID")
    held = ask("history", "US-ID", "--substance", "kratom", "--json").json
    before = ask("history", "US-ID", "--substance", "kratom", "--known", "2026-11-25T12:00:00Z", "--json").json
    every = ask("history", "US-ID", "--substance", "kratom", "--all", "--json").json
    assert held[-1]["status"] == "sale_prohibited"
    assert held[-1]["recorded_from"] == LATER
    assert "sale_prohibited" not in {row["status"] for row in before}
    assert len(every) > len(held)
    assert {row["recorded_to"] for row in every} == {None, LATER}, "a version that was closed is still shown"


def test_history_shows_conditions_as_reports_word_them(ask: Ask, data: Path) -> None:
    told = ask("history", "US-TN", "--substance", "kratom")
    assert "regulated  " in told.out
    assert "21+, form limit, label" in told.out


def test_changes_recorded_and_derived(ask: Ask, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ban(data, "US-ID")
    monkeypatch.setenv("TRACKER_NOW", "2026-11-27T12:00:00Z")
    told = ask("changes", "--since", "2026-11-26", "--json").json
    (stored,) = [change for change in told if change["jurisdiction"] == "US-ID"]
    assert (stored["takes_effect_on"], stored["after"], stored["derived"]) == ("2026-11-01", "sale_prohibited", False)
    derived = ask("changes", "--since", "2026-07-01", "--until", "2026-07-02", "--json").json
    assert "US-TN" in {change["jurisdiction"] for change in derived}
    assert all(change["derived"] and change["retrospective"] for change in derived)


def test_first_recordings_are_counted_and_shown_where_asked(ask: Ask, data: Path) -> None:
    told = ask("changes", "--json")
    assert told.json == []
    assert "first_recorded not shown" in told.err
    shown = ask("changes", "--kind", "first_recorded", "--json").json
    assert f"{len(shown)} first_recorded" in told.err


def test_explain_names_texts_people_and_what_stands_down(ask: Ask, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = ban(data, "US-TN")
    provision = written.refs["ban of US-TN"]
    stay = Relation(
        "stay", RelationKind.STAY, Ref("provision", provision.id), Period(date(2026, 11, 20)), instrument="US-TN Acts 2026 ch. 1"
    )
    record(data, Batch([Entry(stay, Evidence("Doe v. State, No. 1", coder="A. Reader"))]), "2026-11-27T12:00:00Z")
    monkeypatch.setenv("TRACKER_NOW", "2026-11-28T12:00:00Z")
    before = ask("explain", "US-TN", "--on", "2026-11-19", "--json").json
    assert f"provision:{provision.id}" in {one["statement"] for one in before["standing"]}
    rule = next(one for one in before["standing"] if one["statement"] == f"provision:{provision.id}")
    assert (rule["quote"], rule["coder"], rule["reviewer"]) == ("No person shall sell it.", "A. Reader", "B. Reader")
    after = ask("explain", "US-TN", "--on", "2026-11-25", "--json").json
    fallen = next(one for one in after["standing_down"] if one["statement"] == f"provision:{provision.id}")
    assert fallen["because"] == ["stay by Doe v. State, No. 1"]
    assert [one["acts"] for one in after["relations_acting"]] == [f"stay provision:{provision.id}"]
    shown = ask("explain", "US-TN", "--on", "2026-11-25").out
    assert "because: stay by Doe v. State, No. 1" in shown
    assert "what others claim" in shown


def test_the_permanent_address_gives_the_same_answer_whatever_is_learnt_later(
    ask: Ask, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ask("explain", "US-ID", "--on", "2026-11-20", "--json").json
    assert first["address"] == "kratom-tracker:US-ID/kratom/2026-11-20@2026-11-25T12:00:00Z"
    assert first["citation"].endswith(first["address"])
    ban(data, "US-ID")
    monkeypatch.setenv("TRACKER_NOW", "2026-12-01T12:00:00Z")
    again = ask("explain", first["address"], "--json").json
    assert again == first
    assert ask("explain", "US-ID", "--on", "2026-11-20", "--json").json["answer"]["status"] == "sale_prohibited"


def test_a_conduct_has_an_address_of_its_own(ask: Ask, data: Path) -> None:
    ban(data, "US-ID")
    coded = ask("explain", "US-ID", "--conduct", "sell", "--on", "2026-11-20", "--json").json
    assert (coded["answer"]["conduct"], coded["answer"]["effect"]) == ("sell", "prohibited")
    assert "sell prohibited on 2026-11-20" in coded["citation"]
    again = ask("explain", coded["address"], "--json").json
    assert again == coded
    uncoded = ask("explain", "ocd-division/country:us/state:ca/place:san_diego", "--conduct", "possess", "--json").json
    assert "possess: no coded rule (not researched)" in uncoded["citation"]
    assert ask("explain", uncoded["address"], "--json").json == uncoded


def test_no_vendor_is_shown_as_evidence(ask: Ask, data: Path) -> None:
    rows = ask(
        "sql", "SELECT DISTINCT jurisdiction, substance FROM assertion WHERE 'vendor' IN (link_type, link_type_2)", "--json"
    ).json
    for row in rows[:5]:
        chain = ask("explain", row["jurisdiction"], "--substance", row["substance"], "--json").json
        for one in chain["standing"] + chain["standing_down"]:
            assert one.get("link_type") != "vendor" or "evidence_url" not in one


def test_sources_that_were_never_asked_are_overdue(ask: Ask, data: Path) -> None:
    found = ask("sources", "list", "--json").json
    assert found
    assert all(source["overdue"] and source["verdict"] == "never run" for source in found)
    catalogue = ask("sources", "list", "--catalogue", "--json").json
    assert not {source["key"] for source in catalogue} & {source["key"] for source in found}
    shown = ask("sources", "show", found[0]["key"])
    assert found[0]["url"] in shown.out


def test_a_source_that_is_off_or_cannot_be_loaded_is_named(ask: Ask, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_SOURCES_OFF", "us_ecfr")
    monkeypatch.setattr(registry, "not_loaded", lambda: (("zz_lost", "source 'zz_lost' lacks licence"),))
    listed = ask("sources", "list", "--json")
    assert {source["key"] for source in listed.json if source["off"]} == {"us_ecfr"}
    assert "left out, it cannot be loaded: zz_lost: source 'zz_lost' lacks licence" in listed.err
    assert [line.split()[0] for line in ask("sources", "list").out.splitlines() if " off " in line] == ["us_ecfr"]
    assert "www.ecfr.gov (every 1 s)" in ask("sources", "show", "us_ecfr").out


def test_both_databases_give_the_same_answers(
    ask: Ask, use: Use, sqlite: Database, postgresql: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = (
        ("status", "--json"),
        ("history", "US-TN", "--all", "--json"),
        ("changes", "--since", "2026-07-01", "--json"),
        ("explain", "US-TN", "--on", "2026-08-01", "--json"),
        ("sources", "list", "--json"),
        (
            "sql",
            "SELECT jurisdiction, substance, status, valid_from, min_age FROM status_history ORDER BY 1, 2, valid_from IS NOT NULL, 4",
            "--format",
            "csv",
        ),
    )
    monkeypatch.setenv("TRACKER_NOW", NOW)
    told = []
    for number, database in enumerate((sqlite, postgresql)):
        with database.copy(load, tmp_path / str(number)) as record:
            use(record)
            told.append([ask(*words) for words in questions])
    for words, one, other in zip(questions, *told, strict=True):
        assert one == other, words
