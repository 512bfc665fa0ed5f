"""The public face: check what the caller hands in, refuse what is not known, and give back a `Map`.

Nothing falls to a default: a region without a value is painted with the category that the scale declares as missing, and a
value without a polygon is named in the picture's footnote.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from maps import layout, patterns
from maps.checked import CheckedMap
from maps.civil import as_of, civil
from maps.errors import UnknownCode
from maps.formats import svg
from maps.page import Content
from maps.scale import Mark, Scale


class Map(CheckedMap):
    """A checked map. The same input gives the same SVG, HTML, GeoJSON and CSV, byte for byte."""

    def svg(self) -> str:
        """The picture as one inline SVG element, without script or external reference."""
        return svg.write(self.page)

    def png(self, path: Path, width_px: int = 1920) -> None:
        """Write the picture as PNG, `width_px` pixels wide."""
        from maps.formats import raster

        raster.write(self.page, path, width_px)

    def pdf(self, path: Path) -> None:
        """Write the picture as a PDF page with live text."""
        from maps.formats import raster

        raster.write(self.page, path)

    def html(self, frames: Mapping[str, Mapping[str, str]] | None = None, notice: str = "") -> str:
        """A self-contained page: picture, keyboard reading, table twin; with `frames` (ISO day: values) also a slider.

        `notice` is a sentence set above the picture (a frozen edition says there where newer ones appear). Raises
        UnknownCode and UnknownCategory for frames as `choropleth` does for values.
        """
        from maps.formats import embed

        checked = {day: check_values(self.layout, self.scale, values) for day, values in (frames or {}).items()}
        return embed.write(self, checked, notice)

    def geojson(self) -> str:
        """A FeatureCollection (RFC 7946) of every unit; a unit without a polygon has a null geometry."""
        from maps.formats import table_formats

        return table_formats.geojson(self)

    def csv(self) -> str:
        """The table twin: one row for each unit, whether drawn or not."""
        from maps.formats import table_formats

        return table_formats.csv_text(self)


def choropleth(
    values: Mapping[str, str],
    *,
    region: str,
    scale: Scale,
    title: str,
    day: dt.date,
    source_line: str,
    edition: str,
    marks: Mapping[str, Mark | Sequence[Mark]] | None = None,
    hatched: Collection[str] = frozenset(),
    dotted: Collection[str] = frozenset(),
    stale: Collection[str] = frozenset(),
    notes: Mapping[str, str] | None = None,
    remark: str = "",
) -> Map:
    """Draw `{region code: category key}` on a region: `us`, `world`, `us-counties` or `country:XX`.

    `hatched` are contested codes, `dotted` researched but not verified, `stale` not checked recently; `notes` add a
    sentence to a region's tooltip and table row; `remark` stands first under the legend; `day` is the data cut-off. Raises UnknownRegion, UnknownCode,
    UnknownCategory.
    """
    plan = layout.of(region)
    overlays = {patterns.HATCHED: hatched, patterns.DOTTED: dotted, patterns.STALE: stale}
    return build(plan, values, scale, title, as_of(day), day, source_line, edition, marks, overlays, notes, remark=remark)


def change_map(
    before: Mapping[str, str],
    after: Mapping[str, str],
    *,
    region: str,
    scale: Scale,
    title: str,
    since: dt.date,
    day: dt.date,
    source_line: str,
    edition: str,
    notes: Mapping[str, str] | None = None,
) -> Map:
    """Only what changed from `since` to `day`: changed units in their new category with a heavy edge, all others white.

    A code without a value on one side counts there as the scale's missing category. Raises as `choropleth` does.
    """
    plan = layout.of(region)
    old, new = check_values(plan, scale, before), check_values(plan, scale, after)
    codes = {*plan.region.units, *old, *new}
    changed = frozenset(c for c in codes if old.get(c, scale.missing) != new.get(c, scale.missing))
    period = f"{len(changed)} changed from {civil(since)} to {civil(day)}"
    return build(plan, after, scale, title, period, day, source_line, edition, None, {}, notes, changed, old)


def build(
    plan: layout.Layout,
    values: Mapping[str, str],
    scale: Scale,
    title: str,
    subtitle: str,
    day: dt.date,
    source_line: str,
    edition: str,
    marks: Mapping[str, Mark | Sequence[Mark]] | None,
    overlays: Mapping[str, Collection[str]],
    notes: Mapping[str, str] | None,
    changed: frozenset[str] | None = None,
    before: dict[str, str] | None = None,
    *,
    remark: str = "",
) -> Map:
    resolve = plan.region.resolve
    painted = check_values(plan, scale, values)
    by_code = {resolve(c): (m,) if isinstance(m, Mark) else tuple(m) for c, m in (marks or {}).items()}
    covered = {name: frozenset(resolve(code) for code in codes) for name, codes in overlays.items()}
    remarks = {resolve(code): note for code, note in (notes or {}).items()}
    content = Content(
        title=title,
        day=subtitle,
        source_line=source_line,
        edition=edition,
        scale=scale,
        values=painted,
        marks=by_code,
        overlays=covered,
        tips={},
        footnotes=(*([remark] if remark else []), *footnotes(plan, {*painted, *by_code})),
        changed=changed,
    )
    for place in plan.places:
        content.tips[place.code] = tip(content, place, remarks.get(place.code, ""), before)
    return Map(plan.region.key, content, remarks, day, before)


def check_values(plan: layout.Layout, scale: Scale, values: Mapping[str, str]) -> dict[str, str]:
    """Values under the codes of the layout; refuses unknown codes and categories, and one unit under two codes."""
    checked: dict[str, str] = {}
    for code, key in values.items():
        unit = plan.region.resolve(code)
        if unit in checked:
            raise UnknownCode(f"region code {code!r} means the same unit as another code given; give {unit!r} once")
        checked[unit] = scale[key].key
    return checked


def tip(content: Content, place: layout.Place, note: str, before: Mapping[str, str] | None) -> str:
    """What is said of one unit: name, code, category, what overlays and marks mean, the caller's note."""
    scale = content.scale
    text = scale[content.values.get(place.code, scale.missing)].label
    if content.outlined(place.code) and before is not None:
        text = f"{scale[before.get(place.code, scale.missing)].label} → {text}"
    words = [f"{place.name} ({place.code}): {text}"]
    words += [patterns.OVERLAY_LABELS[name] for name in sorted(content.overlays_of(place.code))]
    words += [mark.label + ("" if mark.count is None else f": {mark.count}") for mark in content.marks.get(place.code, ())]
    return "; ".join(words) + (f". {note}" if note else "")


def footnotes(plan: layout.Layout, given: Collection[str]) -> tuple[str, ...]:
    """What the picture cannot show, and how contested areas are grouped."""
    missing = sorted(code for code in given if code not in plan.by_code)
    units = plan.region.units
    names = ", ".join(f"{units[code].name} ({code})" if code in units else code for code in missing)
    lines = [f"With a value but not drawn (no polygon here; see the table): {names}."] if missing else []
    if plan.region.key.startswith("country:") and plan.not_drawn:
        count = f"{len(plan.not_drawn)} of {len(units)}"
        lines.append(f"No boundary is at hand for {count} units; their land is shown at country level.")
    if plan.region.key == "world":
        lines.append("Small territories are drawn as discs, moved apart where they would touch. Antarctica is left out.")
    if plan.region.key in {"us", "us-counties"}:
        lines.append("Alaska, Hawaii and the territories are not to scale; island groups show their main islands.")
    marked = [unit for unit in units.values() if unit.footnote and unit.code in plan.by_code]
    contested = f" Areas with contested borders or names: {', '.join(unit.code for unit in marked)}." if marked else ""
    return (*lines, plan.region.credit + contested)
