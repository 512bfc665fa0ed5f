"""Write a page as PNG or PDF through matplotlib: the same shapes, at the same places, as the SVG.

One page unit is a tenth of a CSS pixel; a figure is 100 CSS pixels to the inch. Dates are kept out of the files.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from maps import patterns
from maps.geometry import Ring
from maps.page import EDGE, GROUND, INK, Area, Page, Stroke, Swatch, Symbol, Text
from maps.patterns import CATEGORY_PATTERNS, OVERLAY_TILES, TILE, Segment, Tile

UNITS_PER_INCH = 1000
POINTS = 72 / UNITS_PER_INCH  # points in one page unit
FACES = ("Helvetica", "Arial", "Liberation Sans", "DejaVu Sans")


def write(page: Page, path: Path, width_px: int = 1920) -> None:
    """Draw `page` into `path`; the suffix (.png, .pdf) decides the format, `width_px` counts for PNG only."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with rc_context({"font.family": face(), "pdf.fonttype": 42, "hatch.linewidth": 0.5}):
        figure = Figure(figsize=(page.width / UNITS_PER_INCH, page.height / UNITS_PER_INCH))
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, page.width), ylim=(page.height, 0))
        axes.set_axis_off()
        draw(page, axes)
        dates: dict[str, Any] = {"CreationDate": None, "ModDate": None} if path.suffix == ".pdf" else {}
        figure.savefig(path, dpi=width_px * UNITS_PER_INCH / page.width, metadata={"Title": page.title, **dates})


@functools.cache
def face() -> str:
    """The first of `FACES` that is installed; DejaVu Sans comes with matplotlib."""
    from matplotlib import font_manager

    installed = set(font_manager.get_font_names())
    return next(name for name in FACES if name in installed)


def draw(page: Page, axes: Any) -> None:
    if page.ground:
        place(axes, outline(page.ground, facecolor=GROUND, edgecolor=EDGE, linewidth=4 * POINTS, zorder=1))
    for area in page.areas:
        draw_painted(axes, area, shape_of(area), zorder=2)
    for line in page.strokes:
        draw_stroke(axes, line)
    for swatch in page.swatches:
        left, top, right, bottom = swatch.box
        draw_painted(axes, swatch, (((left, top), (right, top), (right, bottom), (left, bottom)),), zorder=5)
    for symbol in page.symbols:
        draw_symbol(axes, symbol)
    for text in page.texts:
        draw_text(axes, text)


def shape_of(area: Area) -> tuple[Ring, ...]:
    if area.disc is None:
        return area.rings
    import math

    x, y, r = area.disc
    turns = (2 * math.pi * n / 24 for n in range(24))
    return (tuple((round(x + r * math.cos(t)), round(y + r * math.sin(t))) for t in turns),)


def place(axes: Any, patch: Any) -> None:
    # Not `add_patch`, which follows every curve to widen the axes: these have the size of the page, and it took a third of the time.
    axes.add_artist(patch)


def outline(rings: tuple[Ring, ...], **style: Any) -> Any:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    points = [point for ring in rings for point in (*ring, ring[0])]
    codes = [code for ring in rings for code in (1, *[2] * (len(ring) - 1), 79)]
    return PathPatch(Outline(points, codes), joinstyle="round", **style)


def draw_painted(axes: Any, item: Area | Swatch, rings: tuple[Ring, ...], zorder: float) -> None:
    edge, width = (INK, 16) if item.outlined else (EDGE, 5)
    fill = outline(rings, facecolor=item.paint.fill, edgecolor=edge, linewidth=width * POINTS, zorder=zorder)
    place(axes, fill)
    ink = patterns.ink_on(item.paint.fill)
    tiles = [CATEGORY_PATTERNS[item.paint.pattern]]
    tiles += [OVERLAY_TILES[name] for name in sorted(item.overlays) if name in OVERLAY_TILES]
    for tile in tiles:
        draw_tile(axes, tile, ink, rings, fill, zorder + 0.5)
    if patterns.STALE in item.overlays:
        dash = (0, tuple(length / patterns.STALE_WIDTH for length in patterns.STALE_DASH))
        style = {"linewidth": patterns.STALE_WIDTH * POINTS, "linestyle": dash, "zorder": zorder + 0.7}
        place(axes, outline(rings, facecolor="none", edgecolor=INK, capstyle="butt", **style))


def draw_tile(axes: Any, tile: Tile, ink: str, rings: tuple[Ring, ...], clip: Any, zorder: float) -> None:
    """Repeat the tile over the shape, on the same grid as the SVG, clipped to the shape."""
    from matplotlib.collections import EllipseCollection, LineCollection

    corners = [(column * TILE, row * TILE) for column, row in cells(rings) if tile.lines or tile.dots]
    if not corners:
        return
    style = {"alpha": tile.opacity, "zorder": zorder}
    lines = within(tile)
    segments = [((x + a, y + b), (x + c, y + d)) for x, y in corners for a, b, c, d in lines]
    drawn: Any = LineCollection(segments, colors=ink, linewidths=tile.width * POINTS, **style)
    if tile.dots:
        centres = [(x + a, y + b) for x, y in corners for a, b, _ in tile.dots]
        size = 2 * tile.dots[0][2]
        drawn = EllipseCollection(
            [size], [size], [0], units="xy", offsets=centres, offset_transform=axes.transData,
            facecolors=ink, edgecolors="none", **style,
        )  # fmt: skip
    axes.add_collection(drawn, autolim=False)
    drawn.set_clip_path(clip.get_path(), axes.transData)


def within(tile: Tile) -> list[Segment]:
    """The lines of a tile cut at its edge: here tiles are not clipped, and an overlap would print twice as dark."""
    import shapely

    square = shapely.box(0, 0, TILE, TILE)
    cut = [shapely.intersection(shapely.LineString([(a, b), (c, d)]), square) for a, b, c, d in tile.lines]
    ends = [[round(n) for point in line.coords for n in point] for line in cut if line.length > 0]
    return [(a, b, c, d) for a, b, c, d in ends]


def cells(rings: tuple[Ring, ...]) -> list[tuple[int, int]]:
    """The grid cells of the bounding boxes of the rings, each once."""
    grid_cells: set[tuple[int, int]] = set()
    for ring in rings:
        xs, ys = [x for x, _ in ring], [y for _, y in ring]
        columns = range(min(xs) // TILE, max(xs) // TILE + 1)
        grid_cells |= {(column, row) for column in columns for row in range(min(ys) // TILE, max(ys) // TILE + 1)}
    return sorted(grid_cells)


def draw_stroke(axes: Any, line: Stroke) -> None:
    points = (*line.points, line.points[0]) if line.closed else line.points
    xs, ys = zip(*points, strict=True)
    axes.plot(xs, ys, color=line.colour, linewidth=line.width * POINTS, zorder=4, solid_joinstyle="round")


def draw_symbol(axes: Any, symbol: Symbol) -> None:
    (x, y), size = symbol.at, symbol.size
    edge = min(16, size // 6)
    ring = tuple((x + a * size // 100, y + b * size // 100) for a, b in patterns.SYMBOLS[symbol.name])
    place(axes, outline((ring,), facecolor="#ffffff", edgecolor="#ffffff", linewidth=edge * POINTS, zorder=6))
    place(axes, outline((ring,), facecolor=INK, edgecolor="none", zorder=6.1))
    if symbol.count is not None:
        draw_text(axes, Text((x + size * 6 // 10, y + 38), str(symbol.count), 100, bold=True, halo="#ffffff"))


def draw_text(axes: Any, text: Text) -> None:
    from matplotlib.patheffects import withStroke

    anchor = {"start": "left", "middle": "center", "end": "right"}[text.anchor]
    weight = "bold" if text.bold else "normal"
    halo = [withStroke(linewidth=30 * POINTS, foreground=text.halo)] if text.halo else []
    axes.text(
        *text.at, text.text, fontsize=text.size * POINTS, ha=anchor, va="baseline", color=text.colour, weight=weight,
        path_effects=halo, zorder=7, parse_math=False,
    )  # fmt: skip
