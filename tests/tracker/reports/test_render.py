"""The formats: the same facts in each, no text of the record that acts, nothing fetched, no vendor."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from html.parser import HTMLParser

import pytest

from tests.tracker.domain.build import assertion, finding, provision
from tests.tracker.reports.record import Kept
from tracker.domain.records import Key
from tracker.reports import render
from tracker.reports.model import Edition

MA = Key("US-MA", "kratom")
NASTY = '<script>alert(1)</script> [x](javascript:alert(1)) | *bold* "q"'


class Page(HTMLParser):
    """The tags and outward addresses of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.ids: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "href" and tag == "a":
                self.links.append(value or "")
            elif name in ("src", "href", "xlink:href", "data", "action") and not (value or "").startswith("#"):
                self.loads.append(f"{tag} {value}")
            elif name == "id":
                self.ids.append(value or "")


def edition_of(kept: Kept) -> Edition:
    """One change in the week with an ugly quote, one measure with an ugly title and address."""
    kept.write("2026-06-01", "research", finding("F", key=MA))
    rule = provision("P", "possess prohibited", "2026-11-18", key=MA, pinpoint="=SUM(A1)")
    kept.write("2026-11-18T12:00Z", "law", rule, made="2026-11-18", quote=NASTY, citation="=HYPERLINK(1)")
    bill = kept.measure("US-MA", "194", "H 1", "to_executive", "2026-11-18", at="2026-11-18T12:00Z")
    kept.step("2026-11-18T12:00Z", "measure_advanced", bill, "US-MA", date(2026, 11, 18), "to_executive")
    edition = kept.edition("2026-W47", "2026-12-01")
    (step,) = edition.actions
    ugly = {"title": NASTY, "url": "javascript:alert(1)"}
    return edition.__class__(
        **{name: getattr(edition, name) for name in edition.__dataclass_fields__ if name not in ("actions", "maps")},
        actions=(step.__class__(**{name: getattr(step, name) for name in step.__dataclass_fields__} | ugly),),
        maps=edition.maps,
    )


@pytest.fixture
def edition(kept: Kept) -> Edition:
    return edition_of(kept)


def test_no_text_of_the_record_acts_in_the_page(kept: Kept, edition: Edition) -> None:
    page = Page(render.to_html(edition, kept.codebook, "0" * 64))
    assert "script" not in page.tags
    assert not [link for link in page.links if not link.startswith(("https://", "http://", "#"))]
    assert page.loads == []


def test_an_address_that_is_no_link_does_not_take_the_place_of_the_title(kept: Kept, edition: Edition) -> None:
    html = render.to_html(edition, kept.codebook, "0" * 64)
    assert "&lt;script&gt;alert(1)" in html
    assert ">javascript:alert(1)<" not in html


def test_the_page_reads_without_sight_and_without_colour(kept: Kept, edition: Edition) -> None:
    html = render.to_html(edition, kept.codebook, "0" * 64)
    page = Page(html)
    assert page.tags.count("svg") == 6
    assert html.count('role="img"') == 6
    assert len(page.ids) == len(set(page.ids))
    assert page.tags.count("h1") == 1
    assert "th" in page.tags
    assert '<html lang="en">' in html
    targets = {link[1:] for link in page.links if link.startswith("#")}
    assert targets <= set(page.ids)


def test_no_text_of_the_record_acts_in_markdown(kept: Kept, edition: Edition) -> None:
    from markdown_it import MarkdownIt

    text = render.to_markdown(edition, kept.codebook, "0" * 64)
    page = Page(MarkdownIt("commonmark").enable("table").render(text))
    assert "script" not in page.tags
    assert not [link for link in page.links if not link.startswith("https://")]
    assert "alert(1)" in text
    assert "{{" not in text


def test_no_cell_is_a_formula(edition: Edition) -> None:
    rows = list(csv.DictReader(io.StringIO(render.to_csv(edition))))
    assert [row["section"] for row in rows] == ["in_force", "actions"]
    assert rows[0]["citation"] == "'=HYPERLINK(1)"
    assert rows[0]["pinpoint"] == "'=SUM(A1)"
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_every_format_tells_the_same_change(kept: Kept, edition: Edition) -> None:
    files = render.files(edition, kept.codebook)
    (item,) = json.loads(files["json"])["in_force"]
    assert (item["place"]["code"], item["before"]["status"], item["after"]["status"]) == ("US-MA", "no_specific_law", "banned")
    row = next(csv.DictReader(io.StringIO(files["csv"])))
    assert (row["jurisdiction"], row["before"], row["after"], row["counted"]) == ("US-MA", "no_specific_law", "banned", "yes")
    assert "**No specific law found → Banned**" in files["md"]
    assert re.search(r"<b>No specific law found</b>.*<b>Banned</b>", files["html"])
    digest = re.search(r"sha256:([0-9a-f]{64})", files["html"])
    assert digest is not None
    assert digest[1] == re.search(r"sha256:([0-9a-f]{64})", files["md"])[1]  # type: ignore[index]


def test_equal_facts_give_equal_bytes_without_row_number_or_path(kept: Kept, edition: Edition) -> None:
    one, two = render.files(edition, kept.codebook), render.files(edition, kept.codebook)
    assert one == two
    assert str(kept.data) not in "".join(one.values())
    assert '"row"' not in one["json"]
    assert '"id": 1' not in one["json"]


def test_sections_stand_in_the_order_of_the_design(kept: Kept, edition: Edition) -> None:
    heads = re.findall(r"^## (.*)$", render.to_markdown(edition, kept.codebook, "0" * 64), re.M)
    assert heads == [
        "Bottom line",
        "In force since last week",
        "Enacted, not yet in force",
        "Sunsets and stays",
        "Corrections to our record",
        "Could change a status within 30 days",
        "Agency, court and local actions",
        "Source changes without legal effect",
        "Coverage",
        "Calendar of the next 90 days",
        "Where things stand",
        "Method, definitions, how to cite",
    ]


def test_research_is_called_so_wherever_it_is_shown(kept: Kept) -> None:
    kept.write("2026-11-25T12:00Z", "research", assertion("A", "banned", "2026-11-17", key=MA), origin="baseline")
    files = render.files(kept.edition("2026-W47", "2026-12-01"), kept.codebook)
    for text in (files["md"], re.sub(r"<[^>]*>", "", files["html"])):
        sentence = next(line for line in text.splitlines() if line.startswith("In week 47"))
        assert "unknown → banned; researched, not verified" in sentence
        item = text.split("Unknown → Banned" if text is files["md"] else "Took effect", 1)[1][:400]
        assert "esearched, not verified" in item
    assert next(csv.DictReader(io.StringIO(files["csv"])))["verified"] == "no"
