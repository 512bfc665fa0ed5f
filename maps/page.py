"""The finished page as a list of shapes and texts, in page units: what both the SVG and the raster writer draw.

Title with its day, map, legend (from the same table as the fills), footnotes, source line and edition are all set here, so
that no two formats can disagree. It knows nothing of files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from maps import layout, patterns
from maps.geometry import Box, Point, Ring
from maps.layout import WIDTH, Place
from maps.scale import Category, Mark, Scale

LEFT = 200
GREY, INK, EDGE, GROUND = "#555555", "#1a1a1a", "#6b6b6b", "#e4e4e4"
MUTED = Category("", "no change in this period", "#ffffff")
LEGEND_TEXT, NOTE_TEXT = 125, 105
NARROW, WIDE = "il.,;:'|! ()[]-fjtr", "mwMW@%—"


@dataclass(frozen=True)
class Text:
    """One line of text; `size` in page units, `anchor` start, middle or end; `halo` is a colour behind the letters.

    `on` is the unit whose paint the text stands on; `role` names what a script may
    change: the `day` of the picture, the short `code` of a category.
    """

    at: Point
    text: str
    size: int
    anchor: str = "start"
    bold: bool = False
    colour: str = INK
    halo: str = ""
    on: str = ""
    role: str = ""


@dataclass(frozen=True)
class Stroke:
    points: Ring
    colour: str
    width: int
    closed: bool = False


@dataclass(frozen=True)
class Area:
    """A painted unit: even-odd rings or a disc, a category and overlays; `tip` is what a reader hears or hovers."""

    code: str
    paint: Category
    rings: tuple[Ring, ...]
    tip: str
    overlays: tuple[str, ...] = ()
    disc: tuple[int, int, int] | None = None
    outlined: bool = False


@dataclass(frozen=True)
class Swatch:
    """A small rectangle in a category's paint, in the legend or as the callout of the unit `code`."""

    box: Box
    paint: Category
    overlays: tuple[str, ...] = ()
    code: str = ""
    outlined: bool = False


@dataclass(frozen=True)
class Symbol:
    """A mark of `size` page units; its count, if any, stands to the right."""

    at: Point
    name: str
    size: int
    count: int | None = None
    in_legend: bool = False


@dataclass
class Page:
    width: int
    height: int
    title: str
    summary: str
    ground: tuple[Ring, ...] = ()
    areas: list[Area] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    swatches: list[Swatch] = field(default_factory=list)
    symbols: list[Symbol] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)


@dataclass(frozen=True)
class Content:
    """Everything that a page says, checked: each mapping and set uses the codes of the layout."""

    title: str
    day: str
    source_line: str
    edition: str
    scale: Scale
    values: dict[str, str]
    marks: dict[str, tuple[Mark, ...]]
    overlays: dict[str, frozenset[str]]
    tips: dict[str, str]
    footnotes: tuple[str, ...]
    changed: frozenset[str] | None = None

    def paint(self, code: str) -> Category:
        if self.changed is not None and code not in self.changed:
            return MUTED
        return self.scale[self.values.get(code, self.scale.missing)]

    def overlays_of(self, code: str) -> tuple[str, ...]:
        return tuple(sorted(name for name, codes in self.overlays.items() if code in codes))

    def outlined(self, code: str) -> bool:
        return self.changed is not None and code in self.changed


def text_width(text: str, size: int) -> int:
    """An estimate on the wide side, good for Helvetica-like faces; page units."""
    ems = sum(0.34 if c in NARROW else 0.9 if c in WIDE else 0.7 if c.isupper() else 0.57 for c in text)
    return round(ems * size)


def wrap(text: str, size: int, width: int) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and text_width(longer, size) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines


def compose(content: Content, plan: layout.Layout) -> Page:
    """Set the whole page: head, map, legend, foot."""
    page = Page(WIDTH, 0, f"{content.title}, {content.day}", "")
    top = head(page, content)
    draw_map(page, content, plan, top)
    bottom = legend(page, content, plan, top + plan.height + 120)
    page.height = foot(page, content, bottom + 60)
    return page


def head(page: Page, content: Content) -> int:
    y = 330
    for line in wrap(content.title, 240, WIDTH - 2 * LEFT):
        page.texts.append(Text((LEFT, y), line, 240, bold=True))
        y += 290
    page.texts.append(Text((LEFT, y - 50), content.day, 150, colour=GREY, role="day"))
    return y + 60


def shift(rings: Sequence[Ring], dy: int) -> tuple[Ring, ...]:
    return tuple(tuple((x, y + dy) for x, y in ring) for ring in rings)


def draw_map(page: Page, content: Content, plan: layout.Layout, top: int) -> None:
    page.ground = shift(plan.ground, top)
    for place in plan.places:
        page.areas.append(area(content, place, top))
        decorate(page, content, place, top)
    page.areas.sort(key=lambda a: a.disc is not None)  # discs lie on top of their larger neighbours
    page.strokes += [Stroke(ring, "#3d3d3d", 7, closed=True) for ring in shift(plan.lines, top)]
    page.strokes += [Stroke(shift((pair,), top)[0], GREY, 6) for pair in plan.leaders]
    for inset in plan.insets:
        left, upper, right, lower = inset.box
        corners = ((left, upper), (right, upper), (right, lower), (left, lower))
        page.strokes.append(Stroke(shift((corners,), top)[0], "#b5b5b5", 6, closed=True))
        page.texts.append(Text((left + 50, upper + top + 130), inset.label, 98, colour=GREY))
    for (x, y), caption in plan.captions:
        page.texts.append(Text((x, y + top), caption, NOTE_TEXT))


def area(content: Content, place: Place, top: int) -> Area:
    as_disc = place.disc and (not place.rings or place.code in content.values)
    disc = (place.disc[0], place.disc[1] + top, place.disc[2]) if place.disc and as_disc else None
    return Area(
        place.code,
        content.paint(place.code),
        () if disc else shift(place.rings, top),
        content.tips[place.code],
        content.overlays_of(place.code),
        disc,
        content.outlined(place.code),
    )


def decorate(page: Page, content: Content, place: Place, top: int) -> None:
    """The label, the callout, the category's code and the marks of one unit, none of which may hide its fill."""
    x, y = place.anchor[0], place.anchor[1] + top
    marks = content.marks.get(place.code, ())
    if place.callout:
        callout(page, content, place, top, marks)
    elif place.show_label or place.roomy:
        code = content.paint(place.code).code if place.show_label or place.code in content.values else ""
        two_lines = place.show_label and (code or marks)
        if place.show_label:
            label(page, content, place, (x, y + (10 if two_lines else 40)), place.label)
        row(page, content, place, (x, y + (85 if two_lines else 0)), code, marks)
    elif place.disc or marks:
        size = max(34, min(90, place.extent // 3))
        page.symbols += [Symbol((x + size * n, y), mark.symbol, size, mark.count if size > 60 else None)
                         for n, mark in enumerate(marks)]  # fmt: skip


def label(page: Page, content: Content, place: Place, at: Point, text: str, size: int = 115, role: str = "") -> None:
    fill = content.paint(place.code).fill
    ink = patterns.ink_on(fill)
    page.texts.append(Text(at, text, size, "middle", not role, ink, fill, place.code, role))


def callout(page: Page, content: Content, place: Place, top: int, marks: Sequence[Mark]) -> None:
    """A swatch with the unit's label; its marks stand to the right, or above where swatches stand side by side."""
    left, upper, right, lower = place.callout or (0, 0, 0, 0)
    box = (left, upper + top, right, lower + top)
    paint, overlays = content.paint(place.code), content.overlays_of(place.code)
    page.swatches.append(Swatch(box, paint, overlays, place.code, content.outlined(place.code)))
    label(page, content, place, ((left + right) // 2, box[1] + 135), place.label)
    beside = place.label in layout.EAST_CALLOUTS
    for n, mark in enumerate(marks):
        at = (right + 70 + 150 * n, (box[1] + box[3]) // 2) if beside else (left + 60 + 150 * n, box[1] - 70)
        page.symbols.append(Symbol(at, mark.symbol, 90, mark.count))


def row(page: Page, content: Content, place: Place, at: Point, code: str, marks: Sequence[Mark]) -> None:
    """The category's code and the marks, side by side, centred on `at`."""
    widths = [120] * bool(code) + [170 if mark.count is not None else 110 for mark in marks]
    x = at[0] - sum(widths) // 2
    if code:
        label(page, content, place, (x + (40 if marks else 60), at[1] + 32), code, 90, role="code")
        x += 120
    for mark, width in zip(marks, widths[bool(code) :], strict=True):
        page.symbols.append(Symbol((x + 55, at[1]), mark.symbol, 90, mark.count))
        x += width


# ---------------------------------------------------------------- legend and foot


@dataclass(frozen=True)
class Entry:
    """One line of the legend: a swatch in a paint, or a symbol, and its words."""

    label: str
    paint: Category | None = None
    overlays: tuple[str, ...] = ()
    symbol: str = ""
    outlined: bool = False


def entries(content: Content, plan: layout.Layout) -> list[Entry]:
    """Every category of the scale, then the overlays and marks that occur."""
    changed = content.changed is not None
    rows = [Entry(c.label, c, outlined=changed) for c in content.scale.categories]
    if changed:
        rows.append(Entry(MUTED.label, MUTED))
    plain = Category("", "", "#ffffff")
    for name, label in patterns.OVERLAY_LABELS.items():
        if content.overlays.get(name):
            rows.append(Entry(label, plain, (name,)))
    seen = {(mark.symbol, mark.label) for marks in content.marks.values() for mark in marks}
    rows += [Entry(label, symbol=symbol) for symbol, label in sorted(seen)]
    if plan.ground:
        rows.append(Entry("no boundary of a present unit", Category("", "", GROUND)))
    return rows


def legend(page: Page, content: Content, plan: layout.Layout, top: int) -> int:
    """Entries in rows from the left; returns where the next block may begin."""
    x, y = LEFT, top
    for entry in entries(content, plan):
        wide = 460 + text_width(entry.label, LEGEND_TEXT) + 230
        if x > LEFT and x + wide - 230 > WIDTH - LEFT:
            x, y = LEFT, y + 300
        draw_entry(page, entry, x, y)
        x += wide
    return y + 300


def draw_entry(page: Page, entry: Entry, x: int, y: int) -> None:
    if entry.paint:
        page.swatches.append(Swatch((x, y, x + 360, y + 210), entry.paint, entry.overlays, outlined=entry.outlined))
        if entry.paint.code:
            ink = patterns.ink_on(entry.paint.fill)
            page.texts.append(Text((x + 180, y + 150), entry.paint.code, 120, "middle", True, ink, entry.paint.fill))
    else:
        page.symbols.append(Symbol((x + 180, y + 105), entry.symbol, 120, in_legend=True))
    page.texts.append(Text((x + 460, y + 150), entry.label, LEGEND_TEXT))


def foot(page: Page, content: Content, top: int) -> int:
    y = top + 60
    for note in (*content.footnotes, f"Source: {content.source_line}", f"Edition: {content.edition}"):
        for line in wrap(note, NOTE_TEXT, WIDTH - 2 * LEFT):
            page.texts.append(Text((LEFT, y), line, NOTE_TEXT, colour=GREY))
            y += 145
    return y + 60
