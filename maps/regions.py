"""Which regions can be drawn, and the boundaries of each as they lie in the shipped files (EPSG:4326).

Reading costs a GeoPandas import of some seconds, so that happens only when a region is asked for, once per process. This
module knows codes and names; it projects and draws nothing.
"""

from __future__ import annotations

import functools
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maps.errors import BoundariesUnreadable, UnknownCode, UnknownRegion

DATA = Path(__file__).parent / "data"
DIGESTS = "boundaries.sha256"
"""The file of `sha256sum` beside the boundaries; the build writes it."""
LAYERS = {
    "world": ("boundaries.gpkg", "countries"),
    "us": ("boundaries.gpkg", "us"),
    "us-counties": ("us_counties.gpkg", "us-counties"),
}
CREDITS = {
    "world": "Boundaries: Natural Earth, grouped by ISO 3166 code; no position on any territory is taken.",
    "us": "Boundaries: US Census Bureau, 2023.",
    "us-counties": "Boundaries: US Census Bureau, 2023.",
}
CREDIT_COUNTRY = "Boundaries: Natural Earth, grouped by ISO 3166-2 code; no position on any territory is taken."
PLACE_ID = re.compile(r"ocd-division/country:us/(state|territory|district):[a-z]{2}(/[a-z_]+:[^/:\s]+)+")


@dataclass(frozen=True)
class Unit:
    """One unit of a region: `geometry` is a shapely geometry in degrees, or None where no usable polygon exists."""

    code: str
    name: str
    parent: str | None
    footnote: str | None
    geometry: Any


@dataclass(frozen=True)
class Region:
    """A drawable region: its units by code, other codes by which they may be called, and land without a unit."""

    key: str
    name: str
    credit: str
    units: dict[str, Unit]
    aliases: dict[str, str]
    rest: Any = None

    def resolve(self, code: str) -> str:
        """The code under which a unit is drawn; raises UnknownCode for one that the region does not have."""
        if code in self.units:
            return code
        if code in self.aliases:
            return self.aliases[code]
        if self.key == "us-counties" and PLACE_ID.fullmatch(code):
            return code
        raise UnknownCode(f"region code {code!r} is not in {self.key!r}; its codes look like {sample(self.units)}")


def sample(units: dict[str, Unit]) -> str:
    return ", ".join(list(units)[:3])


def keys() -> list[str]:
    """Every region key that `load` accepts."""
    parents = {unit.parent for unit in subdivision_units() if unit.parent and unit.code}
    return [*LAYERS, *(f"country:{parent}" for parent in sorted(parents))]


@functools.cache
def load(key: str) -> Region:
    """The region named `key`: `us`, `world`, `us-counties` or `country:XX` (ISO 3166-1). Raises UnknownRegion."""
    if key.startswith("country:"):
        return load_country(key)
    if key not in LAYERS:
        raise UnknownRegion(f"region {key!r} is not known; use us, world, us-counties or country:XX")
    rows = read_layer(*LAYERS[key])
    units = {unit.code: unit for unit, _ in rows}
    aliases = {alias: unit.code for unit, alias in rows if alias}
    name = {"world": "World"}.get(key, "United States")
    return Region(key, name, CREDITS[key], units, aliases)


def load_country(key: str) -> Region:
    country = key.removeprefix("country:")
    rows = [unit for unit in subdivision_units() if unit.parent == country]
    units = {unit.code: unit for unit in rows if unit.code}
    if not units:
        raise UnknownRegion(f"region {key!r} has no subdivisions here; use world (or us for the United States)")
    rest = next((unit.geometry for unit in rows if not unit.code), None)
    return Region(key, load("world").units[country].name, CREDIT_COUNTRY, units, {}, rest)


@functools.cache
def subdivision_units() -> tuple[Unit, ...]:
    return tuple(unit for unit, _ in read_layer("boundaries.gpkg", "subdivisions"))


def check(file: str) -> None:
    """Raise BoundariesUnreadable where a shipped file of boundaries is missing or is not what was built: GDAL reads also half of one."""
    try:
        digest = hashlib.sha256((DATA / file).read_bytes()).hexdigest()
        sound = f"{digest}  {file}" in (DATA / DIGESTS).read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BoundariesUnreadable(f"the boundaries of maps cannot be read ({error}); install the program anew") from None
    if not sound:
        raise BoundariesUnreadable(f"the boundaries of maps in {file} are damaged; install the program anew")


def read_layer(file: str, layer: str) -> list[tuple[Unit, str | None]]:
    """Units of one layer with their alias, in the order of the file."""
    check(file)
    import geopandas

    frame = geopandas.read_file(DATA / file, layer=layer, engine="pyogrio")
    frame = frame.astype(object).where(frame.notna(), None)
    return [
        (Unit(row.code or "", row.name or "", row.parent, row.footnote, row.geometry), row.alias)
        for row in frame.itertuples(index=False)
    ]
