"""`sql` in every format."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.tracker.cli.conftest import Ask


def test_sql_in_every_format(ask: Ask, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    query = "SELECT code, name FROM jurisdiction WHERE code IN ('CI', 'US') ORDER BY code"
    file = tmp_path / "query.sql"
    file.write_text(query)
    assert ask("sql", query, "--format", "csv").out.splitlines() == ["code,name", "CI,Côte d'Ivoire", "US,United States"]
    assert ask("sql", "--file", str(file), "--json").json == [
        {"code": "CI", "name": "Côte d'Ivoire"},
        {"code": "US", "name": "United States"},
    ]
    monkeypatch.setattr("sys.stdin", io.StringIO(query))
    assert [line.split()[0] for line in ask("sql", "-").out.splitlines()] == ["code", "CI", "US"]
    assert "only reading" in ask("sql", "DELETE FROM belief").refused(2)
    assert "--timeout" in ask(
        "sql", "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT count(*) FROM n", "--timeout", "0.2"
    ).refused(1)


def test_csv_keeps_values_as_they_are(ask: Ask, data: Path) -> None:
    assert ask("sql", "SELECT '=1+1' AS a, NULL AS b, 'x,\"y\"' AS c", "--format", "csv").out == 'a,b,c\n=1+1,,"x,""y"""\n'
