"""The shipped boundary files hold every code that they promise, under today's codes."""

import shutil
import subprocess
import sys
from pathlib import Path

import pycountry
import pytest
import shapely

from maps import BoundariesUnreadable, UnknownCode, UnknownRegion, layout, regions


def test_the_world_has_every_iso_country_and_kosovo() -> None:
    wanted = {country.alpha_2 for country in pycountry.countries} | {"XK"}
    units = regions.load("world").units
    assert set(units) == wanted
    assert all(unit.geometry is not None and unit.geometry.area > 0 for unit in units.values())


def test_the_united_states_are_51_and_five_territories() -> None:
    codes = set(regions.load("us").units)
    assert {"US-PR", "US-GU", "US-VI", "US-AS", "US-MP", "US-DC"} < codes
    assert len(codes) == 56


@pytest.mark.parametrize(
    ("code", "point"),
    [
        ("UA-43", (34.4, 45.3)),  # de facto data carry it elsewhere; the ISO prefix wins
        ("MX-CMX", (-99.13, 19.4)),
        ("IN-TS", (78.5, 17.4)),
        ("IN-OD", (85.8, 20.3)),
        ("ZA-GP", (28.0, -26.1)),
        ("ZA-KZN", (30.5, -29.0)),
        ("NO-46", (6.5, 60.5)),
        ("NO-55", (19.0, 69.2)),
        ("PL-14", (21.0, 52.2)),
        ("FR-IDF", (2.35, 48.85)),
        ("FR-GES", (7.6, 48.4)),
        ("GB-SCT", (-4.0, 56.8)),
        ("GB-NIR", (-6.5, 54.6)),
        ("IT-25", (9.5, 45.6)),
        ("ES-AN", (-4.7, 37.5)),
        ("PH-00", (121.03, 14.62)),
        ("IR-23", (51.4, 35.6)),
        ("CZ-10", (14.43, 50.08)),
        ("ID-JK", (106.83, -6.25)),
    ],
)
def test_old_and_second_level_codes_are_brought_to_iso(code: str, point: tuple[float, float]) -> None:
    geometry = regions.load(f"country:{code[:2]}").units[code].geometry
    assert geometry.contains(shapely.Point(point))


@pytest.mark.parametrize(
    ("code", "point"),
    [("UA", (34.4, 45.3)), ("EH", (-13.0, 25.0)), ("FR", (2.3, 48.8)), ("NO", (10.5, 61.5)), ("GF", (-53.0, 4.0))],
)
def test_a_country_holds_its_point(code: str, point: tuple[float, float]) -> None:
    holders = [c for c, unit in regions.load("world").units.items() if unit.geometry.contains(shapely.Point(point))]
    assert holders == [code]


def test_contested_areas_carry_a_footnote() -> None:
    units = regions.load("world").units
    assert "UA-43" in (units["UA"].footnote or "")
    assert units["XK"].footnote
    assert units["FR"].footnote is None


def test_a_code_that_a_redrawn_country_reused_has_no_polygon() -> None:
    units = regions.load("country:MA").units
    assert units["MA-02"].geometry is None
    assert layout.of("country:MA").ground


def test_counties_answer_to_their_division_ids() -> None:
    region = regions.load("us-counties")
    assert len(region.units) > 3200
    assert all(unit.geometry.area > 0 for unit in region.units.values())
    assert region.units["01001"].name == "Autauga, AL"
    assert region.resolve("ocd-division/country:us/state:al/county:autauga") == "01001"
    assert region.resolve("ocd-division/country:us/state:la/parish:orleans") == "22071"
    assert region.resolve("ocd-division/country:us/state:md/place:baltimore") == "24510"


def test_the_world_answers_to_the_american_code_of_a_territory() -> None:
    assert regions.load("world").resolve("US-PR") == "PR"


def test_unknown_names_are_refused_by_name() -> None:
    for key in ("mars", "country:ZZ"):
        with pytest.raises(UnknownRegion, match=key):
            regions.load(key)
    with pytest.raises(UnknownCode, match="US-ZZ"):
        regions.load("us").resolve("US-ZZ")
    with pytest.raises(UnknownCode, match="99999"):
        regions.load("us-counties").resolve("99999")


def test_every_listed_region_key_has_units() -> None:
    keys = regions.keys()
    assert {"us", "world", "us-counties", "country:AU", "country:TH"} <= set(keys)
    assert "country:US" not in keys


def test_importing_the_package_does_not_load_the_heavy_libraries() -> None:
    code = "import sys, maps; print(sorted({'geopandas', 'matplotlib', 'shapely', 'pandas'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_damaged_boundaries_are_told_and_never_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GDAL reads also half of a file, or one with other borders."""
    for file, _ in regions.LAYERS.values():
        regions.check(file)
    data = tmp_path / "data"
    shutil.copytree(regions.DATA, data)
    monkeypatch.setattr(regions, "DATA", data)
    whole = (data / "boundaries.gpkg").read_bytes()
    for broken in (whole[: len(whole) // 2], whole[:-1] + b"x", b""):
        (data / "boundaries.gpkg").write_bytes(broken)
        with pytest.raises(BoundariesUnreadable, match=r"boundaries\.gpkg are damaged; install the program anew"):
            regions.read_layer("boundaries.gpkg", "us")
    (data / "boundaries.gpkg").unlink()
    with pytest.raises(BoundariesUnreadable, match="cannot be read"):
        regions.read_layer("boundaries.gpkg", "us")
