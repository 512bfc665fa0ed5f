"""Tiles and symbols that double colour: one description, drawn alike by the SVG and the raster writer.

Lengths are page units (ten to a pixel). Category patterns are horizontal, vertical or leaning back; overlays (contested,
researched, not checked) lean forward, are dots or are a dashed edge, so that each stays legible on each. Together they
cover well under half of a fill.
"""

from __future__ import annotations

from dataclasses import dataclass

from maps.errors import BadScale

TILE = 80
DARK, LIGHT = "#1a1a1a", "#ffffff"

Segment = tuple[int, int, int, int]


@dataclass(frozen=True)
class Tile:
    """What one square of `TILE` units repeats: line segments of `width`, and dots as (x, y, radius)."""

    lines: tuple[Segment, ...] = ()
    dots: tuple[tuple[int, int, int], ...] = ()
    width: int = 8
    opacity: float = 0.4


CATEGORY_PATTERNS: dict[str, Tile] = {
    "none": Tile(),
    "horizontal": Tile(lines=((0, 20, 80, 20), (0, 60, 80, 60))),
    "vertical": Tile(lines=((20, 0, 20, 80), (60, 0, 60, 80))),
    "grid": Tile(lines=((0, 20, 80, 20), (20, 0, 20, 80))),
    "back": Tile(lines=((-20, -20, 100, 100), (60, -20, 100, 20), (-20, 60, 20, 100))),
    "dashes": Tile(lines=((10, 20, 40, 20), (50, 60, 80, 60)), width=10),
}
HATCHED, DOTTED, STALE = "hatched", "dotted", "stale"
OVERLAY_TILES: dict[str, Tile] = {
    HATCHED: Tile(lines=((-20, 100, 100, -20), (-20, 20, 20, -20), (60, 100, 100, 60)), width=13, opacity=0.9),
    DOTTED: Tile(dots=((40, 0, 8), (40, 80, 8), (0, 40, 8), (80, 40, 8)), opacity=0.85),
}
OVERLAY_LABELS = {
    HATCHED: "contested",
    DOTTED: "researched, not verified",
    STALE: "not checked recently",
}
STALE_DASH, STALE_WIDTH = (30, 25), 16

# Outlines in a square from -50 to 50, drawn at the size asked for.
SYMBOLS: dict[str, tuple[tuple[int, int], ...]] = {
    "triangle": ((0, -50), (48, 38), (-48, 38)),
    "diamond": ((0, -52), (52, 0), (0, 52), (-52, 0)),
    "square": ((-42, -42), (42, -42), (42, 42), (-42, 42)),
    "cross": ((-16, -50), (16, -50), (16, -16), (50, -16), (50, 16), (16, 16),
              (16, 50), (-16, 50), (-16, 16), (-50, 16), (-50, -16), (-16, -16)),
}  # fmt: skip


def ink_on(fill: str) -> str:
    """Dark or light ink, whichever stands out on `fill` (#rrggbb)."""
    if len(fill) != 7:
        raise BadScale(f"fill {fill!r} is not #rrggbb")
    red, green, blue = (int(fill[n : n + 2], 16) for n in (1, 3, 5))
    return DARK if 0.299 * red + 0.587 * green + 0.114 * blue > 140 else LIGHT
