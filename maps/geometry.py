"""Plane geometry for the page: projecting, fitting into a box, whole-number rings, label points, discs kept apart.

Page units are tenths of a pixel, y downwards. Nothing here knows a region or a value.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import Any

Point = tuple[int, int]
Ring = tuple[Point, ...]
Box = tuple[int, int, int, int]  # left, top, right, bottom


def project(geometries: Sequence[Any], crs: str) -> list[Any]:
    import geopandas

    return list(geopandas.GeoSeries(list(geometries), crs="EPSG:4326").to_crs(crs))


def bounds(geometries: Iterable[Any]) -> tuple[float, float, float, float]:
    import shapely

    left, bottom, right, top = shapely.total_bounds(list(geometries))
    return float(left), float(bottom), float(right), float(top)


def fit(geometries: Sequence[Any], frame: tuple[float, float, float, float], box: Box) -> list[Any]:
    """Move and scale projected geometries so that `frame` fills `box`, centred, y downwards."""
    import shapely

    left, bottom, right, top = frame
    scale = min((box[2] - box[0]) / (right - left), (box[3] - box[1]) / (top - bottom))
    x0 = (box[0] + box[2]) / 2 - scale * (left + right) / 2
    y0 = (box[1] + box[3]) / 2 + scale * (bottom + top) / 2

    def onto_page(xy: Any) -> Any:
        return xy * (scale, -scale) + (x0, y0)

    return [shapely.transform(geometry, onto_page) for geometry in geometries]


def rings_of(geometry: Any) -> tuple[Ring, ...]:
    """Exterior and interior rings as whole page units, repeated points removed, collapsed rings dropped."""
    import shapely

    rings = []
    for part in shapely.get_parts(geometry):
        if part.geom_type != "Polygon":
            continue
        for ring in (part.exterior, *part.interiors):
            points = [(round(x), round(y)) for x, y in ring.coords]
            slim = tuple(point for point, _ in itertools.groupby(points))
            if len(set(slim)) > 2:
                rings.append(slim[:-1] if slim[0] == slim[-1] else slim)
    return tuple(rings)


def largest(geometry: Any) -> Any:
    import shapely

    return max(shapely.get_parts(geometry), key=lambda part: part.area)


def label_point(geometry: Any) -> Point:
    """The centre of the largest circle inside the largest part."""
    import shapely

    part = largest(geometry)
    line = shapely.maximum_inscribed_circle(part, tolerance=max(1.0, math.sqrt(part.area) / 50))
    return round(line.coords[0][0]), round(line.coords[0][1])


def is_roomy(geometry: Any, at: Point, label: str) -> bool:
    import shapely

    half = 40 * len(label) + 10
    return bool(geometry.contains(shapely.box(at[0] - half, at[1] - 55, at[0] + half, at[1] + 55)))


def spread(discs: list[Point], radius: int) -> list[Point]:
    """Push discs apart until none overlap: the same input gives the same places."""
    points = [(float(x), float(y)) for x, y in discs]
    reach = 2 * radius + 6
    for _ in range(400):
        moved = False
        for i, j in itertools.combinations(range(len(points)), 2):
            (ax, ay), (bx, by) = points[i], points[j]
            if not (-reach < bx - ax < reach and -reach < by - ay < reach):  # most pairs, and no root is needed to see it
                continue
            gap = math.hypot(bx - ax, by - ay)
            lack = reach - gap
            if lack > 0:
                ux, uy = ((bx - ax) / gap, (by - ay) / gap) if gap else (1.0, 0.0)
                points[i] = (ax - ux * lack / 2, ay - uy * lack / 2)
                points[j] = (bx + ux * lack / 2, by + uy * lack / 2)
                moved = True
        if not moved:
            break
    return [(round(x), round(y)) for x, y in points]


def cut_at(geometry: Any, meridian: float) -> Any:
    """Split at the edge of the map, so that no shape is smeared across the page."""
    import shapely

    sides = [shapely.box(-180, -90, meridian - 1e-6, 90), shapely.box(meridian + 1e-6, -90, 180, 90)]
    return shapely.union_all([shapely.intersection(geometry, side) for side in sides])
