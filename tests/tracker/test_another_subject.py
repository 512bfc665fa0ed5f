"""Another substance is another codebook, not another program: a record, a coder and a command that know an invented plant alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.parsing.matching import find
from tests.tracker import another_subject
from tests.tracker.conftest import Clock
from tests.tracker.replays import proposals, recorded, replayed, rows, warc
from tracker import workspace
from tracker.cli import main
from tracker.codebook import Codebook, CodebookError, load
from tracker.coder import propose
from tracker.coder.lists import ListDocument, entries
from tracker.settings import Settings
from tracker.web import browser
from tracker.workspace import Workspace

PROJECT = Path(__file__).parents[2]
RULE = "SECTION 1. It is unlawful for any person to sell {} to a person under 21 years of age."
BILL = "us_congress/text_hr8000_introduced"
WORDS = {b"[Kk]ratom": b"moonwort", b"7-hydroxymitragynine": b"9-oxolunarine", b"[Mm]itragynine": b"lunarine"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return another_subject.write(tmp_path / "codebook")


@pytest.fixture
def moonwort(folder: Path) -> Codebook:
    return load(folder)


@pytest.fixture
def record(folder: Path, tmp_path: Path, clock: Clock) -> Iterator[Workspace]:
    made = workspace.prepared(Settings(data=tmp_path / "data", codebook=folder))
    yield made
    made.engine.dispose()


def test_each_codebook_reads_its_own_subject_alone(moonwort: Codebook) -> None:
    for codebook, own, other in ((moonwort, "moonwort", "kratom"), (load(), "kratom", "moonwort")):
        reading = propose(RULE.format(own), codebook, jurisdiction="US-XX", kind="bill", language="en")
        assert [(one.substance, one.conduct, one.min_age) for one in reading.provisions] == [(own, "sell", 21)]
        assert propose(RULE.format(other), codebook, jurisdiction="US-XX", kind="bill", language="en").provisions == ()


def test_caps_act_on_the_substances_that_play_the_roles(moonwort: Codebook) -> None:
    text = "A retailer shall not sell a moonwort product that contains a level of 9-oxolunarine greater than 2% of the alkaloids."
    reading = propose(text, moonwort, jurisdiction="US-XX", kind="statute", language="en")
    assert [limit.analyte for one in reading.provisions for limit in one.limits] == ["9-oxo"]
    assert {one.substance for one in reading.implied} == {"9-oxo"}


def test_the_lists_of_a_codebook_are_known_by_it_alone(moonwort: Codebook) -> None:
    text = "Luettelo kuluttajamarkkinoilta kielletyistä psykoaktiivisista aineista: kuuruoho; kratom"
    document = ListDocument("FI", "codified_list", text, "list", "fi")
    assert {entry.proposal.substance for entry in entries(document, moonwort)} == {"moonwort"}
    assert {entry.proposal.substance for entry in entries(document, load())} == {"kratom"}


def test_a_record_of_another_subject_is_loaded_read_and_followed_up(record: Workspace, tmp_path: Path) -> None:
    assert rows(record.engine, "SELECT code FROM substance ORDER BY rank") == [
        ("moonwort",),
        ("lunarine",),
        ("9-oxo",),
        ("lunaroids",),
    ]
    current = "SELECT substance, status FROM status_current WHERE jurisdiction = 'US-OR' AND status <> 'unknown'"
    assert rows(record.engine, current) == [("moonwort", "banned")]

    body = recorded(BILL)[1]
    (unread, *_) = replayed(record, warc(tmp_path / "kratom", BILL), "us_congress")
    assert unread.documents == 0, "a bill on the shipped subject is none of this record's"
    for old, new in WORDS.items():
        body = re.sub(old, new, body)
    (run, *_) = replayed(record, warc(tmp_path / "moonwort", recorded(BILL, body=body)), "us_congress")
    assert run.documents == 1
    assert {one["substance"] for one in proposals(record.engine)} <= {"moonwort", "lunarine", "9-oxo"}
    assert proposals(record.engine)


def test_the_command_proposes_for_the_codebook_of_the_settings(
    folder: Path, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "act.txt").write_text(RULE.format("moonwort"), "utf-8")
    monkeypatch.setenv("TRACKER_CODEBOOK", str(folder))
    with pytest.raises(SystemExit) as ended:
        main(["propose", str(tmp_path / "act.txt"), "--jurisdiction", "US-TN", "--kind", "bill", "--json"])
    assert not ended.value.code
    assert [one["substance"] for one in json.loads(capsys.readouterr().out)["provisions"]] == ["moonwort"]


def test_the_browser_shows_the_subject_and_its_questions(record: Workspace) -> None:
    metadata = browser.metadata(record, "tracker")
    questions = metadata["databases"]["tracker"]["queries"]
    assert metadata["title"] == "Moonwort: regulatory status"
    assert questions
    assert not any("kratom" in one["sql"] for one in questions.values())


def test_a_codebook_without_a_role_or_a_file_is_refused(folder: Path) -> None:
    roles = (folder / "roles.csv").read_text("utf-8")
    (folder / "roles.csv").write_text(roles.replace("class,lunaroids,\n", ""), "utf-8")
    with pytest.raises(CodebookError, match=r"roles\.csv names concentrate, product; it must name product, concentrate, class"):
        load(folder)
    (folder / "roles.csv").unlink()
    with pytest.raises(CodebookError, match=r"roles\.csv of the codebook in .* cannot be read"):
        load(folder)


def test_no_code_names_the_subject() -> None:
    """What the three packages spell out of the shipped codebook's words is the command's own name, and nothing else."""
    terms = load().terms
    named = {}
    for path in sorted(path for package in ("crawler", "tracker", "maps") for path in (PROJECT / package).rglob("*.py")):
        text = path.read_text("utf-8")
        words = [text[match.start : match.end + 10] for match in find(text, terms)]
        named[str(path.relative_to(PROJECT))] = [word for word in words if not word.startswith("kratom-tracker")]
    assert {name: words for name, words in named.items() if words} == {}
