"""`propose`: what the coder reads in a file."""

from __future__ import annotations

from pathlib import Path

from tests.tracker.cli.conftest import Ask

BILL = """AN ACT to prohibit the sale of kratom.
Be it enacted by the General Assembly:
SECTION 1. A person shall not sell kratom in this state.
SECTION 2. This act takes effect July 1, 2026.
"""


def test_propose_reads_a_file_and_records_nothing(ask: Ask, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "bill.txt"
    file.write_text(BILL, "utf-8")
    told = ask("propose", str(file), "--jurisdiction", "Tennessee", "--kind", "bill", "--json").json
    (proposal,) = told["provisions"]
    assert (proposal["substance"], proposal["conduct"], proposal["effect"]) == ("kratom", "sell", "prohibited")
    assert BILL[proposal["quote_start"] : proposal["quote_end"]] == proposal["quote"]
    assert "proposes: kratom, sell: prohibited" in ask("propose", str(file), "--jurisdiction", "US-TN", "--kind", "bill").out
    assert ask("review", "list", "--json").json == []


def test_propose_refuses_what_it_cannot_read(ask: Ask, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "bill.txt"
    file.write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in ask("propose", str(file), "--jurisdiction", "US-TN", "--kind", "bill").refused(2)
    file.write_text(BILL, "utf-8")
    assert "known: " in ask("propose", str(file), "--jurisdiction", "US-TN", "--kind", "novel").refused(2)
    assert "absent.txt" in ask("propose", str(tmp_path / "absent.txt"), "--jurisdiction", "US-TN", "--kind", "bill").refused(2)
