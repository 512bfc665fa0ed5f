"""The names that others rely on stand in `docs/contract.json`: views and columns, verbs and options, keys of JSON, names of files.

A name that is missing breaks what others built. New ones are free, and are recorded with each release:
`RECORD_CONTRACT=1 pytest tests/tracker/cli/test_contract.py`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.tracker.cli.conftest import Ask
from tests.tracker.cli.test_help import PROJECT, VERBS
from tracker.domain.contract import SCHEMA_VERSION
from tracker.store.schema.dictionary import relations

CONTRACT = PROJECT / "docs" / "contract.json"
ASKED = (
    *("status US-TN", "history US-AL", "changes --since 2026-01-01", "explain US-TN --on 2026-08-01", "sources list"),
    *(
        "sources list --catalogue",
        "sources show us_ecfr",
        "schedule list",
        "db current",
        "db check",
        "doctor",
        "verify",
        "status Atlantis",
    ),
)


def names() -> Iterator[tuple[str, list[str]]]:
    for one in relations():
        yield f"{'view' if one.is_view else 'table'} {one.name}", [column.name for column in one.columns]
    for words, verb in VERBS.items():
        options = [name for parameter in verb.params if parameter.param_type_name == "option" for name in parameter.opts]
        yield f"verb {' '.join(words)}", options


def keys(value: Any, path: str = "") -> Iterator[str]:
    """Every key of a JSON value, with the keys above it."""
    if isinstance(value, list):
        for one in value:
            yield from keys(one, f"{path}[]")
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield (here := f"{path}.{name}".lstrip("."))
            yield from keys(inner, here)


def answers(ask: Ask, data: Path, out: Path) -> Iterator[tuple[str, list[str]]]:
    for words in ASKED:
        yield f"json of {words}", [*keys(ask(*words.split(), "--json").json)]
    ask("report", "--week", "2026-W47")
    reports = {path.suffix: path for path in data.glob("reports/**/*") if path.is_file()}
    yield "files of report", [path.name for path in reports.values()]
    facts = json.loads(reports[".json"].read_text("utf-8"))
    yield "json of report", [*keys({name: inner for name, inner in facts.items() if name != "maps"})]
    yield "columns of report", reports[".csv"].read_text("utf-8-sig").splitlines()[0].split(",")
    ask("export", "--output", str(out), "--format", "json", "--format", "xlsx")
    yield "files of export", [path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()]
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    yield "manifest of export", [*(set(manifest) - {"files"}), *keys([*manifest["files"].values()], "files")]


@pytest.fixture
def said(ask: Ask, data: Path, tmp_path: Path, database: Any) -> dict[str, list[str]]:
    if database._server:
        pytest.skip("names are the same from both databases, as other tests prove")
    return {what: sorted(set(found)) for what, found in (*names(), *answers(ask, data, tmp_path / "out"))}


def test_no_name_goes(said: dict[str, list[str]]) -> None:
    now = {"schema_version": SCHEMA_VERSION, "names": said}
    if os.environ.get("RECORD_CONTRACT"):
        CONTRACT.write_text(json.dumps(now, indent=1, ensure_ascii=False) + "\n", "utf-8")
    recorded = json.loads(CONTRACT.read_text("utf-8"))
    assert recorded["schema_version"] == SCHEMA_VERSION
    gone = {what: lost for what, held in recorded["names"].items() if (lost := sorted(set(held) - set(said.get(what, ()))))}
    assert gone == {}, "a name goes only after a release as an alias (CONTRIBUTING, Names)"
