"""The scripts obey the rules of their programs: Stata's names and labels by their limits, R by running it where it is installed."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tracker import codebook
from tracker.domain.periods import Unit
from tracker.export import folder, labels, panel_files
from tracker.export.choices import Format
from tracker.export.views import all_views
from tracker.store.schema.view_columns import Column, Kind
from tracker.workspace import Workspace

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
BOOK = codebook.load()
RANKED = sorted(BOOK.substances, key=lambda code: BOOK.substance(code).rank)
FILES: dict[str, tuple[Column, ...]] = {view.name: view.columns for view in all_views()} | {
    shape: panel_files.columns_of(shape, RANKED) for shape in panel_files.SHAPES
}

# Stata's User's Guide [U] 11.3 and 12.6, and `help limits`.
RESERVED = {
    *("_all", "_b", "byte", "_coef", "_cons", "double", "float", "if", "in", "int", "long", "_n", "_N", "_pi", "_pred", "_rc"),
    *("_skip", "strL", "using", "with"),
}
NAME = re.compile(r"[A-Za-z_]\w{0,31}", re.ASCII)
COMMANDS = re.compile(
    r"\*|import delimited using|rename \w+ \w+$|destring \w+, replace$|generate (long|double|byte) \w+ = |drop \w+$|format \w+ %t[cd]$"
    r"|label (define|values|variable) |replace term_ = \d+ if "
)


def is_name(word: str) -> bool:
    return bool(NAME.fullmatch(word)) and word not in RESERVED and not re.fullmatch(r"str\d+", word)


@pytest.mark.parametrize("table", FILES)
def test_stata_takes_every_name_and_label(table: str) -> None:
    script = labels.stata(BOOK, table, f"{table}.csv", FILES[table]).splitlines()
    assert all(COMMANDS.match(line) for line in script)
    named = [word for line in script if line.startswith("rename v") for word in line.split()[2:]]
    assert all(map(is_name, named)), [word for word in named if not is_name(word)]
    assert len({name.lower() for name in named}) == len(named) == len(FILES[table]) <= 2_048, "Stata/BE holds 2,048 variables"
    assert not {"day_", "instant_", "term_"} & set(named), "names that the script uses for itself"
    for line in script:
        assert len(line) < 8_000
        assert not set("$`\\") & set(line), f"Stata would read a macro in: {line}"
        assert line.count('"') % 2 == 0
    for words, values in (found.groups() for line in script if (found := re.match(r"label define (\w+) (.*)", line))):
        assert is_name(words)
        numbers = [int(number) for number in re.findall(r'(\d+) "', values)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) <= 100, "a byte holds no more"
    assert all(len(label) <= 80 for line in script for label in re.findall(r'^label variable \w+ "(.*)"$', line))


def test_a_reserved_word_would_be_seen() -> None:
    assert not is_name("long")
    assert not is_name("str32")
    assert not is_name("x" * 33)
    assert is_name("x" * 32)


# R. ---------------------------------------------------------------------------------------------------------------------------

needs_r = pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not on this machine")

TELL = """
told <- list()
for (script in list.files("labels", pattern = "[.]R$", full.names = TRUE)) {
  before <- ls()
  source(script, encoding = "UTF-8")
  name <- setdiff(ls(), c(before, "before"))
  stopifnot(length(name) == 1)
  frame <- get(name)
  cat("FRAME", name, nrow(frame), ncol(frame), "\\n")
  for (column in names(frame)) {
    values <- frame[[column]]
    cat("COLUMN", class(values)[1], sum(is.na(values)), column, attr(values, "label"), "\\n", sep = "\\t")
    if (is.factor(values)) {
      counts <- table(values)
      for (label in names(counts)) cat("LEVEL", counts[[label]], label, "\\n", sep = "\\t")
    }
  }
  rm(list = name)
}
"""


@pytest.fixture(scope="session")
def exported(shipped_sqlite: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("for R") / "views"
    folder.write(shipped_sqlite, place, NOW, [Format.CSV])
    return place


@pytest.fixture(scope="session")
def panel(shipped_sqlite: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("for R") / "panel"
    folder.write_panel(shipped_sqlite, place, NOW, [Format.CSV], Unit.YEAR)
    return place


def read_by_r(place: Path) -> dict[str, dict[str, Any]]:
    """What R holds after each script: rows, and of each column its class, missing values, label and levels with their counts."""
    done = subprocess.run(["Rscript", "--vanilla", "-e", TELL], cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr.lower(), done.stderr
    found: dict[str, dict[str, Any]] = {}
    for line in done.stdout.splitlines():
        kind, *words = line.split("\t") if "\t" in line else line.split()
        if kind == "FRAME":
            columns: dict[str, Any] = {}
            found[words[0]] = {"rows": int(words[1]), "columns": columns}
        elif kind == "COLUMN":
            last = columns[words[2]] = {"class": words[0], "missing": int(words[1]), "label": words[3], "levels": {}}
        else:
            last["levels"][words[1]] = int(words[0])
    return found


def lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


CLASSES = {
    Kind.TEXT: "character",
    Kind.INSTANT: "POSIXct",
    Kind.DAY: "Date",
    Kind.INTEGER: "integer",
    Kind.BOOLEAN: "integer",
    Kind.NUMBER: "numeric",
}


@needs_r
@pytest.mark.parametrize("kind", ["exported", "panel"])
def test_r_reads_what_was_written(kind: str, request: pytest.FixtureRequest) -> None:
    """From SQLite alone: PostgreSQL gives the same bytes (test_folder)."""
    place: Path = request.getfixturevalue(kind)
    told = read_by_r(place)
    files = {path.stem: path for path in place.rglob("*.csv")}
    assert {name.replace("-", "_") for name in files} == told.keys()
    for name, path in files.items():
        frame, rows = told[name.replace("-", "_")], list(lines(path))
        assert frame["rows"] == len(rows), name
        columns = FILES[name]
        assert list(frame["columns"]) == [column.name for column in columns]
        for column in columns:
            seen = frame["columns"][column.name]
            values = [row[column.name] for row in rows]
            vocabulary = labels.vocabulary(name, column.name)
            assert seen["class"] == ("factor" if vocabulary else CLASSES[column.kind]), f"{name}.{column.name}"
            assert seen["missing"] == values.count(""), f"{name}.{column.name}"
            assert seen["label"] == column.meaning
            if vocabulary:
                wanted = {BOOK.label(term).label: values.count(term.value) for term in vocabulary}
                assert seen["levels"] == wanted, f"{name}.{column.name}"
