"""Six formats, the same facts: parsable, repeatable, and nothing fetched."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PIL import Image

import maps
from maps import layout
from tests.maps.soils import SCALE, draw

VALUES = {"US-AL": "podzol", "US-TX": "none", "US-DC": "arenosol"}
MARKS = {"US-TX": maps.Mark("triangle", "Local rules", 4)}
QUALIFIED = {"hatched": {"US-AL"}, "dotted": {"US-TX"}, "stale": {"US-AL"}, "marks": MARKS}


@pytest.mark.parametrize("region", ["us", "world", "us-counties", "country:AU"])
def test_the_same_input_gives_the_same_bytes(region: str) -> None:
    first, second = draw({}, region), draw({}, region)
    layout.of.cache_clear()
    third = draw({}, region)
    for form in ("svg", "html", "geojson", "csv"):
        assert getattr(first, form)() == getattr(second, form)() == getattr(third, form)()


@pytest.mark.parametrize("region", ["us", "world", "us-counties", "country:AU"])
def test_the_svg_stands_alone(region: str) -> None:
    text = draw({}, region).svg()
    root = ET.fromstring(text)
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(set(ids)) == len(ids)
    used = set(re.findall(r'(?:url\(|href=")#([^")]+)', text))
    assert used <= set(ids)
    assert re.findall(r"https?://[^\"]*", text) == ["http://www.w3.org/2000/svg"]
    assert "<script" not in text


def test_two_pictures_can_share_a_page() -> None:
    def ids(m: maps.Map) -> set[str]:
        return {element.attrib["id"] for element in ET.fromstring(m.svg()).iter() if "id" in element.attrib}

    assert not ids(draw(VALUES)) & ids(draw({}))


def test_pictures_stay_small() -> None:
    assert len(draw({}, "us").svg()) < 200_000
    assert len(draw({}, "world").svg()) < 500_000


def test_png_has_the_width_asked_for_and_the_colours_of_the_scale(tmp_path: Path) -> None:
    target = tmp_path / "map.png"
    draw(VALUES, **QUALIFIED).png(target, 960)
    with Image.open(target) as image:
        assert image.width == 960
        seen = {colour for _, colour in image.convert("RGB").getcolors(1 << 24)}
    for key in ("podzol", "none", "arenosol", "unknown"):
        fill = SCALE[key].fill
        assert tuple(int(fill[n : n + 2], 16) for n in (1, 3, 5)) in seen


def test_png_and_svg_paint_the_same_place_alike(tmp_path: Path) -> None:
    """The colour at a state's label point, a little aside of the letters, is the state's fill in both."""
    target = tmp_path / "map.png"
    m = draw({"US-KS": "podzol", "US-NE": "none"})
    m.png(target, m.page.width // 10)
    areas = {area.code: area for area in m.page.areas}
    with Image.open(target) as image:
        for code, key in (("US-KS", "podzol"), ("US-NE", "none")):
            xs, ys = zip(*areas[code].rings[0], strict=True)
            at = ((2 * min(xs) + max(xs)) // 30, (min(ys) + max(ys)) // 20)
            fill = SCALE[key].fill
            assert image.convert("RGB").getpixel(at) == tuple(int(fill[n : n + 2], 16) for n in (1, 3, 5))


def test_pdf_is_one_undated_page(tmp_path: Path) -> None:
    target = tmp_path / "map.pdf"
    draw(VALUES, "us", **QUALIFIED).pdf(target)
    raw = target.read_bytes()
    assert raw.startswith(b"%PDF")
    assert raw.count(b"/Type /Page ") == 1
    assert b"CreationDate" not in raw


def test_the_csv_has_a_row_for_every_unit() -> None:
    rows = list(csv.DictReader(io.StringIO(draw(VALUES, **QUALIFIED, notes={"US-TX": 'Clay, "heavy"'}).csv())))
    assert len(rows) == 56
    by_code = {row["code"]: row for row in rows}
    assert by_code["US-AL"] | {} == {
        "code": "US-AL",
        "name": "Alabama",
        "parent": "US",
        "category": "podzol",
        "label": "Podzol",
        "contested": "yes",
        "researched_not_verified": "no",
        "not_checked_recently": "yes",
        "marks": "",
        "note": "",
        "drawn": "yes",
    }
    assert by_code["US-TX"]["marks"] == "Local rules: 4"
    assert by_code["US-TX"]["note"] == 'Clay, "heavy"'
    assert by_code["US-OH"]["category"] == "unknown"


def test_the_geojson_carries_the_rows_and_the_shapes() -> None:
    collection = json.loads(draw({"AQ": "podzol"}, "world").geojson())
    features = {feature["id"]: feature for feature in collection["features"]}
    assert len(features) == 250
    assert features["AQ"]["properties"]["drawn"] == "no"
    assert features["TH"]["geometry"]["type"] == "MultiPolygon"
    assert collection["edition"] == "2026-W47"
    missing = json.loads(draw({}, "country:MA").geojson())["features"]
    assert all(feature["geometry"] is None for feature in missing)


def test_a_picture_is_the_same_in_every_process() -> None:
    """Python orders the members of a set anew in each process: none may reach the bytes."""
    script = (
        "from tests.maps.soils import draw\n"
        "from hashlib import sha256\n"
        "m = draw({'US-AL': 'podzol'}, hatched={'US-AL'}, dotted={'US-AL'}, stale={'US-AL'})\n"
        "print(sha256((m.svg() + m.html() + m.geojson() + m.csv()).encode()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", script], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(found) == 1
