"""Write a page as one compact inline SVG: whole numbers, relative lines, no script, no external reference.

Ids carry a prefix made from the content, so that several pictures can stand in one HTML page. Each unit's outline is written
once; category patterns and overlays reuse it.
"""

from __future__ import annotations

import hashlib
from html import escape

from maps import patterns
from maps.geometry import Ring
from maps.page import EDGE, GROUND, INK, Area, Page, Stroke, Swatch, Symbol, Text
from maps.patterns import CATEGORY_PATTERNS, OVERLAY_TILES, TILE, Tile

FONT = "Helvetica,Arial,'Liberation Sans',sans-serif"
NAMESPACE = "http://www.w3.org/2000/svg"


def write(page: Page) -> str:
    """The page as an SVG element of 960 CSS pixels' width that scales with its container."""
    prefix = "m" + hashlib.sha256(repr(page).encode()).hexdigest()[:8]
    parts = [
        f'<svg xmlns="{NAMESPACE}" viewBox="0 0 {page.width} {page.height}" width="{page.width // 10}" '
        f'height="{page.height // 10}" role="img" aria-labelledby="{prefix}-t {prefix}-d" font-family="{FONT}">',
        f'<title id="{prefix}-t">{escape(page.title)}</title><desc id="{prefix}-d">{escape(page.summary)}</desc>',
        definitions(page, prefix),
        f'<rect width="{page.width}" height="{page.height}" fill="#fff"/>',
    ]
    if page.ground:
        parts.append(f'<path d="{path_data(page.ground)}" fill="{GROUND}" stroke="{EDGE}" stroke-width="4"/>')
    parts.append(f'<g class="areas" stroke="{EDGE}" stroke-width="5" stroke-linejoin="round" fill-rule="evenodd">')
    parts += [area(a, prefix) for a in page.areas]
    parts.append("</g>")
    parts.append('<g class="overlays" pointer-events="none" fill-rule="evenodd">')
    parts += [overlay for a in page.areas for overlay in overlays(a, prefix)]
    parts.append("</g>")
    parts += [stroke(line) for line in page.strokes]
    parts += [swatch(s, prefix, n) for n, s in enumerate(page.swatches)]
    parts += [symbol(s) for s in page.symbols if s.in_legend]
    parts.append('<g class="marks" pointer-events="none">')
    parts += [symbol(s) for s in page.symbols if not s.in_legend]
    parts.append("</g>")
    parts.append('<g pointer-events="none">' + "".join(text(t) for t in page.texts) + "</g></svg>")
    return "\n".join(part for part in parts if part)


def path_data(rings: tuple[Ring, ...]) -> str:
    return "".join(ring_data(ring) for ring in rings)


def ring_data(ring: Ring, closed: bool = True) -> str:
    (x, y), *rest = ring
    steps = []
    for nx, ny in rest:
        steps.append(f"{nx - x},{ny - y}")
        x, y = nx, ny
    line = " ".join(steps).replace(",-", "-").replace(" -", "-")
    return f"M{ring[0][0]},{ring[0][1]}l{line}" + ("z" if closed else "")


# ---------------------------------------------------------------- patterns


def tile_id(prefix: str, name: str, fill: str) -> str:
    return f"{prefix}-{name}-{'d' if patterns.ink_on(fill) == patterns.DARK else 'l'}"


def definitions(page: Page, prefix: str) -> str:
    """Only the tiles that the page uses, each in the ink that stands out on its fill."""
    used: dict[str, tuple[Tile, str]] = {}
    items: list[Area | Swatch] = [*page.areas, *page.swatches]
    for item in items:
        tiles = {item.paint.pattern: CATEGORY_PATTERNS[item.paint.pattern]}
        tiles |= {name: OVERLAY_TILES[name] for name in item.overlays if name in OVERLAY_TILES}
        for name, tile in tiles.items():
            if tile.lines or tile.dots:
                used[tile_id(prefix, name, item.paint.fill)] = (tile, patterns.ink_on(item.paint.fill))
    return "<defs>" + "".join(pattern(key, *used[key]) for key in sorted(used)) + "</defs>"


def pattern(key: str, tile: Tile, ink: str) -> str:
    lines = "".join(f"M{a},{b}L{c},{d}" for a, b, c, d in tile.lines)
    drawn = f'<path d="{lines}" stroke="{ink}" stroke-width="{tile.width}" fill="none"/>' if lines else ""
    drawn += "".join(f'<circle cx="{x}" cy="{y}" r="{r}" fill="{ink}"/>' for x, y, r in tile.dots)
    return (
        f'<pattern id="{key}" width="{TILE}" height="{TILE}" patternUnits="userSpaceOnUse">'
        f'<g opacity="{tile.opacity}">{drawn}</g></pattern>'
    )


# ---------------------------------------------------------------- shapes


def area(a: Area, prefix: str) -> str:
    """One unit: its paint on the group, its outline without paint, so that the pattern can reuse the outline."""
    key = f"{prefix}-{a.code}"
    if a.disc:
        outline = '<circle id="{}" cx="{}" cy="{}" r="{}"/>'.format(key, *a.disc)
    else:
        outline = f'<path id="{key}" d="{path_data(a.rings)}"/>'
    edge = f' stroke="{INK}" stroke-width="16"' if a.outlined else ""
    return (
        f'<g data-code="{a.code}" data-category="{a.paint.key}" fill="{a.paint.fill}"{edge}><title>{escape(a.tip)}'
        f"</title>{outline}{patterned(a, prefix, key)}</g>"
    )


def patterned(item: Area | Swatch, prefix: str, key: str) -> str:
    if item.paint.pattern == "none":
        return ""
    return f'<use href="#{key}" stroke="none" fill="url(#{tile_id(prefix, item.paint.pattern, item.paint.fill)})"/>'


def overlays(item: Area | Swatch, prefix: str, key: str = "") -> list[str]:
    key = key or f"{prefix}-{item.code}"
    drawn = [
        f'<use href="#{key}" fill="url(#{tile_id(prefix, name, item.paint.fill)})"/>'
        for name in sorted(item.overlays)
        if name in OVERLAY_TILES
    ]
    if patterns.STALE in item.overlays:
        dash = " ".join(str(n) for n in patterns.STALE_DASH)
        drawn.append(
            f'<use href="#{key}" fill="none" stroke="{INK}" stroke-width="{patterns.STALE_WIDTH}" stroke-dasharray="{dash}"/>'
        )
    return drawn


def swatch(s: Swatch, prefix: str, number: int) -> str:
    left, top, right, bottom = s.box
    key = f"{prefix}-s{number}"
    edge = f'stroke="{INK}" stroke-width="16"' if s.outlined else f'stroke="{EDGE}" stroke-width="6"'
    callout = f' data-callout="{s.code}"' if s.code else ""
    over = "".join(overlays(s, prefix, key))
    if s.code and over:
        over = f'<g class="overlays">{over}</g>'
    return (
        f'<g{callout} fill="{s.paint.fill}" {edge}><rect id="{key}" x="{left}" y="{top}" width="{right - left}" '
        f'height="{bottom - top}"/>{patterned(s, prefix, key)}</g>{over}'
    )


def stroke(line: Stroke) -> str:
    data = ring_data(line.points, line.closed)
    return (
        f'<path d="{data}" fill="none" stroke="{line.colour}" stroke-width="{line.width}" '
        'stroke-linejoin="round" pointer-events="none"/>'
    )


def symbol(s: Symbol) -> str:
    (x, y), size = s.at, s.size
    edge = min(16, size // 6)
    ring = tuple((x + a * size // 100, y + b * size // 100) for a, b in patterns.SYMBOLS[s.name])
    drawn = f'<path d="{ring_data(ring)}" fill="{INK}" stroke="#fff" stroke-width="{edge}" paint-order="stroke"/>'
    if s.count is None:
        return drawn
    return drawn + text(Text((x + size * 6 // 10, y + 38), str(s.count), 100, bold=True, halo="#ffffff"))


def text(t: Text) -> str:
    """A halo is a second, stroked copy below: not every renderer knows `paint-order`."""
    attributes = f'x="{t.at[0]}" y="{t.at[1]}" font-size="{t.size}"'
    attributes += f' text-anchor="{t.anchor}"' if t.anchor != "start" else ""
    attributes += ' font-weight="bold"' if t.bold else ""
    attributes += f' data-on="{t.on}"' if t.on else ""
    attributes += f' class="{t.role}"' if t.role else ""
    words = escape(t.text)
    halo = ""
    if t.halo:
        halo = (
            f'<text {attributes} fill="{t.halo}" stroke="{t.halo}" stroke-width="30" stroke-linejoin="round" '
            f'aria-hidden="true">{words}</text>'
        )
    return f'{halo}<text {attributes} fill="{t.colour}">{words}</text>'
