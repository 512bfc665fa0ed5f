"""The folder of an export: whole or not at all, the same bytes again, nothing later than its instant, digests that hold."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml
from pyarrow import parquet
from pypdf import PdfReader
from sqlalchemy import Engine

from tests.refusals import refused
from tests.tracker.export.conftest import AFTER, BETWEEN
from tracker import codebook
from tracker.domain.periods import BadRange, Unit
from tracker.domain.vocabulary import ChangeKind, MissingReason, Status
from tracker.export import folder, handbook, labels, panel_files
from tracker.export.choices import Format
from tracker.export.folder import NotAnExport
from tracker.export.tables import MissingPart
from tracker.export.views import all_views
from tracker.settings import Settings
from tracker.workspace import Workspace

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DATA = [Format.CSV, Format.JSON, Format.PARQUET, Format.SQLITE]


def contents(place: Path) -> dict[str, bytes]:
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def program_of(engine: Engine, place: Path) -> Workspace:
    return Workspace(Settings(data=place), engine)


def exported(workspace: Workspace, factory: pytest.TempPathFactory) -> Path:
    place = factory.mktemp("export") / "made"
    folder.write(workspace, place, NOW, DATA)
    return place


@pytest.fixture(scope="session")
def made_sqlite(shipped_sqlite: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(shipped_sqlite, tmp_path_factory)


@pytest.fixture(scope="session")
def made_postgresql(shipped_postgresql: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(shipped_postgresql, tmp_path_factory)


@pytest.fixture(params=["sqlite", "postgresql"])
def made(request: pytest.FixtureRequest) -> Path:
    """An export of the shipped record on each of the two databases."""
    fixture: Path = request.getfixturevalue(f"made_{request.param}")
    return fixture


def test_both_databases_give_the_same_bytes(made_sqlite: Path, made_postgresql: Path) -> None:
    assert contents(made_sqlite) == contents(made_postgresql)
    assert [path.name for path in made_sqlite.parent.iterdir()] == ["made"], "nothing is left beside it"


def test_a_panel_of_both_databases_has_the_same_bytes(
    shipped_sqlite: Workspace, shipped_postgresql: Workspace, tmp_path: Path
) -> None:
    for workspace in (shipped_sqlite, shipped_postgresql):
        place = tmp_path / workspace.engine.dialect.name
        folder.write_panel(workspace, place, NOW, [Format.CSV, Format.JSON], Unit.YEAR, date(2024, 1, 1))
    assert contents(tmp_path / "sqlite") == contents(tmp_path / "postgresql")


def test_a_second_time_gives_the_same_bytes(corrected: Engine, tmp_path: Path) -> None:
    workspace = program_of(corrected, tmp_path)
    folder.write(workspace, tmp_path / "out", AFTER, DATA)
    first = contents(tmp_path / "out")
    folder.write(workspace, tmp_path / "out", AFTER, DATA)
    assert contents(tmp_path / "out") == first
    assert [path.name for path in tmp_path.iterdir()] == ["out"], "nothing is left beside it"


def test_the_manifest_names_every_file_and_its_digest(made: Path) -> None:
    manifest = json.loads((made / "manifest.json").read_text("utf-8"))
    found = {name: hashlib.sha256(data).hexdigest() for name, data in contents(made).items() if name != "manifest.json"}
    assert {name: facts["sha256"] for name, facts in manifest["files"].items()} == found
    assert manifest["as_known_at"] == "2026-11-25T12:00:00.000000Z"
    assert manifest["last_belief"]["recorded_at"] <= manifest["as_known_at"]
    assert {f"{kind}/{view.name}.{kind}" for kind in ("csv", "json", "parquet") for view in all_views()} <= set(found)


def test_three_formats_hold_the_same_rows(made: Path) -> None:
    for view in all_views():
        with (made / "csv" / f"{view.name}.csv").open(encoding="utf-8", newline="") as file:
            lines = list(csv.DictReader(file))
        objects = json.loads((made / "json" / f"{view.name}.json").read_text("utf-8"))
        table = parquet.read_table(made / "parquet" / f"{view.name}.parquet")
        assert len(lines) == len(objects) == table.num_rows
        assert table.column_names == [column.name for column in view.columns]
        assert [line["jurisdiction"] for line in lines] == [row["jurisdiction"] or "" for row in objects]
    current = json.loads((made / "json" / "status_current.json").read_text("utf-8"))
    kentucky = next(row for row in current if (row["jurisdiction"], row["substance"]) == ("US-KY", "kratom"))
    assert (kentucky["status"], kentucky["min_age"], kentucky["verified"], kentucky["valid_to"]) == (
        "regulated",
        21,
        False,
        "2027-01-01",
    )


def test_nothing_later_than_the_instant_goes_in(corrected: Engine, tmp_path: Path) -> None:
    folder.write(program_of(corrected, tmp_path), tmp_path / "then", BETWEEN, [Format.JSON])
    told = b"".join(contents(tmp_path / "then").values())
    assert b"HB 2365 " not in told
    assert b'"status": "banned"' not in told
    assert json.loads((tmp_path / "then" / "json" / "change_log.json").read_text())[0]["kind"] == "first_recorded"
    folder.write(program_of(corrected, tmp_path), tmp_path / "now", AFTER, [Format.JSON])
    kinds = {row["kind"] for row in json.loads((tmp_path / "now" / "json" / "change_log.json").read_text())}
    assert "corrected" in kinds
    assert not (tmp_path / "now" / "record.db").exists(), "it was not asked for"


def test_a_folder_of_something_else_is_refused(shipped: Workspace, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(NotAnExport, match="holds something else"):
        folder.write(shipped, tmp_path, NOW, [Format.CSV])
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_failure_leaves_the_older_export(corrected: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = program_of(corrected, tmp_path)
    folder.write(workspace, tmp_path / "out", AFTER, [Format.CSV])
    before = contents(tmp_path / "out")

    def broken(*_: object) -> str:
        raise MissingPart("no")

    monkeypatch.setattr(handbook, "markdown", broken)
    with pytest.raises(MissingPart):
        folder.write(workspace, tmp_path / "out", BETWEEN, [Format.CSV])
    assert contents(tmp_path / "out") == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["out"]


def test_the_citation_is_yaml_of_the_known_fields(made: Path) -> None:
    cited = yaml.safe_load((made / "CITATION.cff").read_text("utf-8"))
    assert (cited["cff-version"], cited["type"], cited["date-released"]) == ("1.2.0", "dataset", "2026-11-25")
    assert "2026-11-25T12:00:00" in cited["title"]
    assert cited["authors"][0]["name"]


def test_the_codebook_defines_every_term_and_variable(made: Path) -> None:
    text = (made / "codebook.md").read_text("utf-8")
    for view in all_views():
        assert f"### {view.name}\n" in text
    for word in (*Status, *ChangeKind, *MissingReason, "us_territories", "mitragynine-pseudoindoxyl"):
        assert f"| `{word}` |" in text


def test_the_pdf_is_made_of_the_same_text(corrected: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of its beginning: to set the whole codebook takes several seconds."""
    whole = handbook.markdown
    monkeypatch.setattr(handbook, "markdown", lambda *given: whole(*given).partition("## Vocabularies")[0])
    folder.write(program_of(corrected, tmp_path), tmp_path / "out", AFTER, [Format.PDF])
    words = set(re.findall(r"[a-z]{3,}", (tmp_path / "out" / "codebook.md").read_text("utf-8")))
    printed = " ".join(page.extract_text() for page in PdfReader(tmp_path / "out" / "codebook.pdf").pages)
    assert {"apostrophe", "uncertain"} <= words
    assert words <= set(re.findall(r"[a-z]{3,}", printed))


def test_without_the_parts_the_remedy_is_told(corrected: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = program_of(corrected, tmp_path)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with refused(MissingPart, match=r"kratom-tracker\[parquet\]"):
        folder.write(workspace, tmp_path / "out", AFTER, [Format.PARQUET])
    monkeypatch.setitem(sys.modules, "markdown_it", None)
    with refused(MissingPart, match=r"kratom-tracker\[pdf\]"):
        folder.write(workspace, tmp_path / "out", AFTER, [Format.PDF])
    assert not (tmp_path / "out").exists()


def test_a_panel_ends_with_the_cut_off(corrected: Engine, tmp_path: Path) -> None:
    workspace = program_of(corrected, tmp_path)
    files = folder.write_panel(workspace, tmp_path / "out", AFTER, [Format.CSV], Unit.YEAR, substance="kratom")
    with (tmp_path / "out" / "panel.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert (rows[0]["period_start"], rows[-1]["period_end"]) == ("2010-01-01", "2026-11-30"), (
        "the civil day of the instant in New York"
    )
    assert {row["substance"] for row in rows} == {"kratom"}
    assert {path.name for path in files} >= {
        "panel.csv",
        "panel-long.csv",
        "panel-wide.csv",
        "panel-summary.csv",
        "panel.do",
        "panel-wide.R",
    }
    with pytest.raises(BadRange, match="before it begins"):
        folder.write_panel(workspace, tmp_path / "out", AFTER, [Format.CSV], Unit.YEAR, date(2027, 1, 1))


def test_scripts_name_every_column_and_label_every_term(made: Path) -> None:
    for view in all_views():
        stata, r = ((made / "labels" / f"{view.name}.{suffix}").read_text("utf-8") for suffix in ("do", "R"))
        assert re.findall(r"(?m)^rename v(\d+) (\w+)$", stata) == [(str(n), c.name) for n, c in enumerate(view.columns, 1)]
        assert all(f'{view.name}[["{column.name}"]]' in r for column in view.columns)
        assert r.count("(") == r.count(")") or "(" in "".join(column.meaning for column in view.columns)
    history = (made / "labels" / "status_history.do").read_text("utf-8")
    words = {label.label for label in codebook.load().labels["status"].values()}
    assert set(re.findall(r'\d+ "([^"]+)"', next(line for line in history.splitlines() if "status_words 1" in line))) == words
    assert 'replace term_ = 1 if status == "banned"' in history
    assert max(len(found) for found in re.findall(r'label variable \w+ "(.*)"', history)) <= 80


def test_a_vocabulary_that_holds_a_column_holds_its_values(made: Path) -> None:
    for view in all_views():
        rows = json.loads((made / "json" / f"{view.name}.json").read_text("utf-8"))
        for column in view.columns:
            if kind := labels.vocabulary(view.name, column.name):
                assert {row[column.name] for row in rows} - {None, ""} <= {term.value for term in kind}, (
                    f"{view.name}.{column.name}"
                )


def test_stata_names_are_short_and_differ() -> None:
    columns = panel_files.wide_columns(["kratom", "7-oh", "mitragynine-pseudoindoxyl"])
    names = labels.stata_names([column.name for column in columns])
    assert max(map(len, names)) <= 32
    assert len(set(names)) == len(columns)
    assert all(re.fullmatch(r"[a-z]\w*", name) for name in names)
