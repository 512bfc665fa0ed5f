"""`explain` on the researched baseline, and its permanent addresses."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.tracker.cli.coded import ban, record
from tests.tracker.cli.conftest import Ask
from tracker.domain.dates import Period
from tracker.domain.entries import Entry, Evidence
from tracker.domain.records import Ref, Relation
from tracker.domain.vocabulary import RelationKind
from tracker.ledger import Batch


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
