"""The benchmarks run, at a size that says nothing about speed."""

from __future__ import annotations

import pytest

from tests.benchmarks import asof, coder, export, ledger, newest, pipeline, verifying


def test_the_ledger_is_measured_against_its_peer(postgres_server: str, capsys: pytest.CaptureFixture[str]) -> None:
    ledger.main(["--rows", "40", "--size", "20", "--repeats", "1", "--postgres", postgres_server])
    header, _, *lines = capsys.readouterr().out.splitlines()
    assert header.startswith("| database | ledger : Continuum |")
    assert [line.split(" | ")[0] for line in lines] == ["| SQLite", "| PostgreSQL"]


def test_as_of_is_measured_on_both(
    postgres_server: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asof, "SMALLEST", 2_000)
    monkeypatch.setattr(asof, "QUESTIONS", 30)
    asof.main(["--rows", "4000", "--postgres", postgres_server])
    lines = capsys.readouterr().out.splitlines()[2:]
    assert [line.split(" | ")[:2] for line in lines] == [
        [f"| {kind}", size] for kind in ("SQLite", "PostgreSQL") for size in ("2,000", "4,000")
    ]


def test_export_is_measured_against_its_peer(postgres_server: str, capsys: pytest.CaptureFixture[str]) -> None:
    export.main(["--rows", "1000", "--postgres", postgres_server])
    header, _, *lines = capsys.readouterr().out.splitlines()
    assert header.startswith("| database | versions | memory, export : pandas |")
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert [line[:2] for line in found] == [["SQLite", "1,000"], ["PostgreSQL", "1,000"]]
    assert all(float(megabytes) > 1 for line in found for megabytes in line[4:6])


def test_the_newest_changes_are_measured_on_both(
    postgres_server: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asof, "SMALLEST", 1_000)
    newest.main(["--rows", "2000", "--postgres", postgres_server])
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in capsys.readouterr().out.splitlines()[2:]]
    assert [line[:2] for line in found] == [[kind, size] for kind in ("SQLite", "PostgreSQL") for size in ("1,000", "2,000")]
    assert [line[2] for line in found] == ["370", "740"] * 2, "of each key ten boundaries are told first, and three by each law"


def test_verify_is_measured_on_both(
    postgres_server: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asof, "SMALLEST", 200)
    verifying.main(["--rows", "400", "--postgres", postgres_server])
    found = [[cell.strip() for cell in line.strip("|").split("|")] for line in capsys.readouterr().out.splitlines()[2:]]
    assert [line[:2] for line in found] == [[kind, size] for kind in ("SQLite", "PostgreSQL") for size in ("200", "400")]
    assert all(float(line[2]) > 1 for line in found)


def test_the_coder_is_measured_at_two_sizes(capsys: pytest.CaptureFixture[str]) -> None:
    coder.main(["--rows", "1000"])
    header, _, *lines = capsys.readouterr().out.splitlines()
    assert header.startswith("| text | characters |")
    assert [line.split(" | ")[0].strip("| ") for line in lines] == list(coder.TEXTS)
    assert all(line.split(" | ")[1] == "2,000" for line in lines)


def test_the_pipeline_is_measured_against_scrapy_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Takes seconds, since each side is a process of its own."""
    monkeypatch.setattr(pipeline, "UNCHANGED", {"304": ""})
    pipeline.main(["--rows", "20", "--repeats", "1"])
    header, _, *lines = capsys.readouterr().out.splitlines()
    assert header.startswith("| pages | pages/s by processor time |")
    assert [line.split(" | ")[0].strip("| ") for line in lines] == ["Scrapy alone", "new", "304"]
