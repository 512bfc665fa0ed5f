"""The README names every source, as its facts do."""

from pathlib import Path

import pytest

from crawler import registry
from crawler.sources_table import BEGIN, END, NoMarkers, main, table, with_table

README = Path(__file__).parents[2] / "README.md"


def test_the_readme_is_up_to_date() -> None:
    page = README.read_text("utf-8")
    assert with_table(page) == page, "run: python -m crawler.sources_table README.md"


def test_every_source_has_a_row() -> None:
    rows = table().splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == list(registry.sources())


def test_what_stands_around_the_table_stays(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    assert main([str(page)]) == 0
    assert page.read_text() == f"before\n{BEGIN}\n{table()}{END}\nafter\n"


def test_a_page_without_markers_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing")
    assert main([str(page)]) == 2
    assert "add them where the table shall stand" in capsys.readouterr().err
    assert main([str(tmp_path / "absent.md")]) == 2
    assert main([]) == 2
    with pytest.raises(NoMarkers):
        with_table(END + BEGIN)
