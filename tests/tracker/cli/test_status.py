"""`status` on the researched baseline."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.databases import Database
from tests.shipped import NOW, load
from tests.tracker.cli.conftest import Ask, Use
from tracker.cli import output, status


def test_status_lists_what_is_known(ask: Ask, data: Path) -> None:
    answer = ask("status")
    assert answer.code == 0
    lines = answer.out.splitlines()
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


def test_at_100_columns_what_matters_is_shown_and_nothing_is_cut(ask: Ask, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "terminal_width", lambda: 100)
    monkeypatch.setattr(status, "terminal_width", lambda: 100)
    for words in (("status",), ("status", "US-FL")):
        lines = ask(*words).out.splitlines()
        assert lines[0].split()[:6] == ["jurisdiction", "name", "substance", "status", "since", "basis"]
        assert "link" in lines[1]
        assert all(cell_len(line) <= 100 for line in lines if "https://" not in line and "  " in line.strip())
        assert not any(line.endswith("…") for line in lines)
    whole = "\n".join(lines)
    for row in ask("status", "US-FL", "--json").json:
        assert row["evidence_url"] in whole
        assert row["citation"] in whole


def test_since_when_is_of_the_headline_and_the_terms_are_told_beside_it(ask: Ask, data: Path) -> None:
    (row,) = ask("status", "US-FL", "--substance", "7-oh", "--json").json
    assert (row["headline_since"], row["headline_since_latest"], row["valid_from"]) == ("2025-08-13", "2025-08-13", "2026-06-22")
    told = ask("status", "US-FL", "--substance", "7-oh").out
    assert "2025-08-13" in told
    assert "these terms since 2026-06-22" in told


def test_a_code_of_a_country_and_a_state_says_which_was_read(ask: Ask, data: Path) -> None:
    assert "TN is Tunisia; for Tennessee: US-TN" in ask("status", "TN").err
    assert ask("status", "US-TN").err == ask("status", "Tunisia").err == ask("status", "TH").err == ""


def test_status_of_a_name_shows_every_substance_known_there(ask: Ask, data: Path) -> None:
    rows = ask("status", "Tennessee", "--json").json
    assert {row["jurisdiction"] for row in rows} == {"US-TN"}
    assert {"kratom", "7-oh"} <= {row["substance"] for row in rows}
    assert [row["substance"] for row in ask("status", "US-TN", "--substance", "7-oh", "--json").json] == ["7-oh"]


def test_status_on_another_day(ask: Ask, data: Path) -> None:
    (before,) = ask("status", "US-TN", "--substance", "kratom", "--on", "2026-06-30", "--json").json
    assert before["status"] == "regulated"


def test_nothing_was_known_before_the_record_began(ask: Ask, data: Path) -> None:
    answer = ask("status", "--known", "2026-11-24T00:00:00Z")
    assert (answer.code, answer.out) == (0, "")
    assert "the record begins at 2026-11-25T12:00:00Z" in answer.err
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
