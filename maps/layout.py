"""Where every unit of a region lies on the page: projection, insets, discs for small areas, labels, callouts.

Lengths are page units, ten to a pixel, y downwards, origin at the top left of the map. A layout depends on the region
alone, never on values, so it is worked out once per process. It paints nothing.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from maps import regions
from maps.geometry import (
    Box,
    Point,
    Ring,
    bounds,
    cut_at,
    fit,
    is_roomy,
    label_point,
    largest,
    project,
    rings_of,
    spread,
)
from maps.regions import Region, Unit

WIDTH = 9600
MARGIN = 200
DISC = 34
SMALL_WORLD, SMALL_COUNTRY, SMALL_COUNTY = 2_500, 4_000, 1_200  # square page units
LEAST_GROUND = 20_000


@dataclass(frozen=True)
class Place:
    """One unit on the page: its rings (even-odd) or a disc (x, y, radius), and where a label or a mark stands.

    `extent` is the side of a square of the same area; `roomy` tells whether a label fits inside; a `callout` is a swatch
    apart, joined by a leader line. A county has both rings and a disc if it is small: the disc is for those with a value.
    """

    code: str
    name: str
    label: str
    rings: tuple[Ring, ...]
    anchor: Point
    extent: int
    disc: tuple[int, int, int] | None = None
    roomy: bool = False
    callout: Box | None = None
    show_label: bool = False


@dataclass(frozen=True)
class Inset:
    """A framed part of the page with a projection of its own, and the name written in it."""

    label: str
    box: Box


@dataclass(frozen=True)
class Layout:
    """A whole region on the page; `ground` is land without a unit, `lines` are borders drawn on top."""

    region: Region
    height: int
    places: tuple[Place, ...]
    insets: tuple[Inset, ...] = ()
    ground: tuple[Ring, ...] = ()
    lines: tuple[Ring, ...] = ()
    leaders: tuple[tuple[Point, Point], ...] = ()
    not_drawn: tuple[Unit, ...] = ()
    captions: tuple[tuple[Point, str], ...] = ()
    by_code: dict[str, Place] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        self.by_code.update({place.code: place for place in self.places})


@dataclass(frozen=True)
class Panel:
    """A projection (PROJ string) fitted into a box; `clip` cuts degrees first, `members` are codes of units or parents."""

    label: str
    crs: str
    box: Box
    members: frozenset[str] | None
    clip: tuple[float, float, float, float] | None = None


US_INSETS = (
    Panel("Alaska", "EPSG:3338", (200, 4700, 2250, 6350), frozenset({"US-AK"})),
    Panel("Hawaii", "+proj=aea +lat_1=8 +lat_2=18 +lat_0=20.5 +lon_0=-157.5", (2350, 4980, 3600, 6350),
          frozenset({"US-HI"}), (-160.6, 18.7, -154.6, 22.4)),
    Panel("American Samoa", "+proj=laea +lat_0=-14.3 +lon_0=-170.7", (3700, 5520, 4800, 6350),
          frozenset({"US-AS"}), (-170.95, -14.45, -170.45, -14.2)),
    Panel("Guam", "+proj=laea +lat_0=13.45 +lon_0=144.8", (4900, 5520, 5600, 6350), frozenset({"US-GU"})),
    Panel("N. Marianas", "+proj=laea +lat_0=15.1 +lon_0=145.7", (5700, 5520, 6600, 6350),
          frozenset({"US-MP"}), (145.5, 14.9, 145.9, 15.35)),
    Panel("Puerto Rico", "+proj=laea +lat_0=18.2 +lon_0=-66.4", (6700, 5520, 8050, 6350),
          frozenset({"US-PR"}), (-67.4, 17.8, -65.1, 18.6)),
    Panel("Virgin Islands", "+proj=laea +lat_0=18 +lon_0=-64.8", (8150, 5520, 9400, 6350), frozenset({"US-VI"})),
)  # fmt: skip
US_MAIN = Panel("", "EPSG:5070", (100, 100, 8850, 5450), None)
US_HEIGHT = 6400
EAST_CALLOUTS = ("MA", "RI", "CT", "NJ", "DE", "MD", "DC")
NORTH_CALLOUTS = ("VT", "NH")


@functools.cache
def of(key: str) -> Layout:
    """The layout of a region; raises UnknownRegion for one that is not known."""
    region = regions.load(key)
    if key == "world":
        return world(region)
    return us(region) if key in {"us", "us-counties"} else country(region)


def place(unit: Unit, geometry: Any, small: int, label: str = "") -> Place:
    """A unit on the page; one below `small` square units becomes a disc."""
    at = label_point(geometry)
    extent = round(math.sqrt(geometry.area))
    if geometry.area < small:
        return Place(unit.code, unit.name, label, (), at, extent, disc=(*at, DISC))
    roomy = is_roomy(geometry, at, label or "XX")
    return Place(unit.code, unit.name, label, rings_of(geometry), at, extent, roomy=roomy)


def with_spread_discs(places: Sequence[Place]) -> tuple[Place, ...]:
    small = [p for p in places if p.disc]
    moved = dict(zip((p.code for p in small), spread([p.anchor for p in small], DISC), strict=True))
    return tuple(replace(p, anchor=moved[p.code], disc=(*moved[p.code], DISC)) if p.code in moved else p for p in places)


# ---------------------------------------------------------------- world


def world(region: Region) -> Layout:
    """Equal Earth centred on 11° E (the edge runs through the Bering Strait); Antarctica is left out."""
    units = [unit for unit in region.units.values() if unit.code != "AQ"]
    flat = project([cut_at(unit.geometry, -169.0) for unit in units], "+proj=eqearth +lon_0=11")
    frame = bounds(flat)
    height = round((WIDTH - 500) * (frame[3] - frame[1]) / (frame[2] - frame[0])) + 200
    page = fit(flat, frame, (250, 100, WIDTH - 250, height - 100))
    places = [place(unit, geometry, SMALL_WORLD) for unit, geometry in zip(units, page, strict=True)]
    return Layout(region, height, with_spread_discs(places), not_drawn=(region.units["AQ"],))


# ---------------------------------------------------------------- United States


def us(region: Region) -> Layout:
    """Albers for the 48 states and DC; Alaska, Hawaii (main islands) and each territory in a frame of its own."""
    counties = region.key == "us-counties"
    in_insets = frozenset(code for panel in US_INSETS for code in panel.members or ())
    places: list[Place] = []
    lines: list[Ring] = []
    for panel in (US_MAIN, *US_INSETS):
        units = [u for u in region.units.values() if belongs(u, panel, in_insets)]
        placed = fill_panel(units, panel, counties)
        places += placed
        if counties:
            lines += [ring for p in state_places(panel, in_insets) for ring in p.rings]
    order = {code: n for n, code in enumerate(region.units)}
    places.sort(key=lambda p: order[p.code])
    insets = tuple(Inset(f"{p.label} ({min(p.members or ())[3:]})", p.box) for p in US_INSETS)
    if counties:
        drawn = {p.code for p in places}
        clipped_away = tuple(unit for code, unit in region.units.items() if code not in drawn)
        return Layout(region, US_HEIGHT, tuple(places), insets, lines=tuple(lines), not_drawn=clipped_away)
    with_callouts, leaders = add_callouts(places)
    return Layout(region, US_HEIGHT, with_callouts, insets, leaders=leaders)


def belongs(unit: Unit, panel: Panel, in_insets: frozenset[str]) -> bool:
    state = unit.code if unit.code.startswith("US-") else unit.parent
    return state not in in_insets if panel.members is None else state in panel.members


def fill_panel(units: Sequence[Unit], panel: Panel, counties: bool) -> list[Place]:
    """Project the units of a panel into its box; the clip keeps the main islands, never drops a whole unit."""
    import shapely

    cut = shapely.box(*panel.clip) if panel.clip else None
    shapes = [clipped(unit.geometry, cut) for unit in units]
    flat = project(shapes, panel.crs)
    page = fit(flat, bounds(g for g in flat if cut is None or not g.is_empty), inner(panel))
    pairs = [(unit, geometry) for unit, geometry in zip(units, page, strict=True) if not geometry.is_empty]
    if counties:
        return [county_place(unit, geometry) for unit, geometry in pairs]
    return [place(unit, geometry, 0, unit.code[3:]) for unit, geometry in pairs]


def county_place(unit: Unit, geometry: Any) -> Place:
    whole = place(unit, geometry, 0)
    return replace(whole, disc=(*whole.anchor, DISC)) if geometry.area < SMALL_COUNTY else whole


def clipped(geometry: Any, cut: Any) -> Any:
    import shapely

    return geometry if cut is None else shapely.intersection(geometry, cut)


def inner(panel: Panel) -> Box:
    left, top, right, bottom = panel.box
    return panel.box if panel.members is None else (left + 60, top + 190, right - 60, bottom - 60)


def state_places(panel: Panel, in_insets: frozenset[str]) -> list[Place]:
    states = [u for u in regions.load("us").units.values() if belongs(u, panel, in_insets)]
    return fill_panel(states, panel, counties=False)


def add_callouts(places: Sequence[Place]) -> tuple[tuple[Place, ...], tuple[tuple[Point, Point], ...]]:
    """Swatches in the sea for the small states of the East, two above for Vermont and New Hampshire."""
    by_label = {p.label: p for p in places}
    boxes = {label: (8640, 1850 + 230 * n, 8960, 2040 + 230 * n) for n, label in enumerate(EAST_CALLOUTS)}
    boxes |= {label: (7350 + 430 * n, 420, 7670 + 430 * n, 610) for n, label in enumerate(NORTH_CALLOUTS)}
    leaders = []
    for label, (left, top, right, bottom) in boxes.items():
        start = (left, (top + bottom) // 2) if label in EAST_CALLOUTS else ((left + right) // 2, bottom)
        leaders.append((start, by_label[label].anchor))
    insets = {code[3:] for panel in US_INSETS for code in panel.members or ()}
    done = tuple(
        replace(p, callout=boxes.get(p.label), show_label=p.label not in boxes and p.label not in insets - {"AK"}) for p in places
    )
    return done, tuple(leaders)


# ---------------------------------------------------------------- one country


def country(region: Region) -> Layout:
    """Lambert azimuthal equal-area about the largest land; far islands become discs in a row below the map."""
    import shapely

    units = [unit for unit in region.units.values() if unit.geometry is not None]
    shapes = [unit.geometry for unit in units] + ([region.rest] if region.rest is not None else [])
    centre = largest(shapely.union_all(shapes)).centroid
    flat = project(shapes, f"+proj=laea +lat_0={centre.y:.3f} +lon_0={centre.x:.3f}")
    frame = home_frame(flat)
    window = shapely.box(*frame)
    width, tall = WIDTH - 2 * MARGIN, 6600
    height = min(tall, round(width * (frame[3] - frame[1]) / (frame[2] - frame[0])))
    inside = [shapely.intersection(shapely.make_valid(g), window) for g in flat]
    page = fit(inside, frame, (MARGIN, 100, WIDTH - MARGIN, 100 + height))
    near, far = [], []
    for unit, geometry in zip(units, page, strict=False):
        if geometry.is_empty or geometry.area == 0:
            far.append(unit)
        else:
            near.append(place(unit, geometry, SMALL_COUNTRY, unit.code[3:]))
    outlying, captions, extra = outlying_row(far, height + 350)
    places = tuple(labelled(p) for p in with_spread_discs(near)) + outlying
    order = {code: n for n, code in enumerate(region.units)}
    return Layout(
        region,
        height + 200 + extra,
        tuple(sorted(places, key=lambda p: order[p.code])),
        ground=rings_of(page[-1]) if region.rest is not None and page[-1].area > LEAST_GROUND else (),
        not_drawn=tuple(unit for unit in region.units.values() if unit.geometry is None),
        captions=captions,
    )


def labelled(p: Place) -> Place:
    return replace(p, show_label=p.roomy)


def home_frame(flat: Sequence[Any]) -> tuple[float, float, float, float]:
    """The bounds of the main land and of what lies near it, grown part by part, with a small margin."""
    import shapely

    parts = [p for g in flat for p in shapely.get_parts(g) if p.geom_type == "Polygon"]
    parts.sort(key=lambda part: -part.area)
    total = sum(part.area for part in parts)
    leading = [largest(g) for g in flat]
    candidates = [p for p in parts if p.area > 0.004 * total] + leading
    frame, waiting, grew = shapely.bounds(parts[0]).tolist(), candidates, True
    while grew:
        reach = 0.32 * math.hypot(frame[2] - frame[0], frame[3] - frame[1])
        home = shapely.box(*frame)
        near = [p for p in waiting if p.distance(home) <= reach]
        waiting = [p for p in waiting if p.distance(home) > reach]
        grew = bool(near)
        if near:
            frame = shapely.total_bounds([home, *near]).tolist()
    pad = 0.015 * max(frame[2] - frame[0], frame[3] - frame[1])
    return frame[0] - pad, frame[1] - pad, frame[2] + pad, frame[3] + pad


def outlying_row(far: Sequence[Unit], top: int) -> tuple[tuple[Place, ...], tuple[tuple[Point, str], ...], int]:
    """Discs with names, four to a row, for units that lie too far away for the frame."""
    places, captions = [], []
    for n, unit in enumerate(far):
        at = (MARGIN + 150 + (n % 4) * 2300, top + (n // 4) * 240)
        places.append(Place(unit.code, unit.name, unit.code[3:], (), at, 2 * DISC, disc=(*at, 2 * DISC)))
        captions.append(((at[0] + 110, at[1] + 40), f"{unit.name} (far off)"))
    return tuple(places), tuple(captions), 240 * math.ceil(len(far) / 4) + (200 if far else 0)
