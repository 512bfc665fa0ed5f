"""The same facts without a picture: the table behind a map, as rows, as CSV and as GeoJSON.

Columns: code, name, parent, category, label, contested, researched_not_verified, not_checked_recently, marks, note, drawn;
a change map adds before and changed.
"""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from maps import patterns
from maps.checked import CheckedMap

SCHEMA_VERSION = "1.0"
"""Of the names of columns and members here: the second number rises where one is added, the first where one goes."""
FLAGS = {
    patterns.HATCHED: "contested",
    patterns.DOTTED: "researched_not_verified",
    patterns.STALE: "not_checked_recently",
}


def rows(m: CheckedMap) -> list[dict[str, str]]:
    """One row for each unit of the region and each further code with a value, in the order of the boundary file."""
    units = m.layout.region.units
    further = sorted({*m.content.values, *m.content.marks, *m.notes} - set(units))
    return [row(m, code) for code in (*units, *further)]


def row(m: CheckedMap, code: str) -> dict[str, str]:
    unit = m.layout.region.units.get(code)
    category = m.scale[m.content.values.get(code, m.scale.missing)]
    marks = m.content.marks.get(code, ())
    cells = {
        "code": code,
        "name": m.name_of(code),
        "parent": (unit and unit.parent) or "",
        "category": category.key,
        "label": category.label,
        **{column: yes(code in m.content.overlays.get(name, ())) for name, column in FLAGS.items()},
        "marks": "; ".join(k.label if k.count is None else f"{k.label}: {k.count}" for k in marks),
        "note": m.notes.get(code, ""),
        "drawn": yes(code in m.layout.by_code),
    }
    if m.before is None or m.content.changed is None:
        return cells
    return cells | {"before": m.before.get(code, m.scale.missing), "changed": yes(code in m.content.changed)}


def yes(flag: bool) -> str:
    return "yes" if flag else "no"


def csv_text(m: CheckedMap) -> str:
    """The rows as CSV (RFC 4180 quoting, line feeds), with a head."""
    table = rows(m)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(table[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return out.getvalue()


def geojson(m: CheckedMap) -> str:
    """The rows as a FeatureCollection in WGS 84, four decimals (about 10 m); title, day, source and edition beside."""
    import shapely

    features = []
    for properties in rows(m):
        unit = m.layout.region.units.get(properties["code"])
        geometry: Any = None
        if unit is not None and unit.geometry is not None:
            # RFC 7946: exterior rings run anticlockwise.
            turned = shapely.orient_polygons(unit.geometry, exterior_cw=False)
            geometry = rounded(json.loads(shapely.to_geojson(turned)))
        features.append({"type": "Feature", "id": properties["code"], "properties": properties, "geometry": geometry})
    head = {"schema_version": SCHEMA_VERSION, "title": m.content.title, "day": m.day.isoformat()}
    head |= {"source": m.content.source_line, "edition": m.content.edition, "credit": m.layout.region.credit}
    return json.dumps({"type": "FeatureCollection", **head, "features": features}, ensure_ascii=False) + "\n"


def rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner) for inner in value]
    return round(value, 4) if isinstance(value, float) else value
