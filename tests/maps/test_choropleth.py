"""What the caller hands in is checked, and the picture says what it shows."""

import dataclasses
import datetime as dt
import xml.etree.ElementTree as ET

import pytest

import maps
from maps import layout, patterns
from tests.maps.soils import DAY, FACTS, SCALE, draw
from tests.maps.vision import pairs

SVG = "{http://www.w3.org/2000/svg}"
VALUES = {"US-AL": "podzol", "US-TX": "none", "US-DC": "arenosol", "US-PR": "gleysol"}


def picture(m: maps.Map) -> ET.Element:
    return ET.fromstring(m.svg())


def groups(root: ET.Element) -> dict[str, ET.Element]:
    found = [g for g in root.iter(f"{SVG}g") if "data-code" in g.attrib]
    assert len({g.attrib["data-code"] for g in found}) == len(found), "a unit is drawn twice"
    return {g.attrib["data-code"]: g for g in found}


def words(root: ET.Element) -> list[str]:
    return [text.text or "" for text in root.iter(f"{SVG}text")]


def test_a_value_paints_its_unit_and_no_value_paints_the_missing_category() -> None:
    drawn = groups(picture(draw(VALUES)))
    assert set(drawn) == set(layout.of("us").by_code)
    assert drawn["US-AL"].attrib["fill"] == SCALE["podzol"].fill
    assert drawn["US-OH"].attrib["fill"] == SCALE["unknown"].fill
    assert drawn["US-DC"].attrib["data-category"] == "arenosol"


def test_a_callout_has_the_paint_of_its_state() -> None:
    swatches = {g.attrib["data-callout"]: g for g in picture(draw(VALUES)).iter(f"{SVG}g") if "data-callout" in g.attrib}
    assert swatches["US-DC"].attrib["fill"] == SCALE["arenosol"].fill
    assert swatches["US-RI"].attrib["fill"] == SCALE["unknown"].fill


@pytest.mark.parametrize("region", ["us", "world", "country:AU"])
def test_the_legend_is_the_table_of_fills(region: str) -> None:
    page = draw({}, region).page
    legend = [s.paint for s in page.swatches if not s.code]
    assert tuple(paint for paint in legend if paint.key) == SCALE.categories
    spelt = words(picture(draw({}, region)))
    assert all(category.label in spelt for category in SCALE.categories)
    assert {area.paint for area in page.areas} <= set(legend)


def test_title_day_source_and_edition_stand_in_the_picture() -> None:
    spelt = words(picture(draw(VALUES)))
    assert "Soil classes <invented>" in spelt
    assert "As of 25 November 2026" in spelt
    assert "Source: Invented & unverified" in spelt
    assert "Edition: 2026-W47" in spelt


@pytest.mark.parametrize("field", ["values", "hatched", "dotted", "stale", "marks", "notes"])
def test_an_unknown_code_is_refused_wherever_it_stands(field: str) -> None:
    wrong = {
        "marks": {"US-XX": maps.Mark("square", "A mark")},
        "notes": {"US-XX": "A note"},
        "values": {"US-XX": "podzol"},
    }.get(field, {"US-XX"})
    facts = {"values": VALUES, "region": "us", **FACTS, field: wrong}
    with pytest.raises(maps.UnknownCode, match="US-XX"):
        maps.choropleth(**facts)


def test_an_unknown_category_is_refused() -> None:
    with pytest.raises(maps.UnknownCategory, match="chernozem"):
        draw({"US-AL": "chernozem"})


def test_one_unit_under_two_codes_is_refused() -> None:
    with pytest.raises(maps.UnknownCode, match="PR"):
        draw({"PR": "podzol", "US-PR": "none"}, "world")


def test_what_has_a_value_but_no_polygon_is_named() -> None:
    assert any("Antarctica (AQ)" in line for line in words(picture(draw({"AQ": "podzol"}, "world"))))
    assert not any("Antarctica (AQ)" in line for line in words(picture(draw({}, "world"))))
    assert any(line.startswith("No boundary is at hand for 12 of 12") for line in words(picture(draw({}, "country:MA"))))
    place = "ocd-division/country:us/state:ca/place:san_diego"
    counties = draw({place: "podzol"}, "us-counties")
    assert any(place in note for note in counties.content.footnotes)
    assert f"\n{place}," in counties.csv()


def test_overlays_are_drawn_and_explained_only_where_used() -> None:
    plain = words(picture(draw(VALUES)))
    assert not set(patterns.OVERLAY_LABELS.values()) & set(plain)
    m = draw(VALUES, hatched={"US-AL"}, dotted={"US-TX", "US-AL"}, stale={"US-AL"})
    assert set(patterns.OVERLAY_LABELS.values()) <= set(words(picture(m)))
    by_code = {area.code: area.overlays for area in m.page.areas}
    assert by_code["US-AL"] == ("dotted", "hatched", "stale")
    assert by_code["US-TX"] == ("dotted",)
    assert groups(picture(m))["US-AL"].attrib["fill"] == SCALE["podzol"].fill
    title = groups(picture(m))["US-AL"].find(f"{SVG}title")
    assert title is not None
    assert title.text == "Alabama (US-AL): Podzol; researched, not verified; contested; not checked recently"


def test_three_qualifiers_look_different() -> None:
    looks = {draw(VALUES, **{name: {"US-AL"}}).svg() for name in ("hatched", "dotted", "stale")}
    assert len(looks) == 3


def test_marks_are_drawn_beside_each_other_and_explained() -> None:
    law, local = maps.Mark("diamond", "General law"), maps.Mark("triangle", "Local rules", 4)
    m = draw(VALUES, marks={"US-TX": (law, local), "US-DC": law})
    on_map = [s for s in m.page.symbols if not s.in_legend]
    assert sorted(s.name for s in on_map) == ["diamond", "diamond", "triangle"]
    assert [s.count for s in on_map if s.name == "triangle"] == [4]
    assert {"General law", "Local rules"} <= set(words(picture(m)))


def test_a_mark_on_a_small_unit_leaves_its_fill_in_sight() -> None:
    m = draw({}, "world", marks={code: maps.Mark("diamond", "Law") for code in layout.of("world").by_code})
    sizes = {s.size for s in m.page.symbols if not s.in_legend}
    assert min(sizes) <= layout.DISC
    assert max(sizes) <= 90


def test_a_change_map_shows_only_what_changed() -> None:
    after = VALUES | {"US-AL": "luvisol", "US-OH": "none"}
    facts = {k: v for k, v in FACTS.items() if k != "day"}
    m = maps.change_map(VALUES, after, region="us", since=dt.date(2026, 11, 18), day=DAY, **facts)
    changed = {area.code: area.paint.key for area in m.page.areas if area.outlined}
    assert changed == {"US-AL": "luvisol", "US-OH": "none"}
    assert {area.paint.fill for area in m.page.areas if not area.outlined} == {"#ffffff"}
    spelt = words(picture(m))
    assert "2 changed from 18 November 2026 to 25 November 2026" in spelt
    assert "no change in this period" in spelt
    assert "Podzol → Luvisol" in m.svg()
    assert "US-OH,Ohio,US,none" in m.csv()


def test_a_label_stays_legible_on_every_fill() -> None:
    for category in SCALE.categories:
        ink = patterns.ink_on(category.fill)
        pair = dataclasses.replace(SCALE, categories=(maps.Category("ink", "Ink", ink, "I"), category), missing="ink")
        grey = next(p for p in pairs(pair) if p.vision == "grey")
        assert grey.distance > 40, category.key
