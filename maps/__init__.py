"""Cartography as a library: `{region code: category}` drawn as SVG, PNG, PDF, HTML, GeoJSON and CSV.

It knows boundaries, projections, insets, palettes and pictures. It knows no subject and no database: categories are opaque
keys of a `Scale` that the caller hands in. GeoPandas and matplotlib are imported only when a map is drawn.
"""

from maps.choropleth import Map, change_map, choropleth
from maps.errors import BadScale, BoundariesUnreadable, MapError, UnknownCategory, UnknownCode, UnknownRegion
from maps.scale import Category, Mark, Scale

__all__ = [
    "BadScale",
    "BoundariesUnreadable",
    "Category",
    "Map",
    "MapError",
    "Mark",
    "Scale",
    "UnknownCategory",
    "UnknownCode",
    "UnknownRegion",
    "change_map",
    "choropleth",
]
