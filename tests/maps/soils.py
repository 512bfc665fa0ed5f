"""An invented subject for map tests: soil classes (constructed), and one way to draw them."""

import datetime as dt
from typing import Any

import maps

DAY = dt.date(2026, 11, 25)
SCALE = maps.Scale(
    "soils",
    (
        maps.Category("podzol", "Podzol", "#3b1f4f", "P"),
        maps.Category("vertisol", "Vertisol", "#7a4a8c", "V", "vertical"),
        maps.Category("gleysol", "Gleysol", "#3f6ea3", "G", "grid"),
        maps.Category("luvisol", "Luvisol", "#8fb7d9", "L", "horizontal"),
        maps.Category("arenosol", "Arenosol", "#e8c35a", "A", "back"),
        maps.Category("none", "Looked for, none found", "#f3ead2", "N"),
        maps.Category("unknown", "Not looked for", "#c9c9c9", "?", "dashes"),
    ),
    missing="unknown",
)
FACTS: dict[str, Any] = {
    "scale": SCALE,
    "title": "Soil classes <invented>",
    "day": DAY,
    "source_line": "Invented & unverified",
    "edition": "2026-W47",
}


def draw(values: dict[str, str], region: str = "us", **more: Any) -> maps.Map:
    return maps.choropleth(values, region=region, **FACTS | more)
