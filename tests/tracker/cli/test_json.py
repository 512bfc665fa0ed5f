"""With `--json` standard output is one JSON value, whatever the verb meets: an answer, a problem or a refusal. The rest is on stderr."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.crawler.test_replay import archive_of
from tests.tracker.cli.conftest import HELD, UNREACHED, Answer, Ask
from tests.tracker.cli.test_help import VERBS
from tracker.cli import output

CASES = ("list_last_page", "gazette_2024_550_sv", "gazette_2016_166_fi")
WITH_JSON = {" ".join(words) for words, verb in VERBS.items() if any("--json" in one.opts for one in verb.params)}
ANSWERS = (
    *("status", "status US-TN FI --on 2026-08-01", "status --known 2020-01-01T00:00:00Z", "history US-AL", "history US-TN --all"),
    *("changes --since 2026-01-01 --until 2026-12-01", "changes --kind took_effect", "explain US-TN --on 2026-08-01"),
    *("sources list", "sources list --catalogue", "sources show us_ecfr", "runs list", "runs list --verdict held"),
    *("review list", "review list --state all", "schedule list", "db current", "db check", "doctor", "verify"),
    "report --week 2026-W47",
)
REFUSALS = (
    *("status Atlantis", "status --on yesterday", "status --known 2099-01-01T00:00:00Z", "status --nonsense", "history Atlantis"),
    *("changes --kind unheard_of", "changes --since 2026-02-01 --until 2026-01-01", "explain US-TN --conduct dance", "explain"),
    *("sources show atlantis", "runs list --verdict fine", "runs show 99", "runs accept 99 --by A", "runs show first"),
    *("review list --state lost", "review show 99", "review accept 99 --by A", "report --week 2026-W99", "crawl atlantis"),
    *("crawl --replay none.warc.gz", "code nothing --by A", "propose none.txt --jurisdiction US-TN --kind act"),
    *("export --from 2026-01-01", "db copy nowhere nowhere", "db copy sqlite:///none.db sqlite:///none.db", "sql", "nonsense"),
)


def one_value(told: Answer) -> object:
    assert "Traceback" not in told.err, told.err
    assert told.out.strip(), f"nothing was said: {told.err}"
    return json.loads(told.out)


def test_every_verb_with_json_is_walked_here() -> None:
    special = {"sql", "db copy", "propose", "export", "code", "crawl", "runs show", "runs accept", "review show", "review accept"}
    walked = {verb for verb in WITH_JSON for words in ANSWERS if f"{words} ".startswith(f"{verb} ")}
    refused = {verb for verb in WITH_JSON for words in REFUSALS if f"{words} ".startswith(f"{verb} ")}
    assert walked | special == WITH_JSON
    assert WITH_JSON - refused == {"schedule list", "sources list", "db current", "db check", "doctor", "verify"}, (
        "these take no words"
    )


def test_an_answer_is_one_value(ask: Ask, data: Path) -> None:
    for words in ANSWERS:
        answer = ask(*words.split(), "--json")
        assert one_value(answer) is not None, words
        assert answer.code == 0 or words == "doctor", (words, answer.err)


def test_an_answer_of_files_and_rows_is_one_value(ask: Ask, data: Path, tmp_path: Path) -> None:
    assert one_value(ask("sql", "SELECT code FROM substance WHERE 1 = 0", "--json")) == []
    assert one_value(ask("sql", "SELECT 1 AS one", "--json")) == [{"one": 1}]
    exported = one_value(ask("export", "--format", "json", "--output", str(tmp_path / "out"), "--json"))
    assert str(tmp_path / "out" / "manifest.json") in str(exported)
    (tmp_path / "act.txt").write_text("It is unlawful to sell kratom.", "utf-8")
    one_value(ask("propose", str(tmp_path / "act.txt"), "--jurisdiction", "US-TN", "--kind", "act", "--json"))
    words = ("jurisdiction=US-VI", "substance=kratom", "looked_in=V.I. Code", "terms=kratom")
    one_value(ask("code", "finding", *words, "--by", "A", "--dry-run", "--json"))


def test_a_crawl_is_one_value_whatever_became_of_it(ask: Ask, data: Path, answers, tmp_path: Path) -> None:
    answers(HELD, UNREACHED)
    answer = ask("crawl", "--json")
    assert (answer.code, [run["verdict"] for run in one_value(answer)]) == (1, ["held", "no_network"])
    answers()
    assert one_value(ask("crawl", "--due", "--json")) == []
    archive = archive_of(tmp_path / "archive", *(f"fi_finlex/{case}" for case in CASES))
    answer = ask("crawl", "fi_finlex", "--replay", str(archive), "--json")
    replayed = one_value(answer)
    assert re.search(
        r"^2026-11-25T12:00:00Z 3 exchanges read, 2 asked for that the archive lacks, 0 of addresses", answer.err, re.MULTILINE
    )
    run = str(replayed[0]["run"])
    assert one_value(ask("runs", "show", run, "--json"))["fetches"]
    one_value(ask("runs", "accept", run, "--by", "A. Reader", "--json"))


def test_a_refusal_is_one_value_with_its_reason_and_status(ask: Ask, data: Path) -> None:
    for words in REFUSALS:
        answer = ask(*words.split(), "--json")
        assert answer.code in (1, 2), words
        error = one_value(answer)["error"]
        assert error["exit_status"] == answer.code, words
        assert error["message"], words
        assert answer.err, words


def test_a_refusal_without_a_record_is_one_value(ask: Ask, fresh: Path) -> None:
    for words in ANSWERS:
        answer = ask(*words.split(), "--json")
        said = one_value(answer)
        assert answer.code == 0 or words in ("doctor", "db check") or said["error"]["message"], words


def test_an_answer_that_breaks_off_is_no_half_value(ask: Ask, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tracker.cli import sql

    shown, real = [], output.json_text

    def once(value: object) -> str:
        shown.append(value)
        if len(shown) > 1:
            raise OSError(28, "No space left on device")
        return real(value)

    monkeypatch.setattr(sql, "json_text", once)
    answer = ask("sql", "SELECT code FROM substance", "--json")
    assert one_value(answer)["error"]["exit_status"] == answer.code == 1
